// Dates in a text, in the reader's own time, as `<!date^1392734382^{date_short} {time}|fallback>` asks for.

import { now } from "./clock.js";

const DAY = 24 * 60 * 60 * 1000;

const TOKENS = {
  date_num: (date) => date.toLocaleDateString("en-CA"),
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  day_divider_pretty: { weekday: "long", month: "long", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  ago: (date) => ago(Math.round((date - now()) / 1000)),
};

function ago(seconds) {
  const [unit, size] = [["day", 86400], ["hour", 3600], ["minute", 60]].find(([, each]) => Math.abs(seconds) >= each) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

function near(date) {
  const days = Math.round((new Date(date).setHours(0, 0, 0, 0) - new Date(now()).setHours(0, 0, 0, 0)) / DAY);
  return { 0: "today", 1: "tomorrow", "-1": "yesterday" }[days];
}

function token(name, date) {
  const bare = name.replace(/_pretty$/, "");
  const pretty = bare !== name && near(date);
  if (pretty) return pretty;
  const way = TOKENS[name] ?? TOKENS[bare];
  if (!way) return null;
  if (typeof way === "function") return way(date);
  return bare.startsWith("time") ? date.toLocaleTimeString([], way) : date.toLocaleDateString([], way);
}

/** A timestamp (seconds) in a format with `{tokens}`; null where it cannot be told. */
export function dated(timestamp, format) {
  const date = new Date(Number(timestamp) * 1000);
  if (Number.isNaN(date.getTime())) return null;
  return format.replace(/\{(\w+)\}/g, (whole, name) => token(name, date) ?? whole);
}
