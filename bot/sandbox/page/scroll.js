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
