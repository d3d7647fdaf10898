// The first minute: what to do in an empty channel, and then one step after the other.
import { APPROVERS, CHANNEL, SAMPLE, SAMPLE_FILE, STORY, STORY_PAYMENTS } from "./app.js";
import { byId, dialog, h } from "./dom.js";
import { post, upload } from "./door.js";
import { keep, recall } from "./memory.js";
import { BOT, messagesIn, nameOf, world } from "./world.js";

const submit = (text) => post("commands", { user: world.me, channel: world.place, command: "/transactions", text });

function dropSample() {
  const [name, content] = SAMPLE_FILE;
  const fields = { user: world.me, channel: world.place, comment: `<@${BOT}> please check` };
  return upload(fields, [new File([content], name, { type: "text/csv" })]);
}

function tellStory() {
  const box = dialog({ class: "story", "aria-labelledby": "story-title" },
    h("header", { class: "bar" }, h("h2", { id: "story-title" }, "The seed's story"),
      h("button", { type: "button", class: "quiet", "aria-label": "Close", on: { click: () => box.close() } }, "✕")),
    h("div", { class: "modal-body", tabindex: "0", role: "region", "aria-labelledby": "story-title" }, STORY.map((paragraph) => h("p", {}, paragraph))),
    h("footer", {},
      h("button", { type: "button", class: "button", on: { click: () => box.close() } }, "Close"),
      h("button", { type: "button", class: "button primary", autofocus: true,
        on: { click: () => { box.close(); submit(STORY_PAYMENTS); } } }, "Submit its three payments")));
}

const OFFERS = [
  ["Submit three sample payments", "One of them needs a decision.", () => submit(SAMPLE)],
  ["Drop a file", "A small CSV of ours; your own can be dropped anywhere here.", dropSample],
  ["Read the seed's story", "What this is about, in a minute.", tellStory],
];

function offer([label, about, act]) {
  const start = async () => {
    if (node.getAttribute("aria-disabled")) return;
    node.setAttribute("aria-disabled", "true");
    try { await act(); } finally { node.removeAttribute("aria-disabled"); }
  };
  const node = h("button", { type: "button", class: "offer", on: { click: start } }, h("strong", {}, label), h("span", { class: "fine" }, about));
  return node;
}

let nothing = null;

/** What stands in a place where nobody has said anything. */
export function empty() {
  if (world.place !== CHANNEL) {
    return h("div", { class: "empty" }, h("h3", {}, "Nothing here yet"), h("p", {}, "Type a message, or / for commands."));
  }
  nothing ??= h("div", { class: "empty guide" }, h("h3", {}, "Nothing here yet. Begin with one click:"), h("div", { class: "offers" }, OFFERS.map(offer)));
  return nothing;
}

const waits = (message) => message.blocks?.some((block) =>
  block.type === "actions" && block.elements.some((element) => element.action_id === "approve"));

/** The step that comes next: its words, and who could take it. */
function next() {
  if (world.place !== CHANNEL) return null;
  const messages = messagesIn(CHANNEL).filter((message) => message.user === BOT && message.blocks && !message.ephemeral_to && !message.thread_ts);
  if (!messages.length) return null;
  const mayDecide = APPROVERS.includes(world.me);
  if (messages.some(waits)) {
    if (mayDecide) return { words: "Press Approve on the card, or reply “approve” in its thread." };
    const other = APPROVERS[0];
    return { words: `Nobody decides on their own payments: ${nameOf(other)} may.`, become: other };
  }
  return mayDecide ? { words: "Decided. Open the thread: it sums up, and “exit” ends the review." } : null;
}

let dismissed = recall("no-hints") === true;
let shown = "";

/** Show the next step above the composer, until the person has had enough of it. */
export function drawNext(become) {
  const step = dismissed ? null : next();
  const looks = JSON.stringify(step);
  if (looks === shown) return;
  shown = looks;
  byId("next").hidden = !step;
  byId("next").replaceChildren(...(!step ? [] : [
    h("span", {}, h("strong", {}, "Next: "), step.words),
    step.become && h("button", { type: "button", class: "button", on: { click: () => become(step.become) } }, `Look as ${nameOf(step.become)}`),
    h("button", { type: "button", class: "quiet", "aria-label": "No more hints",
      on: { click: () => { dismissed = true; keep("no-hints", true); drawNext(become); byId("place").focus(); } } }, "✕"),
  ].filter(Boolean)));
}
