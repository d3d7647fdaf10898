// Menus that open over everything else, as in Slack: neither a list nor a form cuts them off.

const GAP = 4;
const menuOf = (box) => box.querySelector(":scope > .menu");
const MENUS = "details.multi, details.overflow";

/** Set a menu below what opens it, or above it where there is more room; within the window at both sides. */
function place(box) {
  const menu = menuOf(box);
  const opener = box.querySelector(":scope > summary").getBoundingClientRect();
  const below = innerHeight - opener.bottom - 2 * GAP;
  const above = opener.top - 2 * GAP;
  menu.style.maxHeight = "";
  const most = parseFloat(getComputedStyle(menu).maxHeight);
  const wanted = box.classList.contains("external") ? most : Math.min(menu.scrollHeight + 2, most); // which grows as one types
  const up = wanted > below && above > below;
  menu.style.maxHeight = `${Math.min(most, up ? above : below)}px`;
  menu.style.top = up ? "auto" : `${opener.bottom + GAP}px`;
  menu.style.bottom = up ? `${innerHeight - opener.top + GAP}px` : "auto";
  const left = menu.classList.contains("right") && !box.closest(".actions") ? opener.right - menu.offsetWidth : opener.left;
  menu.style.left = `${Math.max(GAP, Math.min(left, innerWidth - menu.offsetWidth - GAP))}px`;
}

const opened = () => document.querySelectorAll(`:is(${MENUS})[open]`);

function close(boxes, focus = false) {
  for (const box of boxes) {
    box.removeAttribute("open");
    if (focus) box.querySelector("summary").focus();
  }
}

/** Keep a menu at what opened it, for as long as that can be seen. */
function follow(box) {
  const { top, bottom } = box.querySelector("summary").getBoundingClientRect();
  if (bottom < 0 || top > innerHeight) close([box]);
  else place(box);
}

/** Up and down go from entry to entry. */
function walk(event) {
  const box = event.target.closest?.(MENUS);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!box?.open || !step) return;
  event.preventDefault();
  const entries = [...menuOf(box).querySelectorAll("button, input")].filter((each) => !each.disabled && each.offsetParent !== null);
  const at = entries.indexOf(document.activeElement);
  entries.at(at < 0 && step < 0 ? -1 : (at + step) % entries.length)?.focus();
}

/** Close the open menus, for Escape; whether there were any. */
export function closeMenus() {
  const boxes = [...opened()];
  close(boxes, true);
  return boxes.length > 0;
}

export function listenToMenus() {
  addEventListener("toggle", (event) => event.target.matches?.(MENUS) && event.target.open && place(event.target), true);
  addEventListener("click", (event) => close([...opened()].filter((box) => !box.contains(event.target))));
  addEventListener("scroll", (event) => [...opened()].filter((box) => !box.contains(event.target) && event.target.contains(box)).forEach(follow), true);
  addEventListener("resize", () => close(opened()));
  addEventListener("keydown", walk);
}
