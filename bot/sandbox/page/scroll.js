// A list that a reader who is at its end stays at the end of.

const NEAR = 80;
const atEnd = new WeakMap();

const isAtEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;

/** Watch a scrolling box, so that it keeps its end in view when the room for it changes. */
export function keepEnd(box) {
  atEnd.set(box, true);
  box.addEventListener("scroll", () => atEnd.set(box, isAtEnd(box)));
  new ResizeObserver(() => { if (atEnd.get(box)) toEnd(box); }).observe(box);
}

export function staysAtEnd(box) {
  return atEnd.get(box);
}

export function toEnd(box) {
  atEnd.set(box, true);
  box.scrollTop = box.scrollHeight;
}

/** Bring a message into the middle of its list, marked for a moment. */
export function showAt(box, ts) {
  const message = box.querySelector(`.message[data-ts="${CSS.escape(ts)}"]`);
  if (!message) return;
  atEnd.set(box, false);
  message.scrollIntoView({ block: "center" });
  message.classList.add("found");
  message.addEventListener("animationend", () => message.classList.remove("found"), { once: true });
  message.focus({ preventScroll: true });
}
