// The sandbox's own door: what a person does goes through here.
import { toast } from "./dom.js";

// The workspace that the page is on, where there are several: ?team= in its address.
const TEAM = new URLSearchParams(location.search).get("team");
export const inTeam = (address) => (TEAM ? `${address}${address.includes("?") ? "&" : "?"}team=${encodeURIComponent(TEAM)}` : address);

const TROUBLE = {
  app_not_installed: "The app is not installed in this workspace.",
  no_app_connected: "No app is connected to this workspace.",
  operation_timeout: "The app did not answer within three seconds.",
  connection_failed: "The app could not be reached.",
  thread_not_found: "That message is gone.",
  no_such_element: "That button is no longer there.",
  view_not_found: "That form is no longer open.",
};

async function answer(response) {
  const said = await response.json();
  if (!said.ok && said.response?.response_action !== "errors") {
    const code = said.error ?? said.response?.error ?? `status ${said.status}`;
    toast(TROUBLE[code] ?? `The app did not take that (${code}).`);
  }
  return said;
}

export async function post(act, fields) {
  const headers = { "Content-Type": "application/json" };
  return answer(await fetch(`/sandbox/${act}`, { method: "POST", headers, body: JSON.stringify(TEAM ? { ...fields, team: TEAM } : fields) }));
}

const UNSAFE = /[;"\\\p{Cc}]/gu; // what a multipart header cannot carry; `names` has them as they are

export async function upload(fields, files) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, team: TEAM })) if (value) form.append(name, value);
  form.append("names", JSON.stringify(files.map((file) => file.name)));
  for (const file of files) form.append("file", file, file.name.replace(UNSAFE, "_"));
  return answer(await fetch("/sandbox/files", { method: "POST", body: form }));
}

export async function state() {
  return (await fetch(inTeam("/sandbox/state"))).json();
}

/** What the workspace's clock shows, and whether it can be put forward. */
export async function clock() {
  return (await fetch(inTeam("/sandbox/clock"))).json();
}

/** Call `hear` with each change; `again` after every new connection, when changes may have been missed. */
export function follow(hear, again) {
  const source = new EventSource(inTeam("/sandbox/events"));
  source.addEventListener("message", (event) => {
    const change = JSON.parse(event.data);
    if (change.kind === "hello") again(); else hear(change);
  });
}
