// Slack's mrkdwn and text objects, made into nodes.
import { dated } from "./dates.js";
import { h } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { fileOf, messageOf, openFile, visit } from "./permalink.js";
import { channelName, nameOf, workspace } from "./workspace.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const plain = (text) => text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);
const EDGE = "[\\p{L}\\p{N}_]";
const spanned = (mark) => `(?<!${EDGE}|[${mark}])[${mark}](?=\\S)([^${mark}\\n]*[^\\s${mark}])[${mark}](?!${EDGE}|[${mark}])`;
const MRKDWN = new RegExp(
  `\`\`\`\\n?([\\s\\S]+?)\`\`\`|\`([^\`\\n]+)\`|<([^<>\\n]+)>|${spanned("*")}|${spanned("_")}|${spanned("~")}`
  + "|:([a-z0-9_+-]+):|(https?:\\/\\/[^\\s<>|*~`]*[^\\s<>|*~`_.,;:!?)'\"])",
  "gu",
);

/** The nodes of a mrkdwn text, with quoted lines in a block of their own; `verbatim` links nothing by itself. */
export function mrkdwn(text, verbatim = false) {
  const nodes = [];
  let afterBlock = false; // the line break beside a block of its own is not a line more
  for (const [index, part] of text.split(/(```[\s\S]+?```)/).entries()) {
    if (index % 2) nodes.push(...inline(part, verbatim));
    else for (const piece of part.split(/((?:^|\n)(?:&gt;|>)[^\n]*(?:\n(?:&gt;|>)[^\n]*)*)/)) {
      if (!piece) continue;
      const quote = /^\n?(?:&gt;|>)/.test(piece);
      if (quote) nodes.push(h("blockquote", {}, inline(piece.replace(/(^|\n)(?:&gt;|>) ?/g, "$1").replace(/^\n/, ""), verbatim)));
      else nodes.push(...inline(afterBlock ? piece.replace(/^\n/, "") : piece, verbatim));
      afterBlock = quote;
    }
    afterBlock = index % 2 === 1;
  }
  return nodes;
}

function inline(text, verbatim) {
  const nodes = [];
  let last = 0;
  for (const found of text.matchAll(MRKDWN)) {
    if (found.index > last) nodes.push(plain(text.slice(last, found.index)));
    nodes.push(piece(found, verbatim));
    last = found.index + found[0].length;
  }
  if (last < text.length) nodes.push(plain(text.slice(last)));
  return nodes;
}

function piece([whole, block, code, angled, bold, italic, strike, name, address], verbatim) {
  if (block !== undefined) return h("pre", {}, preformatted(block));
  if (code !== undefined) return h("code", {}, preformatted(code));
  if (angled !== undefined) return reference(angled);
  if (bold !== undefined) return h("strong", {}, inline(bold, verbatim));
  if (italic !== undefined) return h("em", {}, inline(italic, verbatim));
  if (strike !== undefined) return h("s", {}, inline(strike, verbatim));
  if (name !== undefined) return emoji(name);
  return verbatim ? plain(whole) : link(plain(address), plain(address));
}

/** Between backticks only what stands in angle brackets keeps its meaning. */
function preformatted(text) {
  return text.split(/(<[^<>\n]+>)/).map((part, index) => (index % 2 ? reference(part.slice(1, -1)) : plain(part)));
}

function reference(inside) {
  const [target, ...rest] = inside.split("|");
  const label = rest.length ? plain(rest.join("|")) : null;
  if (target.startsWith("@")) return mention(`@${workspace.users.get(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith("#")) return place(target.slice(1), label);
  if (target.startsWith("!")) return special(target.slice(1).split("^"), label);
  return link(plain(target), label ?? plain(target).replace(/^mailto:/, ""));
}

/** `<!here>`, `<!subteam^S1|@team>` and `<!date^1392734382^{date}^link|fallback>`. */
function special([name, ...parts], label) {
  if (name !== "date") return mention(`@${(label ?? parts[0] ?? name).replace(/^@/, "")}`);
  const [timestamp, format, target] = parts.map(plain);
  const words = dated(timestamp, format ?? "{date}") ?? label ?? timestamp;
  return target ? link(target, words) : words;
}

/** A message's text as it was typed, for editing it: marks stay, names and links are words again. */
export function typed(text) {
  return plain(text.replace(/<([^<>|\n]+)(?:\|([^<>\n]*))?>/g, (markup, target, label) =>
    target.startsWith("@") ? `@${nameOf(target.slice(1))}` : /^[#!]/.test(target) ? markup : label ?? target));
}

/** A channel; a click goes there. */
export function place(id, label = null) {
  if (!workspace.channels.has(id)) return mention(`#${label ?? channelName(id)}`);
  const go = (event) => { event.preventDefault(); dispatchEvent(new CustomEvent("go", { detail: id })); };
  return h("a", { class: "mention", href: `/#${nameOf(workspace.me)}/${id}`, on: { click: go } }, `#${channelName(id)}`);
}

export function mention(name) {
  return h("span", { class: `mention ${name === `@${nameOf(workspace.me)}` ? "me" : ""}` }, name);
}

/** A link only where it leads to the web or to mail; any other scheme stays words. */
export function link(target, label) {
  if (!/^(https?:|mailto:)/i.test(target)) return label;
  if (messageOf(target)) return h("a", { href: target, on: { click: (event) => { event.preventDefault(); visit(target); } } }, label);
  const file = fileOf(target);
  if (file) return h("a", { href: file, on: { click: (event) => { event.preventDefault(); openFile(file); } } }, label);
  return h("a", { href: target, target: "_blank", rel: "noreferrer noopener" }, label);
}

/** A text object. */
export function textObject(object) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, object.verbatim);
  return [object.emoji === false ? object.text : withEmoji(object.text)];
}

/** A text object as one plain string, for where no nodes can be. */
export function plainText(object) {
  return textObject(object).map((node) => node.textContent ?? node).join("");
}
