// Interactive elements. Each gets `use`: { value, enter(value), act(value), upload(files) } for its surface.
import { confirmed, h } from "./dom.js";
import { textObject } from "./text.js";
import { BOT, channels, world } from "./world.js";

const optionsOf = (element) => (element.option_groups ?? [element]).flatMap((group) => group.options ?? []);
const plain = (object) => textObject(object).map(String).join("");

async function acting(element, use, value) {
  if (element.confirm && !(await confirmed(element.confirm, textObject))) return false;
  await use.act(value);
  return true;
}

function button(element, use) {
  const node = h("button", {
    type: "button",
    class: `button ${element.style ?? ""}`,
    "aria-label": element.accessibility_label,
    data: { action: element.action_id },
    on: {
      click: async () => {
        if (node.getAttribute("aria-disabled")) return; // disabled outright it would lose the focus
        node.setAttribute("aria-disabled", "true");
        try {
          if (element.url && /^https?:/i.test(element.url)) window.open(element.url, "_blank", "noreferrer");
          await acting(element, use, element.value);
        } finally {
          node.removeAttribute("aria-disabled");
        }
      },
    },
  }, textObject(element.text));
  return node;
}

function select(element, use, choices, initial) {
  const chosen = use.value ?? initial ?? "";
  const placeholder = element.placeholder ? plain(element.placeholder) : "Choose…";
  const node = h("select", {
    class: "select",
    "aria-label": use.label ?? placeholder,
    "aria-invalid": use.wrong,
    "aria-describedby": use.told,
    data: { action: element.action_id },
    on: {
      change: async () => {
        use.enter(node.value);
        if (!(await acting(element, use, node.value))) node.value = chosen;
      },
    },
  },
  h("option", { value: "" }, placeholder),
  choices.map(([value, label]) => h("option", { value, selected: value === chosen }, label)));
  return node;
}

function multiSelect(element, use, choices, initial) {
  const chosen = new Set(use.value ?? initial ?? []);
  const summary = h("summary", { class: "select", "aria-label": use.label });
  const name = () => {
    const names = choices.filter(([value]) => chosen.has(value)).map(([, label]) => label);
    summary.textContent = names.join(", ") || (element.placeholder ? plain(element.placeholder) : "Choose…");
  };
  const boxes = choices.map(([value, label]) => h("label", { class: "choice" },
    h("input", {
      type: "checkbox", value, checked: chosen.has(value),
      on: {
        change: (event) => {
          if (event.target.checked) chosen.add(value); else chosen.delete(value);
          name();
          use.enter([...chosen]);
          acting(element, use, [...chosen]);
        },
      },
    }), h("span", {}, label)));
  name();
  return h("details", { class: "multi", data: { action: element.action_id } }, summary, h("div", { class: "menu" }, boxes));
}

function choices(element, use) {
  const single = element.type === "radio_buttons";
  const first = single ? element.initial_option?.value : (element.initial_options ?? []).map((option) => option.value);
  const current = use.value ?? first;
  const chosen = new Set(single ? [current] : current);
  const group = `${element.action_id}-${Math.random()}`;
  const rows = element.options.map((option) => h("label", { class: "choice" },
    h("input", {
      type: single ? "radio" : "checkbox", name: group, value: option.value, checked: chosen.has(option.value),
      on: {
        change: (event) => {
          if (single) chosen.clear();
          if (event.target.checked) chosen.add(option.value); else chosen.delete(option.value);
          const value = single ? [...chosen][0] : [...chosen];
          use.enter(value);
          acting(element, use, value);
        },
      },
    }),
    h("span", {}, textObject(option.text), option.description && h("small", {}, textObject(option.description)))));
  return h("div", { class: "choices", role: single ? "radiogroup" : "group", "aria-label": use.label ?? "Choices", data: { action: element.action_id } }, rows);
}

