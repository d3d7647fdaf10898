// A select whose options come from the app, for what a person types (`external_select`, `multi_external_select`).
import { described, keyOf } from "./choices.js";
import { h } from "./dom.js";
import { changed } from "./element_use.js";
import { plainText, textObject } from "./text.js";

const PAUSE = 250; // milliseconds after the last character
const SHORTEST = 3;

/** The menu; what is chosen is kept as whole options, since nobody else knows their words. */
export function externalSelect(element, use) {
  const single = element.type === "external_select";
  let chosen = [use.value ?? use.stated ?? (single ? element.initial_option : element.initial_options) ?? []].flat();
  const most = single ? 1 : element.max_selected_items ?? Infinity;
  const least = element.min_query_length ?? SHORTEST;
  const empty = element.placeholder ? plainText(element.placeholder) : "Choose…";
  const summary = h("summary", { class: "select", ...described(use), data: keyOf(element, "menu"), on: { click: open } });
  const list = h("div", { class: "found-options", role: "group", "aria-label": "Options" });
  const field = h("input", {
    class: "input search", type: "search", placeholder: least ? `Type ${least} or more characters` : "Search", "aria-label": `Search: ${use.label ?? empty}`, data: keyOf(element, "search"),
    on: { input: typed, keydown: (event) => { if (event.key === "Enter") event.preventDefault(); } },
  });
  const box = h("details", { class: "multi external", data: { action: element.action_id }, on: { toggle } }, summary, h("div", { class: "menu" }, field, list));
  let waiting = null;
  let asked = 0;
  let last = null; // what was asked for since it is open

  function show() {
    summary.textContent = chosen.map((option) => plainText(option.text)).join(", ") || empty;
    summary.setAttribute("aria-label", `${use.label ?? empty}: ${chosen.length ? summary.textContent : "nothing chosen"}`);
  }

  const has = (option) => chosen.some((each) => each.value === option.value);

  async function choose(option) {
    const before = chosen;
    if (single) chosen = [option];
    else chosen = has(option) ? chosen.filter((each) => each.value !== option.value) : [...chosen, option].slice(0, most);
    show();
    if (single) { box.removeAttribute("open"); summary.focus(); }
    if (!(await changed(element, use, single ? chosen[0] : chosen))) chosen = before;
    show();
  }

  const row = (option) => h("button", {
    type: "button", class: "menu-item", "aria-pressed": String(has(option)), on: { click: async (event) => {
      const node = event.currentTarget;
      await choose(option);
      node.setAttribute("aria-pressed", String(has(option)));
    } },
  }, textObject(option.text), option.description && h("small", {}, textObject(option.description)));

  async function ask() {
    if (field.value === last) return;
    last = field.value;
    if (field.value.length < least) return list.replaceChildren();
    const turn = asked += 1;
    const { response } = await use.suggest(field.value);
    if (turn !== asked) return; // what was typed since then is asked for, too
    const groups = response?.option_groups ?? [{ options: response?.options ?? [] }];
    const nodes = groups.flatMap((group) => [group.label && h("div", { class: "menu-label" }, textObject(group.label)), ...group.options.map(row)]).filter(Boolean);
    list.replaceChildren(...nodes.length ? nodes : [h("div", { class: "menu-label" }, "No results")]);
  }

  function typed() {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  }

  /** Open it with the focus in its field at once: `toggle` comes later, and what is typed until then would be lost. */
  function open(event) {
    if (box.open) return;
    event.preventDefault();
    box.open = true;
    field.focus({ preventScroll: true });
  }

  function toggle() {
    if (!box.open) {
      last = null;
      return;
    }
    if (document.activeElement === document.body) field.focus({ preventScroll: true }); // a redraw took it
    ask();
  }

  show();
  return box;
}
