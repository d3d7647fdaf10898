// Where a person types: messages, slash commands, and files by button or drop.
import { h, toast } from "./dom.js";
import { post, upload } from "./door.js";
import { world } from "./world.js";

const COMMANDS = [
  ["/transactions", "open the form"],
  ["/transactions sample 3", "submit three sample payments"],
  ["/transactions status", "what is waiting"],
  ["/transactions help", "how it works"],
];

/** A composer for a channel or, with `threadOf`, for a thread. */
export function composer({ placeholder, threadOf = null }) {
  let waiting = [];
  const box = h("textarea", { rows: 1, placeholder, "aria-label": placeholder, on: { input: typed, keydown: key } });
  const picker = h("input", { type: "file", multiple: true, hidden: true, on: { change: () => attach([...picker.files]) } });
  const chips = h("div", { class: "files" });
  const hints = h("div", { class: "hints", role: "listbox", hidden: true });
  const node = h("form", {
    class: "composer",
    on: {
      submit: (event) => { event.preventDefault(); send(); },
      dragover: (event) => { event.preventDefault(); node.classList.add("dropping"); },
      dragleave: () => node.classList.remove("dropping"),
      drop: (event) => { event.preventDefault(); node.classList.remove("dropping"); attach([...event.dataTransfer.files]); },
    },
  }, hints, chips, box,
  h("div", { class: "composer-bar" }, picker,
    h("button", { type: "button", class: "quiet", on: { click: () => picker.click() } }, "+ Attach"),
    h("span", { class: "fine grow" }, threadOf ? "" : "Type / for commands, @countersign to call the app"),
    h("button", { type: "submit", class: "button primary" }, "Send")));

  function attach(files) {
    waiting.push(...files);
    picker.value = "";
    show();
    box.focus();
  }

  function show() {
    chips.replaceChildren(...waiting.map((file, index) => h("span", { class: "file" }, h("span", { class: "file-icon", "aria-hidden": true }), file.name,
      h("button", { type: "button", class: "quiet", "aria-label": `Remove ${file.name}`,
        on: { click: () => { waiting.splice(index, 1); show(); } } }, "✕"))));
  }

  function typed() {
    box.rows = Math.min(8, box.value.split("\n").length);
    const matching = threadOf ? [] : COMMANDS.filter(([text]) => box.value.startsWith("/") && text.startsWith(box.value));
    hints.hidden = !matching.length;
    hints.replaceChildren(...matching.map(([text, about]) => h("button", {
      type: "button", role: "option", on: { click: () => { box.value = text; hints.hidden = true; box.focus(); } },
    }, h("strong", {}, text), h("span", { class: "fine" }, about))));
  }

  function key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape") hints.hidden = true;
    else if (event.key === "Tab" && !hints.hidden) {
      event.preventDefault();
      hints.querySelector("button")?.click();
    }
  }

  async function send() {
    const text = box.value.trim();
    const files = waiting;
    const thread_ts = threadOf?.() ?? null;
    if (!text && !files.length) return;
    if (text.startsWith("/") && thread_ts) return toast("Slash commands cannot be used in threads.");
    box.value = "";
    waiting = [];
    show();
    typed();
    const where = { user: world.me, channel: world.place };
    if (files.length) await upload({ ...where, comment: text, thread_ts }, files);
    else if (text.startsWith("/")) {
      const [, command, rest] = text.match(/^(\S+)\s*([\s\S]*)$/);
      await post("commands", { ...where, command, text: rest });
    } else await post("messages", { ...where, text, ...(thread_ts ? { thread_ts } : {}) });
  }

  return node;
}
