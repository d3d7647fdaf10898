// The page: who is looking at which place, kept live by the stream of changes.
import { renderBlocks } from "./blocks.js";
import { setClock, showClock } from "./clock.js";
import { composer } from "./composer.js";
import { byId, h, keepingFocus, toast } from "./dom.js";
import { listenToDrawer } from "./drawer.js";
import { follow, inTeam, post, state } from "./door.js";
import { tell } from "./activity.js";
import { drawNext, empty } from "./guide.js";
import { closeMenus, listenToMenus } from "./menus.js";
import { forgetDrawn, renderMessages } from "./message.js";
import { surfaceOfView, syncModal } from "./modal.js";
import { messageOf } from "./permalink.js";
import { keepEnd, showAt, staysAtEnd, toEnd } from "./scroll.js";
import { drawSidebar, listenToPeople } from "./sidebar.js";
import { apply, BOT, channels, direct, HOME, load, markSeen, messagesIn, nameOf, people, repliesTo, threadKey, workspace } from "./workspace.js";

let opener = null; // the message whose thread is open, to go back to

function readAddress() {
  const [name, place] = decodeURIComponent(location.hash.slice(1)).split("/");
  const user = people().find((id) => nameOf(id) === name);
  if (user) workspace.me = user;
  if (place === "dm") workspace.place = direct();
  else if (place === HOME || workspace.channels.has(place)) workspace.place = place;
  leaveClosedPlace();
}

function writeAddress() {
  const place = workspace.place === direct() ? "dm" : workspace.place;
  history.replaceState(null, "", `${inTeam("/")}#${nameOf(workspace.me)}/${place}`);
}

function openHome() {
  if (workspace.place === HOME) post("home", { user: workspace.me });
}

function go(place) {
  workspace.place = place;
  workspace.thread = null;
  writeAddress();
  draw(true);
  openHome();
}

/** Go to a message that a link names, in its thread if it is a reply. */
function visit({ channel, ts, thread }) {
  const message = workspace.messages.get(`${channel}/${ts}`);
  if (!message || (channel !== direct() && !channels().some(({ id }) => id === channel))) return toast("That message is not here, or not for you to see.");
  go(channel);
  if (thread && thread !== ts) {
    workspace.thread = opener = thread;
    draw(false, true);
  }
  showAt(byId(workspace.thread ? "thread-scroll" : "scroll"), ts);
}

/** Go elsewhere from a channel that the person is not in. */
function leaveClosedPlace() {
  if (workspace.place === HOME || workspace.place === direct() || channels().some(({ id }) => id === workspace.place)) return;
  workspace.place = channels()[0]?.id ?? HOME;
  workspace.thread = null;
}

function become(user) {
  const wasDirect = workspace.place === direct();
  workspace.me = user;
  if (wasDirect) workspace.place = direct();
  else leaveClosedPlace();
  writeAddress();
  draw(true);
  openHome();
}

/** Bring a list to these nodes, leaving those that stay untouched; stay at the end if the reader was there. */
function fill(list, scroll, nodes, jump) {
  const stay = jump || staysAtEnd(scroll);
  keepingFocus(list, () => {
    nodes.forEach((node, index) => {
      const now = list.children[index];
      if (now !== node) list.insertBefore(node, now ?? null);
    });
    while (list.children.length > nodes.length) list.lastElementChild.remove();
  });
  if (!list.querySelector(".message[tabindex='0']")) [...list.querySelectorAll(".message")].at(-1)?.setAttribute("tabindex", "0");
  if (stay) toEnd(scroll);
}

/** Up and down go from message to message; only one of them is a stop for Tab. */
function walking(event) {
  const now = event.target;
  const step = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[event.key];
  if (!step || !now.matches(".message")) return;
  event.preventDefault();
  let next = now[step];
  while (next && !next.matches(".message")) next = next[step];
  if (!next) return;
  for (const each of event.currentTarget.querySelectorAll(".message[tabindex='0']")) each.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
}

function openThread(message) {
  workspace.thread = opener = message.ts;
  draw(false, true);
  byId("thread-composer").querySelector("textarea").focus();
}

function closeThread() {
  workspace.thread = null;
  draw();
  byId("messages").querySelector(`.message[data-ts="${opener}"] .replies`)?.focus();
}

let home = { looks: "", node: null }; // drawn anew only when the view has changed
function drawHome() {
  const view = workspace.homes[workspace.me];
  const looks = JSON.stringify([workspace.me, view?.id, view?.hash, view?.blocks]);
  const redrawn = !home.node?.isConnected;
  if (looks !== home.looks) {
    const shown = view ? renderBlocks(view.blocks, surfaceOfView(view)) : h("p", { class: "fine" }, "The app has not published a Home tab for you yet.");
    home = { looks, node: h("div", { class: "home" }, shown) };
  }
  const { scrollTop } = byId("scroll");
  fill(byId("messages"), byId("scroll"), [home.node], false);
  byId("scroll").scrollTop = redrawn ? 0 : scrollTop;
}

