// What people can do with what they wrote themselves: change its words, or take it out.
import { confirmed, dialog, h } from "./dom.js";
import { post } from "./door.js";
import { plainText, typed } from "./text.js";
import { workspace } from "./workspace.js";

const SURE = {
  title: { type: "plain_text", text: "Delete message" },
  text: { type: "plain_text", text: "Do you want to delete this message? It cannot be brought back." },
  confirm: { type: "plain_text", text: "Delete" },
  deny: { type: "plain_text", text: "Cancel" },
  style: "danger",
};

/** The buttons for a message of the person who looks at it; none for a message of somebody else. */
export function ownMessageButtons(message) {
  if (message.user !== workspace.me || message.subtype) return [];
  const where = { user: workspace.me, channel: message.channel, ts: message.ts };
  return [
    h("button", { type: "button", on: { click: () => edit(message, where) } }, "Edit message"),
    h("button", { type: "button", on: { click: () => remove(where) } }, "Delete message"),
  ];
}

async function remove(where) {
  if (await confirmed(SURE, plainText)) await post("messages", { ...where, delete: true });
}

function edit(message, where) {
  const words = h("textarea", { rows: 3, "aria-label": "Message", class: "words-edited" });
  words.value = typed(message.text);
  const save = () => {
    const text = words.value.trim();
    box.close();
    if (text) post("messages", { ...where, text });
  };
  const box = dialog({ class: "confirm", "aria-label": "Edit message" },
    h("h2", {}, "Edit message"),
    h("div", { class: "confirm-text" }, words),
    h("footer", {},
      h("button", { class: "button", on: { click: () => box.close() } }, "Cancel"),
      h("button", { class: "button primary", on: { click: save } }, "Save")));
  words.focus();
}
