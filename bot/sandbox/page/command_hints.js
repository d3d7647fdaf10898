// Completion of slash commands above a composer, by mouse or keyboard.
import { h } from "./dom.js";
import { workspace } from "./workspace.js";

/** The list for a text box; `complete` hears the command that was chosen. */
export function commandHints(box, complete) {
  const list = h("div", { class: "hints", id: "hints", role: "listbox", "aria-label": "Commands", hidden: true });
  let at = -1; // none is marked until an arrow key marks one

  function mark(index) {
    at = index;
    [...list.children].forEach((node, each) => node.setAttribute("aria-selected", String(each === at)));
    if (at < 0) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", list.children[at].id);
  }

  function hide() {
    list.hidden = true;
    mark(-1);
  }

  function choose(index) {
    const { text } = list.children[index].dataset;
    hide();
    complete(text);
  }

  function update() {
    const matching = (workspace.app.commands ?? []).filter(([text]) => box.value.startsWith("/") && text.startsWith(box.value));
    list.replaceChildren(...matching.map(([text, about], index) => h("div", {
      role: "option", id: `hint-${index}`, data: { text }, on: { mousedown: (event) => { event.preventDefault(); choose(index); } },
    }, h("strong", {}, text), h("span", { class: "fine" }, about))));
    list.hidden = !matching.length;
    mark(-1);
  }

  /** Whether a key was meant for the list. */
  function key(event) {
    if (list.hidden) return false;
    const count = list.children.length;
    if (event.key === "ArrowDown") mark((at + 1) % count);
    else if (event.key === "ArrowUp") mark(at < 0 ? count - 1 : (at + count - 1) % count);
    else if (event.key === "Escape") hide();
    else if (event.key === "Tab" && !event.shiftKey) choose(Math.max(at, 0));
    else if (event.key === "Enter" && at >= 0) choose(at);
    else return false;
    event.preventDefault();
    return true;
  }

  return { list, update, key };
}
