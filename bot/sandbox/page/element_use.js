// What using an element comes down to. `use` is what its surface gives it:
// { value, enter(value), act(value), upload(files), label, optional, dispatches, wrong, told }.
import { confirmed } from "./dom.js";
import { textObject } from "./text.js";

async function agreed(element) {
  return !element.confirm || confirmed(element.confirm, textObject);
}

/** Press: nothing is entered. False where the person thought better of it. */
export async function pressed(element, use, value) {
  if (!(await agreed(element))) return false;
  await use.act(value);
  return true;
}

/** A new value: entered and told. False where the person thought better of it. */
export async function changed(element, use, value) {
  if (use.dispatches && !(await agreed(element))) return false;
  use.enter(value);
  if (use.dispatches) await use.act(value);
  return true;
}
