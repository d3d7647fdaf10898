// What the page knows of the workspace, and who is looking.

import { keep, recall } from "./browser_storage.js";

export const BOT = "U_BOT";

export const HOME = "home";
export const workspace = {
  team: "Sandbox", // what the workspace calls itself
  app: {}, // what is known beforehand of the app that this is a workspace for; nothing of one that is new here
  users: new Map(), // names by id, the app and other bots among them
  kinds: new Map(), // what each is: a member, a guest, a stranger, ...
  channels: new Map(),
  messages: new Map(),
  views: new Map(),
  homes: {},
  me: null,
  place: null,
  thread: null,
  seen: recall("seen") ?? {}, // the newest message seen, by person and place
};

const keyOf = (message) => `${message.channel}/${message.ts}`;

let sorted = null; // { me, channels, threads }, made anew when something has changed

export function load(state) {
  sorted = null;
  workspace.users = new Map(state.users.map((user) => [user.id, user.name]));
  workspace.kinds = new Map(state.users.map((user) => [user.id, user.kind]));
  workspace.channels = new Map(state.channels.map((channel) => [channel.id, channel]));
  workspace.messages = new Map(state.messages.map((message) => [keyOf(message), message]));
  workspace.views = new Map(state.views.map((record) => [record.id, record]));
  workspace.homes = state.homes;
  workspace.team = state.teams?.find((team) => team.id === state.team)?.name ?? workspace.team;
  workspace.app = state.app ?? {};
  workspace.me ??= people()[0];
  workspace.place ??= workspace.channels.has(workspace.app.channel) ? workspace.app.channel : channels()[0]?.id ?? HOME;
}

const BOTS = new Set(["app", "other_app", "slackbot"]);

/** The ids of the people, whatever they are; no bots. */
export function people() {
  return [...workspace.users.keys()].filter((id) => !BOTS.has(workspace.kinds.get(id)));
}

const KINDS = { guest: "guest", channel_guest: "single-channel guest", stranger: "other company", deactivated: "deactivated" };

/** What a person is in a word, where they are no full member. */
export function kindOf(user) {
  return KINDS[workspace.kinds.get(user)] ?? "";
}

/** The channels that the person is in, without direct messages. */
export function channels() {
  return [...workspace.channels.values()].filter((channel) => !channel.is_im && channel.members.includes(workspace.me));
}

export function apply(change) {
  sorted = null;
  switch (change.kind) {
    case "message": workspace.messages.set(keyOf(change.message), change.message); break;
    case "message_deleted": workspace.messages.delete(keyOf(change)); break;
    case "user":
      workspace.users.set(change.user.id, change.user.name);
      workspace.kinds.set(change.user.id, change.user.kind);
      break;
    case "channel": workspace.channels.set(change.channel.id, change.channel); break;
    case "view": workspace.views.set(change.id, { id: change.id, user: change.user, view: change.view }); break;
    case "view_closed": workspace.views.delete(change.id); break;
    case "home": workspace.homes[change.user] = change.view; break;
    default: return false;
  }
  return true;
}

const visible = (message) => !message.ephemeral_to || message.ephemeral_to === workspace.me;

function sort() {
  if (sorted?.me === workspace.me) return sorted;
  sorted = { me: workspace.me, channels: new Map(), threads: new Map() };
  const add = (lists, key, message) => (lists.get(key) ?? lists.set(key, []).get(key)).push(message);
  for (const message of [...workspace.messages.values()].filter(visible).sort((a, b) => (a.ts < b.ts ? -1 : 1))) {
    add(sorted.channels, message.channel, message);
    if (message.thread_ts) add(sorted.threads, `${message.channel}/${message.thread_ts}`, message);
  }
  return sorted;
}

/** What the person sees in a channel, oldest first. */
export function messagesIn(channel) {
  return sort().channels.get(channel) ?? [];
}

export function repliesTo(channel, ts) {
  return sort().threads.get(`${channel}/${ts}`) ?? [];
}

/** The person's direct messages with the app. */
export function direct() {
  return `D_${workspace.me}`;
}

/** All of the person's modals are gone. */
export function forgetViews() {
  for (const [id, record] of workspace.views) if (record.user === workspace.me) workspace.views.delete(id);
}

/** The person's top modal. */
export function topView() {
  return [...workspace.views.values()].filter((record) => record.user === workspace.me).at(-1) ?? null;
}

export const threadKey = (channel, ts) => `${channel}/${ts}`;

const isNew = (message, since) => message.user !== workspace.me && message.ts > since;
const seenUntil = (place) => workspace.seen[`${workspace.me}/${place}`] ?? "";

const shown = new WeakMap(); // a message's words and blocks as one text, to look for names in
function mentions(message, user) {
  if (!shown.has(message)) shown.set(message, JSON.stringify([message.text, message.blocks]));
  return shown.get(message).includes(user);
}

/** The replies that the person has not seen, in a thread they follow: they wrote in it, or it names them. */
export function newReplies(channel, ts) {
  const replies = repliesTo(channel, ts);
  const since = seenUntil(threadKey(channel, ts));
  const fresh = replies.filter((reply) => isNew(reply, since));
  if (!fresh.length) return fresh;
  const parent = workspace.messages.get(`${channel}/${ts}`);
  const follows = [parent, ...replies].some((message) => message && (message.user === workspace.me || mentions(message, workspace.me)));
  return follows ? fresh : [];
}

/** The messages of a place that the person has not seen; of its threads those that they follow. */
function fresh(channel) {
  const since = seenUntil(channel);
  const all = messagesIn(channel);
  const threads = new Set(all.map((message) => message.thread_ts).filter(Boolean));
  return [...all.filter((message) => !message.thread_ts && isNew(message, since)), ...[...threads].flatMap((ts) => newReplies(channel, ts))];
}

/** How many messages of a place the person has not seen. */
export const unread = (channel) => fresh(channel).length;

/** How many of them name the person. */
export const mentionsIn = (channel) => fresh(channel).filter((message) => mentions(message, workspace.me)).length;

/** That the person has seen a channel or a thread up to this message. */
export function markSeen(place, last) {
  const key = `${workspace.me}/${place}`;
  if (!last || document.hidden || workspace.seen[key] >= last.ts) return;
  workspace.seen = { ...workspace.seen, ...recall("seen"), [key]: last.ts }; // another window may have seen more elsewhere
  keep("seen", workspace.seen);
}

export function nameOf(user) {
  return workspace.users.get(user) ?? user;
}

export function channelName(id) {
  const channel = workspace.channels.get(id);
  return channel ? channel.name : id;
}
