// "What just happened": requests to the app, what it did by itself, and its calls, for whoever wants to learn how it works.
import { byId, h } from "./dom.js";
import { staysAtEnd, toEnd } from "./scroll.js";
import { workspace } from "./workspace.js";

const KEPT = 120;

// What is true of any app; one that has a guide says more.
const MEANINGS = {
  commands: "a person's slash command",
  interactive: "a person's click, choice or form",
  message: "told of a message",
  app_mention: "a person calls the app",
  file_shared: "a person shares a file",
  app_home_opened: "a person opens the Home tab",
};
const meaningOf = (...names) => names.map((name) => workspace.app.meanings?.[name] ?? MEANINGS[name]).find(Boolean);

const taken = (change) => change.status >= 200 && change.status < 300;

// kind of change -> how its line reads; `began` puts a request before what the app did while it was answered
const LINES = {
  delivery: (change) => ({
    way: "Slack → app", origin: "in", well: taken(change), name: change.name, began: change.at - change.ms / 1000,
    came: taken(change) ? `acknowledged in ${Math.round(change.ms)} ms` : `not taken (${change.status}) after ${Math.round(change.ms)} ms`,
    meaning: meaningOf(change.name, change.what),
  }),
  note: (change) => ({ way: "the app itself", origin: "own", well: true, name: change.what, began: change.at, came: "", meaning: change.detail }),
  api: (change) => ({
    way: "app → Slack", origin: "out", well: change.ok, name: change.method, began: change.at,
    came: change.ok ? "ok" : change.error, meaning: meaningOf(change.method),
  }),
};

const clock = (at) => new Date(at * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

function lineOf({ way, origin, well, name, began, came, meaning }) {
  const named = origin === "own" ? h("strong", {}, name) : h("code", {}, name);
  return h("li", { class: `${origin} ${well ? "" : "failed"}`, data: { began } },
    h("time", {}, clock(began)), h("span", { class: "way" }, way),
    named, came && h("span", { class: "came" }, came), well && meaning && h("span", { class: "meaning" }, meaning));
}

/** Add a line for a change, where it is one of a request, a note or a call, at the place where it began. */
export function tell(change) {
  const line = LINES[change.kind]?.(change);
  if (!line) return;
  byId("flow-last").textContent = `${line.name} ${line.came || line.meaning}`;
  const list = byId("flow-lines");
  let before = list.lastElementChild;
  while (before && Number(before.dataset.began) > line.began) before = before.previousElementSibling;
  list.insertBefore(lineOf(line), before ? before.nextElementSibling : list.firstElementChild);
  while (list.children.length > KEPT) list.firstElementChild.remove();
  if (byId("flow").open && staysAtEnd(list)) toEnd(list); // closed, to measure it would cost a whole layout
}
