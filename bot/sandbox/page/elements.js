// Interactive elements of blocks; see element_use.js for the `use` that each gets.
import { choices, keyOf, multiSelect, select } from "./choices.js";
import { h } from "./dom.js";
import { externalSelect } from "./external_select.js";
import { visit } from "./permalink.js";
import { changed, pressed } from "./element_use.js";
import { plainText, textObject } from "./text.js";
import { channels, nameOf, people, workspace } from "./workspace.js";

const isWeb = (url) => /^https?:/i.test(url ?? "");
const leadTo = (url) => isWeb(url) && !visit(url) && window.open(url, "_blank", "noreferrer");

function button(element, use) {
  const press = async () => {
    if (node.getAttribute("aria-disabled")) return; // disabled outright it would lose the focus
    node.setAttribute("aria-disabled", "true");
    try {
      if (await pressed(element, use, element.value)) leadTo(element.url);
    } finally {
      node.removeAttribute("aria-disabled");
    }
  };
  const node = h("button", {
    type: "button", class: `button ${element.style ?? ""}`, "aria-label": element.accessibility_label,
    data: { action: element.action_id }, on: { click: press },
  }, textObject(element.text));
  return node;
}

function overflow(element, use) {
  const choose = (option) => async () => {
    box.removeAttribute("open");
    box.querySelector("summary").focus();
    if (await pressed(element, use, option.value)) leadTo(option.url);
  };
  const menu = h("div", { class: "menu right" }, element.options.map((option) => h("button", {
    type: "button", class: "menu-item", on: { click: choose(option) },
  }, textObject(option.text), option.description && h("small", {}, textObject(option.description)))));
  const box = h("details", { class: "overflow", data: { action: element.action_id } },
    h("summary", { class: "button", "aria-label": "More actions", data: keyOf(element, "menu") }, "⋯"), menu);
  return box;
}

const field = (element, use) => ({
  class: "input", "aria-label": use.label ?? (element.placeholder && plainText(element.placeholder)) ?? "Value",
  "aria-invalid": use.wrong, "aria-describedby": use.told, autofocus: element.focus_on_load,
  placeholder: element.placeholder && plainText(element.placeholder), data: { action: element.action_id },
});

/** Words: told when Enter is pressed, or with each character, where the app asked for it. */
function typed(element, use, attributes) {
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const input = () => {
    use.enter(node.value);
    if (use.dispatches && when.includes("on_character_entered")) use.act(node.value);
  };
  const keydown = (event) => {
    if (event.key !== "Enter" || event.isComposing || !use.dispatches || element.multiline) return;
    event.preventDefault(); // it would submit the form
    if (when.includes("on_enter_pressed")) use.act(node.value);
  };
  const node = h(element.multiline ? "textarea" : "input", {
    ...field(element, use), ...attributes, ...(element.multiline ? { rows: 5 } : {}),
    value: use.value ?? element.initial_value ?? "", on: { input, keydown },
  });
  return node;
}

const PAUSE = 700; // a date typed by keyboard is a date after each digit of its year

/** A date or a time: told when the person has settled on it. */
function picked(element, use, type, initial, read = (shown) => shown) {
  let waiting = null;
  let told = use.value ?? initial ?? "";
  const settle = async () => {
    clearTimeout(waiting);
    waiting = null;
    const value = read(node.value);
    if (value === told) return;
    const before = told;
    told = value;
    if (await changed(element, use, value)) return;
    told = before;
    node.value = before;
  };
  const node = h("input", {
    ...field(element, use), type, on: {
      change: () => { clearTimeout(waiting); waiting = setTimeout(settle, PAUSE); if (!use.dispatches) settle(); },
      blur: () => waiting !== null && settle(),
      keydown: (event) => event.key === "Enter" && waiting !== null && settle(),
    },
  });
  node.value = told;
  return node;
}

const ofDay = (type) => (element, use) => picked(element, use, type, element.initial_date ?? element.initial_time);

/** Slack counts in seconds since 1970, the browser's field in the reader's own time. */
function moment(element, use) {
  const local = (seconds) => new Date(seconds * 1000 - new Date(seconds * 1000).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  const first = use.value ?? element.initial_date_time;
  const shown = { ...use, value: first && local(first) };
  const seconds = (value) => (value ? Math.floor(new Date(value) / 1000) : null);
  shown.enter = (value) => use.enter(seconds(value));
  shown.act = (value) => use.act(seconds(value));
  return picked(element, shown, "datetime-local");
}

function files(element, use) {
  const list = h("ul", { class: "chosen-files" });
  const show = (names) => list.replaceChildren(...names.map((name) => h("li", {}, h("span", { class: "file-icon", "aria-hidden": true }), name)));
  show(use.names ?? []);
  const change = async () => {
    const chosen = [...node.files];
    const ids = await use.upload(chosen);
    if (!ids) return;
    const names = chosen.map((file) => file.name);
    use.enter(ids, names);
    show(names);
  };
  const node = h("input", {
    type: "file", multiple: (element.max_files ?? 10) > 1, "aria-label": use.label, "aria-invalid": use.wrong, "aria-describedby": use.told,
    accept: (element.filetypes ?? []).map((kind) => `.${kind}`).join(",") || null, data: { action: element.action_id }, on: { change },
  });
  return h("div", { class: "files-input" }, node, list);
}

const offer = (option) => [option.value, [option.text, option.description].filter(Boolean).map(plainText).join(" · ")];
const offered = (element) => (element.option_groups
  ? element.option_groups.map((group) => [plainText(group.label), group.options.map(offer)])
  : [[null, element.options.map(offer)]]);
const persons = () => [[null, people().filter((id) => workspace.kinds.get(id) !== "deactivated").map((id) => [id, `@${nameOf(id)}`])]];
const places = () => [[null, channels().map((each) => [each.id, `#${each.name}`])]];
const values = (options) => options?.map((option) => option.value);

const MAKERS = {
  button,
  overflow,
  checkboxes: choices,
  radio_buttons: choices,
  static_select: (e, use) => select(e, use, offered(e), e.initial_option?.value),
  users_select: (e, use) => select(e, use, persons(), e.initial_user),
  conversations_select: (e, use) => select(e, use, places(), e.initial_conversation),
  channels_select: (e, use) => select(e, use, places(), e.initial_channel),
  external_select: externalSelect,
  multi_external_select: externalSelect,
  multi_static_select: (e, use) => multiSelect(e, use, offered(e), values(e.initial_options)),
  multi_users_select: (e, use) => multiSelect(e, use, persons(), e.initial_users),
  multi_conversations_select: (e, use) => multiSelect(e, use, places(), e.initial_conversations),
  multi_channels_select: (e, use) => multiSelect(e, use, places(), e.initial_channels),
  datepicker: ofDay("date"),
  timepicker: ofDay("time"),
  datetimepicker: moment,
  plain_text_input: (e, use) => typed(e, use, { type: "text", maxlength: e.max_length ?? 3000 }),
  number_input: (e, use) => typed(e, use, { type: "text", inputmode: "decimal" }),
  email_text_input: (e, use) => typed(e, use, { type: "email" }),
  url_text_input: (e, use) => typed(e, use, { type: "url" }),
  file_input: files,
};

/** The node of an element; one that is not known shows its JSON. */
export function makeElement(element, use) {
  return MAKERS[element.type]?.(element, use) ?? h("pre", { class: "unknown" }, JSON.stringify(element, null, 2));
}
