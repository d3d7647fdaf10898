// "What just happened": the requests to the app and its calls, for whoever wants to learn how it works.
import { MEANING } from "./app.js";
import { byId, h } from "./dom.js";

const KEPT = 80;

function words(change) {
  if (change.kind === "delivery") {
    const well = change.status >= 200 && change.status < 300;
    const came = well ? `acknowledged in ${change.ms} ms` : `not taken (${change.status}) after ${change.ms} ms`;
    return { way: "to the app", well, name: change.name, came, meaning: MEANING[change.name] ?? MEANING[change.what] };
  }
  if (change.kind === "api") {
    return { way: "from the app", well: change.ok, name: change.method, came: change.ok ? "ok" : change.error, meaning: MEANING[change.method] };
  }
  return null;
}

/** Add a line for a change, where it is one of a request or a call. */
export function tell(change) {
  const line = words(change);
  if (!line) return;
  const at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  byId("flow-last").textContent = `${line.name} ${line.came}`;
  const list = byId("flow-lines");
  list.prepend(h("li", { class: line.well ? "" : "failed" },
    h("time", {}, at), h("span", { class: "way" }, line.way), h("code", {}, line.name),
    h("span", {}, line.came), line.meaning && line.well && h("span", { class: "fine" }, line.meaning)));
  while (list.children.length > KEPT) list.lastElementChild.remove();
}
