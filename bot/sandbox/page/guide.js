// The first minute, where the app has a guide: what to do in its empty channel, then one step after the other.
import { byId, dialog, h } from "./dom.js";
import { post, upload } from "./door.js";
import { keep, recall } from "./browser_storage.js";
import { BOT, messagesIn, nameOf, workspace } from "./workspace.js";

const textOf = (offer) => offer.lines.join("\n");
const here = () => ({ user: workspace.me, channel: workspace.place });

const submit = (offer) => post("commands", { ...here(), command: offer.command, text: textOf(offer) });

function drop(offer) {
  const file = new File([`${textOf(offer)}\n`], offer.file);
  return upload({ ...here(), comment: `<@${BOT}> ${offer.comment}` }, [file]);
}

function tellStory(offer) {
  const act = () => { box.close(); submit(offer); };
  const box = dialog({ class: "story", "aria-labelledby": "story-title" },
    h("header", { class: "bar" }, h("h2", { id: "story-title" }, offer.title),
      h("button", { type: "button", class: "quiet", "aria-label": "Close", on: { click: () => box.close() } }, "✕")),
    h("div", { class: "modal-body", tabindex: "0", role: "region", "aria-labelledby": "story-title" }, offer.story.map((paragraph) => h("p", {}, paragraph))),
    h("footer", {},
      h("button", { type: "button", class: "button", on: { click: () => box.close() } }, "Close"),
      offer.then && h("button", { type: "button", class: "button primary", autofocus: true, on: { click: act } }, offer.then)));
}

const take = (offer) => (offer.story ? tellStory : offer.file ? drop : submit)(offer);

function offered(offer) {
  const start = async () => {
    if (node.getAttribute("aria-disabled")) return;
    node.setAttribute("aria-disabled", "true");
    try { await take(offer); } finally { node.removeAttribute("aria-disabled"); }
  };
  const node = h("button", { type: "button", class: "offer", on: { click: start } }, h("strong", {}, offer.label), h("span", { class: "fine" }, offer.about));
  return node;
}

let nothing = null; // kept, so that a redraw leaves the focus where it is

/** What stands in a place where nobody has said anything. */
export function empty() {
  if (!workspace.app.offers || workspace.place !== workspace.app.channel) {
    return h("div", { class: "empty" }, h("h3", {}, "Nothing here yet"), h("p", {}, "Type a message, or / for commands."));
  }
  nothing ??= h("div", { class: "empty guide" }, h("h3", {}, "Nothing here yet. Begin with one click:"), h("div", { class: "offers" }, workspace.app.offers.map(offered)));
  return nothing;
}

const has = (message, action) => message.blocks.some((block) => block.elements?.some((element) => element.action_id === action));

/** The words of the first step, as `[action, words]`, that the newest of these cards offers; undefined where none does. */
function offeredBy(cards, steps) {
  const card = cards.find((each) => steps.some(([action]) => has(each, action)));
  return card && steps.find(([action]) => has(card, action))[1];
}

/** The step that comes next: its words, and who could take it. */
function next() {
  const guide = workspace.app.next;
  if (!guide || workspace.place !== workspace.app.channel) return null;
  const cards = messagesIn(workspace.place)
    .filter((message) => message.user === BOT && message.blocks && !message.ephemeral_to && !message.thread_ts).reverse();
  const mine = guide.people.includes(workspace.me);
  const waits = offeredBy(cards, guide.waits);
  const words = mine ? waits ?? offeredBy(cards, guide.done) : waits && guide.others;
  if (!words) return null;
  if (mine) return { words };
  const [become] = guide.people;
  return { words: words.replace("{name}", nameOf(become)), become };
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
