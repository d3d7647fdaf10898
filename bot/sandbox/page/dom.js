// Elements without markup strings: whatever is shown is set as text.

/** An element with properties (`on` for listeners, `data` for data-*, else attributes) and children. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, heard] of Object.entries(value)) node.addEventListener(event, heard);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "value" || name === "checked" || name === "selected") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SWITCHES = "details[data-action], details[data-box]";
const nameOf = (box) => JSON.stringify([box.closest(".message")?.dataset.ts, box.closest("[data-block]")?.dataset.block, box.dataset.action, box.dataset.box]);

/** The menus and containers in `root` by name, with whether they are open. */
const switched = (root) => new Map([...root.querySelectorAll(SWITCHES)].map((box) => [nameOf(box), box]).map(([name, box]) => [name, { box, open: box.open }]));

/** Open and shut what stands where something was as that was. */
function reopen(root, before) {
  for (const box of root.querySelectorAll(SWITCHES)) {
    const was = before.get(nameOf(box));
    if (!was || was.box === box) continue;
    if (was.open !== box.open) box.open = was.open;
    const [search, typed] = [box, was.box].map((each) => each.querySelector(":scope > .menu .search"));
    if (search && typed?.value) {
      search.value = typed.value;
      search.dispatchEvent(new Event("input"));
    }
  }
}

/** Redraw what is in `root`, and bring the focus back to what stands where it was. */
export function keepingFocus(root, redraw) {
  const was = root.contains(document.activeElement) ? document.activeElement : null;
  const parts = was && [".message", "[data-block]", "[data-key], [data-action]"].map((each) => was.closest(each));
  const shut = switched(root);
  redraw();
  reopen(root, shut);
  if (!was || document.activeElement === was) return;
  if (was.isConnected) { // it was only moved, which takes the focus from it
    was.focus({ preventScroll: true });
    return;
  }
  const [message, block, item] = parts.map((part) => part?.dataset);
  const within = message ? root.querySelector(`.message[data-ts="${message.ts}"]`) : root;
  const same = item && [...within?.querySelectorAll("[data-key], [data-action]") ?? []].find((node) =>
    node.dataset.key === item.key && node.dataset.action === item.action
    && node.closest("[data-block]")?.dataset.block === block?.block);
  (same ?? within)?.focus({ preventScroll: true });
}

export function byId(id) {
  return document.getElementById(id);
}

/** A modal <dialog> that takes itself away when it closes. */
export function dialog(props, ...children) {
  const box = h("dialog", props, ...children);
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
  return box;
}

/** Ask with a confirm object; true when the person agrees. */
export function confirmed(confirm, text) {
  return new Promise((resolve) => {
    let agreed = false;
    const answer = (yes) => () => { agreed = yes; box.close(); };
    const style = confirm.style === "danger" ? "danger" : "primary";
    const box = dialog(
      { class: "confirm", "aria-label": confirm.title.text, on: { close: () => resolve(agreed) } },
      h("h2", {}, text(confirm.title)),
      h("div", { class: "confirm-text" }, text(confirm.text)),
      h("footer", {},
        h("button", { class: "button", on: { click: answer(false) } }, text(confirm.deny)),
        h("button", { class: `button ${style}`, on: { click: answer(true) } }, text(confirm.confirm))),
    );
  });
}

/** A line for a few seconds, above whatever is open: a form makes all that is outside it unreachable. */
export function toast(message) {
  const note = h("div", { class: "toast" }, message);
  const form = [...document.querySelectorAll("dialog[open]")].at(-1);
  let place = byId("toasts");
  if (form) {
    place = form.querySelector(":scope > .toasts") ?? h("div", { class: "toasts", role: "status" });
    form.append(place);
  }
  place.append(note);
  setTimeout(() => note.remove(), 6000);
}
