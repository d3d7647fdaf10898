// On a narrow screen the sidebar is a drawer: people and places are one press away, and not in the way.
import { byId } from "./dom.js";

const NARROW = matchMedia("(max-width: 760px)");

function set(open) {
  document.body.classList.toggle("with-drawer", open);
  byId("menu").setAttribute("aria-expanded", String(open));
  for (const id of ["main", "thread"]) byId(id).inert = open; // so that the focus stays in the drawer
  if (open) byId("people").querySelector("[aria-checked=true]")?.focus();
}

function close() {
  if (!document.body.classList.contains("with-drawer")) return;
  set(false);
  byId("menu").focus();
}

export function listenToDrawer() {
  byId("menu").addEventListener("click", () => set(true));
  byId("veil").addEventListener("click", close);
  byId("sidebar").addEventListener("click", (event) => event.target.closest(".person, .place") && close());
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !document.body.classList.contains("with-drawer")) return;
    event.preventDefault();
    close();
  });
  NARROW.addEventListener("change", () => set(false));
}