function overflow(element, use) {
  const menu = h("div", { class: "menu right" }, element.options.map((option) => h("button", {
    type: "button",
    class: "menu-item",
    on: {
      click: () => {
        box.removeAttribute("open");
        acting(element, use, option.value);
      },
    },
  }, textObject(option.text))));
  const box = h("details", { class: "overflow", data: { action: element.action_id } },
    h("summary", { class: "button", "aria-label": "More actions" }, "⋯"), menu);
  return box;
}

function typed(element, use, type, initial, attributes = {}) {
  const multiline = element.multiline === true;
  const node = h(multiline ? "textarea" : "input", {
    ...attributes,
    ...(multiline ? { rows: 5 } : { type }),
    class: "input",
    value: use.value ?? initial ?? "",
    placeholder: element.placeholder && plain(element.placeholder),
    "aria-label": use.label,
    "aria-invalid": use.wrong,
    "aria-describedby": use.told,
    data: { action: element.action_id },
    on: { input: () => use.enter(node.value), change: () => use.act(node.value) },
  });
  return node;
}

function files(element, use) {
  const list = h("ul", { class: "chosen-files" });
  const show = (names) => list.replaceChildren(...names.map((name) => h("li", {}, h("span", { class: "file-icon", "aria-hidden": true }), name)));
  show((use.names ?? []));
  const node = h("input", {
    type: "file",
    multiple: (element.max_files ?? 10) > 1,
    accept: (element.filetypes ?? []).map((kind) => `.${kind}`).join(",") || null,
    "aria-label": use.label,
    "aria-invalid": use.wrong,
    "aria-describedby": use.told,
    data: { action: element.action_id },
    on: {
      change: async () => {
        const picked = [...node.files];
        const ids = await use.upload(picked);
        if (ids) {
          use.enter(ids, picked.map((file) => file.name));
          show(picked.map((file) => file.name));
        }
      },
    },
  });
  return h("div", { class: "files-input" }, node, list);
}

const offered = (element) => optionsOf(element).map((option) => [option.value, plain(option.text)]);
const people = () => [...world.users].filter(([id]) => id !== BOT).map(([id, name]) => [id, `@${name}`]);
const places = () => channels().map((each) => [each.id, `#${each.name}`]);
const values = (options) => (options ?? []).map((option) => option.value);

const MAKERS = {
  button,
  overflow,
  checkboxes: choices,
  radio_buttons: choices,
  static_select: (e, use) => select(e, use, offered(e), e.initial_option?.value),
  users_select: (e, use) => select(e, use, people(), e.initial_user),
  conversations_select: (e, use) => select(e, use, places(), e.initial_conversation),
  channels_select: (e, use) => select(e, use, places(), e.initial_channel),
  multi_static_select: (e, use) => multiSelect(e, use, offered(e), values(e.initial_options)),
  multi_users_select: (e, use) => multiSelect(e, use, people(), e.initial_users),
  multi_conversations_select: (e, use) => multiSelect(e, use, places(), e.initial_conversations),
  multi_channels_select: (e, use) => multiSelect(e, use, places(), e.initial_channels),
  datepicker: (e, use) => typed(e, use, "date", e.initial_date),
  timepicker: (e, use) => typed(e, use, "time", e.initial_time),
  plain_text_input: (e, use) => typed(e, use, "text", e.initial_value, { maxlength: e.max_length ?? 3000 }),
  number_input: (e, use) => typed(e, use, "text", e.initial_value, { inputmode: "decimal" }),
  email_text_input: (e, use) => typed(e, use, "email", e.initial_value),
  url_text_input: (e, use) => typed(e, use, "url", e.initial_value),
  file_input: files,
};

/** The node of an element; one that is not known shows its JSON. */
export function makeElement(element, use) {
  const make = MAKERS[element.type];
  return make ? make(element, use) : h("pre", { class: "unknown" }, JSON.stringify(element, null, 2));
}
