// One message, and a channel's list of them.
import { renderBlocks } from "./blocks.js";
import { now } from "./clock.js";
import { h } from "./dom.js";
import { post } from "./door.js";
import { ownMessageButtons } from "./own_message.js";
import { addressOf } from "./permalink.js";
import { mrkdwn } from "./text.js";
import { BOT, nameOf, newReplies, repliesTo, workspace } from "./workspace.js";

const entered = new Map();
const drawn = new Map(); // a message is drawn anew only when what it shows has changed

const timeOf = (ts) => new Date(Number(ts) * 1000);
const clock = (ts) => timeOf(ts).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function dayOf(ts) {
  const day = timeOf(ts);
  const today = new Date(now());
  if (day.toDateString() === today.toDateString()) return "Today";
  return day.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}

export function avatar(user) {
  const name = nameOf(user);
  return h("span", { class: `avatar ${user}`, "aria-hidden": true }, (user === BOT && workspace.app.icon) || name[0].toUpperCase());
}

/** How the elements of a message act, and what has been chosen in it so far by this person. */
function surfaceOf(message) {
  const key = `${workspace.me}/${message.channel}/${message.ts}`;
  const values = entered.get(key) ?? {};
  entered.set(key, values);
  return {
    use: (block, element) => ({
      value: values[block.block_id]?.[element.action_id],
      dispatches: block.type !== "input" || block.dispatch_action === true,
      suggest: (value) => post("suggestions", { user: workspace.me, channel: message.channel, message_ts: message.ts, action_id: element.action_id, block_id: block.block_id, value }),
      enter: (value) => { (values[block.block_id] ??= {})[element.action_id] = value; },
      act: (value) => post("actions", {
        user: workspace.me,
        channel: message.channel,
        message_ts: message.ts,
        action_id: element.action_id,
        block_id: block.block_id,
        values,
        ...(value === undefined ? {} : { selected: value }),
      }),
    }),
  };
}

function fileChip(file) {
  const size = file.size < 1024 ? `${file.size} B` : `${Math.round(file.size / 1024)} KB`;
  return h("a", { class: "file", href: addressOf(file.id), download: file.name },
    h("span", { class: "file-icon", "aria-hidden": true }),
    h("span", {}, h("strong", {}, file.name), h("small", {}, `${file.pretty_type} · ${size}`)));
}

function replyLine(message, open) {
  const replies = repliesTo(message.channel, message.ts).filter((reply) => !reply.ephemeral_to);
  if (!replies.length) return null;
  const people = [...new Set(replies.map((reply) => reply.user))].slice(0, 4);
  const count = replies.length === 1 ? "1 reply" : `${replies.length} replies`;
  const fresh = newReplies(message.channel, message.ts).length;
  return h("button", { type: "button", class: "replies", data: { key: "replies" }, on: { click: () => open(message) } },
    people.map(avatar), h("span", {}, count), fresh > 0 && h("span", { class: "new" }, `${fresh} new`), h("span", { class: "fine" }, `last at ${clock(replies.at(-1).ts)}`));
}

function hoverMenu(message, open) {
  const shortcut = ([callback_id, label]) => h("button", {
    title: label,
    on: { click: () => post("shortcuts", { user: workspace.me, channel: message.channel, message_ts: message.ts, callback_id }) },
  }, label);
  return h("div", { class: "hover-menu", role: "toolbar", "aria-label": "Message actions" },
    open && h("button", { type: "button", on: { click: () => open(message) } }, "Reply in thread"), (workspace.app.shortcuts ?? []).map(shortcut), ownMessageButtons(message));
}

/** A message; `open` shows its thread, where there is one to show. */
function renderMessage(message, { open = null, joined = false }) {
  const body = message.blocks ? renderBlocks(message.blocks, surfaceOf(message)) : h("div", { class: "words" }, mrkdwn(message.text));
  const mine = message.ephemeral_to;
  return h("article", { class: `message ${joined ? "joined" : ""} ${mine ? "private" : ""}`, tabindex: "-1",
    "aria-label": `${nameOf(message.user)}, ${clock(message.ts)}`, data: { ts: message.ts } },
    h("div", { class: "gutter" }, joined ? h("time", { class: "fine" }, clock(message.ts)) : avatar(message.user)),
    h("div", { class: "body" },
      mine && h("div", { class: "only-you" }, "Only visible to you"),
      !joined && h("div", { class: "byline" },
        h("strong", {}, nameOf(message.user)),
        message.bot_id && h("span", { class: "badge" }, "APP"),
        h("time", { class: "fine" }, clock(message.ts))),
      body,
      message.attachments?.map((each) => h("blockquote", {}, h("strong", {}, each.author_name), h("div", { class: "words" }, mrkdwn(each.text)))),
      message.edited && !message.bot_id && h("span", { class: "fine" }, "(edited)"),
      message.files && h("div", { class: "files" }, message.files.map(fileChip)),
      message.reactions && h("div", { class: "reactions" }, message.reactions.map((each) =>
        h("span", { class: "reaction" }, mrkdwn(`:${each.name}:`), ` ${each.count}`))),
      open && !mine && replyLine(message, open)),
    !mine && hoverMenu(message, open));
}

function unchanged(message, options) {
  const replies = repliesTo(message.channel, message.ts).map((reply) => reply.ts);
  const looks = JSON.stringify([message, options.joined, replies, newReplies(message.channel, message.ts).length]);
  const key = `${workspace.me}/${message.channel}/${message.ts}/${Boolean(options.open)}`;
  if (drawn.get(key)?.looks !== looks) drawn.set(key, { looks, node: renderMessage(message, options) });
  return drawn.get(key).node;
}

/** Draw all messages anew, since what they tell of times goes by another day. */
export function forgetDrawn() {
  drawn.clear();
}

/** Messages with a line for each new day; one soon after another by the same person joins it. */
export function renderMessages(messages, options) {
  const nodes = [];
  let before = null;
  for (const message of messages) {
    const newDay = !before || dayOf(before.ts) !== dayOf(message.ts);
    if (newDay) nodes.push(h("div", { class: "day", role: "separator" }, h("span", {}, dayOf(message.ts))));
    const joined = !newDay && before.user === message.user && !message.ephemeral_to && !before.ephemeral_to
      && message.ts - before.ts < 300 && !message.blocks;
    nodes.push(unchanged(message, { ...options, joined }));
    before = message;
  }
  return nodes;
}
