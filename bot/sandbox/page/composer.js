// Where a person types: messages, slash commands, and files by button or drop.
import { h, toast } from "./dom.js";
import { post, upload } from "./door.js";
import { commandHints } from "./command_hints.js";
import { toEnd } from "./scroll.js";
import { BOT, direct, nameOf, workspace } from "./workspace.js";

/** A composer for a channel or, with `threadOf`, for a thread; files can be dropped anywhere in its `zone`. */
export function composer({ zone, threadOf = null }) {
  let waiting = [];
  const box = h("textarea", { rows: 1, "aria-label": "Reply", placeholder: "Reply…", on: { input: typed, keydown: key } });
  const picker = h("input", { type: "file", multiple: true, hidden: true, on: { change: () => attach([...picker.files]) } });
  const chips = h("div", { class: "files" });
  const hints = threadOf ? null : commandHints(box, (text) => { box.value = text; box.focus(); });
  const node = h("form", { class: "composer", on: { submit: (event) => { event.preventDefault(); send(); } } },
    hints?.list, chips, box,
    h("div", { class: "composer-bar" }, picker,
      h("button", { type: "button", class: "quiet", on: { click: () => picker.click() } }, "+ Attach"),
      h("span", { class: "fine grow" }, ""),
      h("button", { type: "submit", class: "button primary" }, "Send")));
  if (hints) for (const [name, value] of [["aria-controls", "hints"], ["aria-autocomplete", "list"]]) box.setAttribute(name, value);

  const dropping = (on) => (event) => {
    if (![...event.dataTransfer.types].includes("Files") || node.parentElement.hidden) return;
    event.preventDefault();
    node.classList.toggle("dropping", on);
    if (event.type === "drop") attach([...event.dataTransfer.files]);
  };
  for (const [event, on] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
    zone.addEventListener(event, dropping(on));
  }

  function attach(files) {
    waiting.push(...files);
    picker.value = "";
    if (!box.value && !threadOf && workspace.place !== direct()) box.value = `@${nameOf(BOT)} `; // it takes files that it is called for
    show();
    box.focus();
  }

  function remove(index) {
    waiting.splice(index, 1);
    show();
    box.focus();
  }

  function show() {
    chips.replaceChildren(...waiting.map((file, index) => h("span", { class: "file" },
      h("span", { class: "file-icon", "aria-hidden": true }), h("span", {}, file.name),
      h("button", { type: "button", class: "quiet", "aria-label": `Remove ${file.name}`, on: { click: () => remove(index) } }, "✕"))));
  }

  function typed() {
    box.rows = Math.min(8, box.value.split("\n").length);
    hints?.update();
  }

  function key(event) {
    if (hints?.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  }

  async function send() {
    const isCommand = box.value.startsWith("/"); // with a space before it, it is a message
    const text = box.value.trim();
    const files = waiting;
    const thread_ts = threadOf?.() ?? null;
    if (!text && !files.length) return;
    if (isCommand && thread_ts) return toast("Slash commands cannot be used in threads.");
    box.value = "";
    waiting = [];
    show();
    typed();
    toEnd(zone.querySelector(".scroll")); // whoever writes sees what they wrote
    const where = { user: workspace.me, channel: workspace.place };
    if (files.length) await upload({ ...where, comment: text, thread_ts }, files);
    else if (isCommand) {
      const [, command, rest] = text.match(/^(\S+)\s*([\s\S]*)$/);
      await post("commands", { ...where, command, text: rest });
    } else await post("messages", { ...where, text, ...(thread_ts ? { thread_ts } : {}) });
  }

  return node;
}