function drawChannel(jump) {
  const messages = messagesIn(workspace.place).filter((message) => !message.thread_ts);
  markSeen(workspace.place, messages.at(-1));
  fill(byId("messages"), byId("scroll"), messages.length ? renderMessages(messages, { open: openThread }) : [empty()], jump);
}

function drawThread(jump) {
  const parent = workspace.thread && workspace.messages.get(`${workspace.place}/${workspace.thread}`);
  byId("thread").hidden = !parent;
  document.body.classList.toggle("with-thread", Boolean(parent));
  if (!parent) return;
  const messages = [parent, ...repliesTo(workspace.place, workspace.thread)];
  markSeen(threadKey(workspace.place, workspace.thread), messages.at(-1));
  fill(byId("thread-messages"), byId("thread-scroll"), renderMessages(messages, {}), jump);
}

/** The app's own two places belong together. */
function drawTabs() {
  const tabs = [[HOME, "Home"], [direct(), "Messages"]];
  const shown = tabs.some(([place]) => place === workspace.place);
  byId("tabs").hidden = !shown;
  if (shown) keepingFocus(byId("tabs"), () => byId("tabs").replaceChildren(...tabs.map(([place, label]) => h("button", {
    type: "button", class: "tab", "aria-current": place === workspace.place ? "page" : null, data: { key: label }, on: { click: () => go(place) },
  }, label))));
}

function drawPlace() {
  const atHome = workspace.place === HOME;
  const channel = workspace.channels.get(workspace.place);
  const title = atHome ? nameOf(BOT) : workspace.place === direct() ? nameOf(BOT) : `# ${channel?.name ?? workspace.place}`;
  byId("place").textContent = title;
  byId("about").textContent = `as ${nameOf(workspace.me)}`;
  byId("composer").hidden = atHome;
  document.title = `${title}${atHome ? " Home" : ""} · Sandbox`;
  for (const [name, value] of [["role", "log"], ["aria-live", "polite"]]) {
    if (atHome) byId("messages").removeAttribute(name); else byId("messages").setAttribute(name, value);
  }
  drawTabs();
  byId("composer").querySelector(".composer-bar .fine").textContent = workspace.place === direct() ? "Type / for commands" : `Type / for commands, @${nameOf(BOT)} to call the app`;
  const box = byId("composer").querySelector("textarea");
  box.placeholder = `Message ${title.replace("# ", "#")}`;
  box.setAttribute("aria-label", box.placeholder);
}

function draw(jump = false, threadJump = jump) {
  drawPlace();
  drawNext(become); // first, since it takes room from the messages
  drawThread(threadJump); // before its channel, which counts the replies that were not seen
  if (workspace.place === HOME) drawHome(); else drawChannel(jump);
  drawSidebar({ become, go }); // last, when what is shown now has been seen
  syncModal();
}

function escape(event) {
  if (event.key !== "Escape") return;
  if (closeMenus()) event.preventDefault();
  else if (document.querySelector("dialog[open]")) return;
  else if (workspace.thread && !event.defaultPrevented) closeThread();
}

function listen() {
  for (const id of ["scroll", "thread-scroll", "flow-lines"]) keepEnd(byId(id));
  listenToMenus();
  addEventListener("keydown", escape);
  addEventListener("go", (event) => go(event.detail));
  addEventListener("visit", (event) => visit(event.detail));
  addEventListener("hashchange", () => { readAddress(); draw(true); openHome(); });
  addEventListener("visibilitychange", () => draw());
  byId("messages").addEventListener("keydown", walking);
  byId("thread-messages").addEventListener("keydown", walking);
  byId("thread-close").addEventListener("click", closeThread);
  listenToPeople(become);
  listenToDrawer();
}

let started = false;
let drawing = false;
function soon() {
  if (drawing || !started) return; // there is nothing to draw on before the workspace has come
  drawing = true;
  requestAnimationFrame(() => { drawing = false; draw(); });
}

/** Times are told anew after an advance of the clock, and on a new day. */
function tellTimesAnew() {
  forgetDrawn();
  home = { looks: "", node: null };
  soon();
}

function hear(change) {
  tell(change);
  if (change.kind === "clock") {
    setClock(change.now);
    tellTimesAnew();
  } else if (apply(change)) {
    for (const changes of early) changes.push(change);
    soon();
  }
}

const early = new Set(); // for each loading of the workspace the changes since then, which may not be in it

async function refresh() {
  const changes = [];
  early.add(changes);
  const [all] = await Promise.all([state(), showClock(tellTimesAnew)]).finally(() => early.delete(changes));
  load(all);
  changes.forEach(apply);
  if (!started) {
    readAddress();
    byId("composer").append(composer({ zone: byId("main") }));
    byId("thread-composer").append(composer({ zone: byId("thread"), threadOf: () => workspace.thread }));
    listen();
    openHome();
  }
  const linked = started ? null : messageOf(location.href);
  draw(!started);
  if (linked && !location.hash) visit(linked);
  started = true;
}

follow(hear, refresh);
