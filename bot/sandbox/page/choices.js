// Elements that offer a choice: selects of one or several, checkboxes, radio buttons.
import { h } from "./dom.js";
import { changed } from "./element_use.js";
import { plainText, textObject } from "./text.js";

export const described = (use) => ({ "aria-invalid": use.wrong, "aria-describedby": use.told });
export const keyOf = (element, value) => ({ key: `${element.action_id}/${value}` }); // to find the focus again after a redraw

function optionNodes(groups, chosen) {
  const node = ([value, label]) => h("option", { value, selected: value === chosen }, label);
  return groups.map(([label, options]) => (label === null ? options.map(node) : h("optgroup", { label }, options.map(node))));
}

/** A select of one among `groups`: `[label or null, [[value, label]...]]`. */
export function select(element, use, groups, initial) {
  let chosen = use.value ?? initial ?? "";
  const placeholder = element.placeholder ? plainText(element.placeholder) : "Choose…";
  const change = async () => {
    if (await changed(element, use, node.value)) chosen = node.value;
    else node.value = chosen;
  };
  const node = h("select", {
    class: "select", "aria-label": use.label ?? placeholder, ...described(use), autofocus: element.focus_on_load,
    data: { action: element.action_id }, on: { change },
  }, h("option", { value: "", disabled: !use.optional, selected: chosen === "" }, placeholder), optionNodes(groups, chosen));
  return node;
}

const MANY = 8; // more than these are searched

/** A field above the choices that leaves those with the words that are typed. */
function searching(menu) {
  const input = () => {
    const words = node.value.toLowerCase();
    for (const each of menu.querySelectorAll(".choice")) each.hidden = !each.textContent.toLowerCase().includes(words);
  };
  const node = h("input", { class: "input search", type: "search", placeholder: "Search", "aria-label": "Search the choices", on: { input } });
  node.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); }); // it would submit the form
  return node;
}

export function multiSelect(element, use, groups, initial) {
  let chosen = use.value ?? initial ?? [];
  const most = element.max_selected_items ?? Infinity;
  const empty = element.placeholder ? plainText(element.placeholder) : "Choose…";
  const summary = h("summary", { class: "select", ...described(use), data: keyOf(element, "menu") });
  const box = ([value, label]) => h("label", { class: "choice" },
    h("input", { type: "checkbox", value, data: keyOf(element, value), on: { change } }), h("span", {}, label));
  const menu = h("div", { class: "menu" }, groups.map(([label, options]) => [label !== null && h("div", { class: "menu-label" }, label), options.map(box)]));
  const boxes = [...menu.querySelectorAll("input")];
  const names = new Map(groups.flatMap(([, options]) => options));
  if (boxes.length > MANY) menu.prepend(searching(menu));

  function show() {
    summary.textContent = chosen.map((value) => names.get(value) ?? value).join(", ") || empty;
    summary.setAttribute("aria-label", `${use.label ?? empty}: ${chosen.length ? summary.textContent : "nothing chosen"}`);
    for (const each of boxes) {
      each.checked = chosen.includes(each.value);
      each.disabled = !each.checked && chosen.length >= most;
    }
  }

  async function change() {
    const wanted = boxes.filter((each) => each.checked).map((each) => each.value);
    const before = chosen;
    chosen = wanted; // at once, so that a quick second choice builds on it
    show();
    if (!(await changed(element, use, wanted))) chosen = before;
    show();
  }

  show();
  return h("details", { class: "multi", data: { action: element.action_id } }, summary, menu);
}

let groups = 0;

/** Checkboxes or radio buttons. */
export function choices(element, use) {
  const single = element.type === "radio_buttons";
  const initial = single ? [element.initial_option] : element.initial_options ?? [];
  let chosen = use.value === undefined ? initial.filter(Boolean).map((option) => option.value) : [use.value].flat();
  const name = `choice-${groups += 1}`;
  const row = (option) => h("label", { class: "choice" },
    h("input", { type: single ? "radio" : "checkbox", name, value: option.value, data: keyOf(element, option.value), on: { change } }),
    h("span", {}, textObject(option.text), option.description && h("small", {}, textObject(option.description))));
  const node = h("div", {
    class: "choices", role: single ? "radiogroup" : "group", "aria-label": use.label ?? "Choices", ...described(use), data: { action: element.action_id },
  }, element.options.map(row));
  const boxes = [...node.querySelectorAll("input")];
  const show = () => { for (const each of boxes) each.checked = chosen.includes(each.value); };

  async function change() {
    const before = chosen;
    chosen = boxes.filter((each) => each.checked).map((each) => each.value);
    if (await changed(element, use, single ? chosen[0] : chosen)) return;
    chosen = before;
    show();
  }

  show();
  return node;
}
