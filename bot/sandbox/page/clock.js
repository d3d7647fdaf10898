// The workspace's clock, which may be ahead of the browser's, and the row that shows it and puts it forward.
import { byId, h, toast } from "./dom.js";
import { clock, post } from "./door.js";

const DAY = { weekday: "short", day: "numeric", month: "short" };
const TIME = { hour: "2-digit", minute: "2-digit" };
const WHOLE = { weekday: "long", day: "numeric", month: "long", ...TIME };
const MONDAY = 1;
const LOOK = 1000; // milliseconds

let ahead = 0; // milliseconds by which the workspace is ahead of the browser
let drawn = "";

/** Now in the workspace, in milliseconds since 1970. */
export const now = () => Date.now() + ahead;

/** Go by a moment that the workspace told. */
export function setClock(moment) {
  ahead = Date.parse(moment) - Date.now();
  draw();
}

/** The next Monday at nine o'clock, as the reader's own clocks show it. */
function mondayMorning() {
  const morning = new Date(now());
  morning.setHours(9, 0, 0, 0);
  morning.setDate(morning.getDate() + ((MONDAY - morning.getDay() + 7) % 7));
  if (morning <= now()) morning.setDate(morning.getDate() + 7);
  return morning.toISOString();
}

const ADVANCES = [
  ["4 hours", "Advance 4 hours", () => ({ advance_hours: 4 })],
  ["1 day", "Advance 1 day", () => ({ advance_days: 1 })],
  ["Monday 9:00", "Advance to Monday 9:00", () => ({ to: mondayMorning() })],
];

async function advance(by) {
  const said = await post("clock", by());
  if (!said.ok) return;
  setClock(said.response.now);
  toast(`It is ${new Date(now()).toLocaleString([], WHOLE)} now.`);
}

function draw() {
  const date = new Date(now());
  const told = `${date.toLocaleDateString([], DAY)}, ${date.toLocaleTimeString([], TIME)}`;
  if (told === drawn) return;
  drawn = told;
  byId("clock-now").textContent = told;
  byId("clock-now").dateTime = date.toISOString();
}

/** Show the clock where it can be put forward; `changed` is called on a new day in the workspace. */
export async function showClock(changed) {
  const told = await clock();
  setClock(told.now);
  if (!told.clock_advances || !byId("clock").hidden) return;
  byId("clock").hidden = false;
  byId("clock-advances").replaceChildren("Advance", ...ADVANCES.map(([label, name, by]) =>
    h("button", { type: "button", class: "advance", "aria-label": name, on: { click: () => advance(by) } }, label)));
  let day = new Date(now()).toDateString();
  setInterval(() => {
    draw();
    if (new Date(now()).toDateString() === day) return;
    day = new Date(now()).toDateString();
    changed();
  }, LOOK);
}
