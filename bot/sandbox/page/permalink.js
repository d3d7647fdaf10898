// Links that lead to a message or a file of this workspace: they open here, as in Slack.
import { inTeam } from "./door.js";
import { h, toast } from "./dom.js";
import { workspace } from "./workspace.js";

const OURS = /^(localhost|127\.0\.0\.1|\[::1\])$/;

function here(target) {
  const url = URL.canParse(target) ? new URL(target) : null;
  const same = url && url.port === location.port && (url.hostname === location.hostname || (OURS.test(url.hostname) && OURS.test(location.hostname)));
  return same ? url : null;
}

/** The message that a permalink names: `{ channel, ts, thread }`; null for any other link. */
export function messageOf(target) {
  const url = here(target);
  const [, channel, digits] = url?.pathname.match(/^\/archives\/(\w+)\/p(\d{7,})$/) ?? [];
  return channel ? { channel, ts: `${digits.slice(0, -6)}.${digits.slice(-6)}`, thread: url.searchParams.get("thread_ts") } : null;
}

/** Where the bytes of a file are for whoever is looking. */
export const addressOf = (file) => inTeam(`/sandbox/files/${encodeURIComponent(file)}?user=${encodeURIComponent(workspace.me)}`);

/** The address of the bytes that a link to a file means; null for any other link. */
export function fileOf(target) {
  const [, file] = here(target)?.pathname.match(/^\/files(?:-pri\/[^/]+(?:\/download)?)?\/(F\w+)$/) ?? [];
  return file ? addressOf(file) : null;
}

/** Save a file, where whoever is looking may have it; as in Slack a link alone gives nobody a file. */
export async function openFile(address) {
  const answer = await fetch(address, { method: "HEAD" });
  if (answer.ok) h("a", { href: address, download: "" }).click();
  else toast("That file is not here, or not for you to see.");
}

/** Go to the message that a link names; false where it names none. */
export function visit(target) {
  const message = messageOf(target);
  if (message) dispatchEvent(new CustomEvent("visit", { detail: message }));
  return message !== null;
}
