// The page: who is looking at which place, kept live by the stream of changes.
import { renderBlocks } from "./blocks.js";
import { composer } from "./composer.js";
import { byId, h } from "./dom.js";
import { follow, post, state } from "./door.js";
import { avatar, renderMessages } from "./message.js";
import { surfaceOfView, syncModal } from "./modal.js";
import { apply, BOT, load, markSeen, messagesIn, nameOf, repliesTo, unread, world } from "./world.js";

const HOME = "home";
const direct = () => `D_${world.me}`;
const threadComposer = composer({ placeholder: "Reply…", threadOf: () => world.thread });

function readAddress() {
  const archived = location.pathname.match(/^\/archives\/(\w+)\//);
  const [name, place] = decodeURIComponent(location.hash.slice(1)).split("/");
  const user = [...world.users].find(([id, known]) => known === name && id !== BOT);
  if (user) [world.me] = user;
  if (archived && !location.hash) [, world.place] = archived;
  if (place === "dm") world.place = direct();
  else if (place === HOME || world.channels.has(place)) world.place = place;
}

function writeAddress() {
  const place = world.place === direct() ? "dm" : world.place;
  history.replaceState(null, "", `/#${nameOf(world.me)}/${place}`);
}

function go(place) {
  world.place = place;
  world.thread = null;
  writeAddress();
  draw(true);
  if (place === HOME) post("home", { user: world.me });
}

function become(user) {
  const wasDirect = world.place === direct();
  world.me = user;
  if (wasDirect) world.place = direct();
  writeAddress();
  draw(true);
  if (world.place === HOME) post("home", { user });
}

function placeButton(place, label) {
  const here = world.place === place;
  const fresh = !here && place !== HOME && unread(place);
  return h("button", { class: `place ${here ? "here" : ""} ${fresh ? "unread" : ""}`, "aria-current": here ? "page" : null,
    on: { click: () => go(place) } }, label, fresh && h("span", { class: "dot", "aria-label": "unread" }));
}

function drawSidebar() {
  const people = [...world.users].filter(([id]) => id !== BOT);
  byId("people").replaceChildren(...people.map(([id, name]) => h("button", {
    class: `person ${id === world.me ? "here" : ""}`, role: "radio", "aria-checked": String(id === world.me),
    on: { click: () => become(id) },
  }, avatar(id), h("span", {}, name))));
  const channels = [...world.channels.values()].filter((channel) => !channel.is_im);
  byId("channels").replaceChildren(...channels.map((channel) => placeButton(channel.id, `# ${channel.name}`)));
  byId("direct").replaceChildren(placeButton(direct(), nameOf(BOT)));
  byId("apps").replaceChildren(placeButton(HOME, `${nameOf(BOT)} Home`));
}

/** Bring a list to these nodes, leaving those that stay untouched; stay at the end if the reader was there. */
function fill(list, scroll, nodes, toEnd) {
  const atEnd = toEnd || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  nodes.forEach((node, index) => {
    const now = list.children[index];
    if (now !== node) list.insertBefore(node, now ?? null);
  });
  while (list.children.length > nodes.length) list.lastElementChild.remove();
  if (atEnd) scroll.scrollTop = scroll.scrollHeight;
}

function openThread(message) {
  world.thread = message.ts;
  draw(false, true);
  threadComposer.querySelector("textarea").focus();
}

function empty() {
  return h("div", { class: "empty" }, h("h3", {}, "Nothing here yet"),
    h("p", {}, "Type /transactions to submit payments, or drop a CSV and mention @countersign."));
}

function drawHome() {
  const view = world.homes[world.me];
  const shown = view ? renderBlocks(view.blocks, surfaceOfView(view)) : [h("p", { class: "empty" }, "The app has not published a Home tab for you yet.")];
  fill(byId("messages"), byId("scroll"), [h("div", { class: "home" }, shown)], false);
}

function drawChannel(toEnd) {
  const messages = messagesIn(world.place).filter((message) => !message.thread_ts);
  markSeen(world.place);
  fill(byId("messages"), byId("scroll"), messages.length ? renderMessages(messages, { open: openThread }) : [empty()], toEnd);
}

function drawThread(toEnd) {
  const parent = world.thread && world.messages.get(`${world.place}/${world.thread}`);
  byId("thread").hidden = !parent;
  document.body.classList.toggle("with-thread", Boolean(parent));
  if (!parent) return;
  const messages = [parent, ...repliesTo(world.place, world.thread)];
  fill(byId("thread-messages"), byId("thread-scroll"), renderMessages(messages, {}), toEnd);
}

function draw(toEnd = false, threadToEnd = toEnd) {
  const home = world.place === HOME;
  const channel = world.channels.get(world.place);
  const title = home ? `${nameOf(BOT)} — Home` : world.place === direct() ? nameOf(BOT) : `# ${channel?.name ?? world.place}`;
  byId("place").textContent = title;
  byId("about").textContent = `as ${nameOf(world.me)}`;
  byId("composer").hidden = home;
  document.title = `${title} · Sandbox`;
  drawSidebar();
  if (home) drawHome(); else drawChannel(toEnd);
  drawThread(threadToEnd);
  syncModal();
}

addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[open]")) if (!menu.contains(event.target)) menu.removeAttribute("open");
});

let drawing = false;
function soon() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => { drawing = false; draw(); });
}

let started = false;
async function refresh() {
  load(await state());
  if (!started) {
    readAddress();
    byId("composer").append(composer({ placeholder: "Message…" }));
    byId("thread-composer").append(threadComposer);
    byId("thread-close").addEventListener("click", () => { world.thread = null; draw(); });
    addEventListener("hashchange", () => { readAddress(); draw(true); });
    if (world.place === HOME) post("home", { user: world.me });
  }
  draw(!started);
  started = true;
}

follow((change) => { if (apply(change)) soon(); }, refresh);
