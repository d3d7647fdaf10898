// Who is looking, and where they can go.
import { byId, h, keepingFocus } from "./dom.js";
import { avatar } from "./message.js";
import { BOT, channels, direct, HOME, kindOf, mentionsIn, nameOf, people, unread, workspace } from "./workspace.js";

let drawn = "";

function person(id, become) {
  const here = id === workspace.me;
  const role = workspace.app.roles?.[id] ?? kindOf(id);
  return h("button", {
    type: "button", class: `person ${here ? "here" : ""}`, role: "radio", "aria-checked": String(here), tabindex: here ? "0" : "-1",
    data: { key: id }, on: { click: () => become(id) },
  }, avatar(id), h("span", {}, nameOf(id), role && h("small", {}, ` ${role}`)));
}

/** Arrow keys go through the people, as through any radio buttons. */
function choosing(event, become) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const now = event.target.closest("[role=radio]");
  if (!step || !now) return;
  event.preventDefault();
  const all = [...now.parentElement.children];
  become(all.at((all.indexOf(now) + step) % all.length).dataset.key);
  byId("people").querySelector("[aria-checked=true]").focus();
}

function place(id, label, go) {
  const here = workspace.place === id;
  const count = here || id === HOME ? 0 : unread(id);
  return h("button", {
    type: "button", class: `place ${here ? "here" : ""} ${count ? "unread" : ""}`, "aria-current": here ? "page" : null,
    data: { key: id }, on: { click: () => go(id) },
  }, h("span", {}, label), marked(id, count));
}

/** What is new in a place: a dot, or a number where it is meant for the person, as in direct messages. */
function marked(id, count) {
  const meant = id === direct() ? count : mentionsIn(id);
  if (!count) return null;
  return meant ? h("span", { class: "count", role: "img", "aria-label": `${meant} unread` }, meant) : h("span", { class: "dot", role: "img", "aria-label": "unread" });
}

export function listenToPeople(become) {
  byId("people").addEventListener("keydown", (event) => choosing(event, become));
}

export function drawSidebar({ become, go }) {
  const everybody = people().map((id) => [id, kindOf(id)]);
  const known = channels();
  const looks = JSON.stringify([workspace.me, workspace.place, everybody, known, [...known.map(({ id }) => id), direct()].map((id) => [unread(id), mentionsIn(id)])]);
  if (looks === drawn) return;
  byId("menu").classList.toggle("unread", [...known.map(({ id }) => id), direct()].some((id) => id !== workspace.place && unread(id) > 0));
  drawn = looks;
  document.querySelector("h1.workspace").textContent = workspace.team;
  keepingFocus(byId("sidebar"), () => {
    byId("people").replaceChildren(...everybody.map(([id]) => person(id, become)));
    byId("channels").replaceChildren(...known.map((channel) => place(channel.id, `# ${channel.name}`, go)));
    byId("direct").replaceChildren(place(direct(), nameOf(BOT), go));
    byId("apps").replaceChildren(place(HOME, `${nameOf(BOT)} Home`, go));
  });
}
