// Slack's mrkdwn, Markdown and rich text, made into nodes.
import { h } from "./dom.js";
import { channelName, nameOf, world } from "./world.js";

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", no_entry: "⛔", no_entry_sign: "🚫", warning: "⚠️",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", double_vertical_bar: "⏸️", pause_button: "⏸️", eyes: "👀",
  lock: "🔒", moneybag: "💰", money_with_wings: "💸", credit_card: "💳", receipt: "🧾", memo: "📝", bell: "🔔",
  tada: "🎉", wave: "👋", robot_face: "🤖", bulb: "💡", mag: "🔍", question: "❓", exclamation: "❗", point_right: "👉",
  red_circle: "🔴", large_yellow_circle: "🟡", large_green_circle: "🟢", white_circle: "⚪", page_facing_up: "📄",
  inbox_tray: "📥", outbox_tray: "📤", bar_chart: "📊", checkered_flag: "🏁", triangular_flag_on_post: "🚩",
  thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎", speech_balloon: "💬", clipboard: "📋", rotating_light: "🚨",
};

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const plain = (text) => text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);
const EDGE = "[\\p{L}\\p{N}_]";
const spanned = (mark) => `(?<!${EDGE}|[${mark}])[${mark}](?=\\S)([^${mark}\\n]*[^\\s${mark}])[${mark}](?!${EDGE}|[${mark}])`;
const MRKDWN = new RegExp(
  `\`\`\`\\n?([\\s\\S]+?)\`\`\`|\`([^\`\\n]+)\`|<([^<>\\n]+)>|${spanned("*")}|${spanned("_")}|${spanned("~")}|:([a-z0-9_+-]+):`,
  "gu",
);

/** The nodes of a mrkdwn text, with quoted lines in a block of their own. */
export function mrkdwn(text) {
  const nodes = [];
  let afterQuote = false;
  for (const part of text.split(/((?:^|\n)(?:&gt;|>)[^\n]*(?:\n(?:&gt;|>)[^\n]*)*)/)) {
    if (!part) continue;
    const quote = /^\n?(?:&gt;|>)/.test(part);
    if (quote) nodes.push(h("blockquote", {}, inline(part.replace(/(^|\n)(?:&gt;|>) ?/g, "$1").trim())));
    else nodes.push(...inline(afterQuote ? part.replace(/^\n/, "") : part));
    afterQuote = quote;
  }
  return nodes;
}

function inline(text) {
  const nodes = [];
  let last = 0;
  for (const found of text.matchAll(MRKDWN)) {
    if (found.index > last) nodes.push(plain(text.slice(last, found.index)));
    nodes.push(piece(found));
    last = found.index + found[0].length;
  }
  if (last < text.length) nodes.push(plain(text.slice(last)));
  return nodes;
}

function piece([whole, block, code, angled, bold, italic, strike, emoji]) {
  if (block !== undefined) return h("pre", {}, plain(block));
  if (code !== undefined) return h("code", {}, plain(code));
  if (angled !== undefined) return reference(angled);
  if (bold !== undefined) return h("strong", {}, inline(bold));
  if (italic !== undefined) return h("em", {}, inline(italic));
  if (strike !== undefined) return h("s", {}, inline(strike));
  return EMOJI[emoji] ?? whole;
}

function reference(inside) {
  const [target, label] = inside.split("|", 2);
  if (target.startsWith("@")) return mention(`@${nameOf(target.slice(1))}`);
  if (target.startsWith("#")) return place(target.slice(1));
  if (target.startsWith("!date^")) return label ?? target;
  if (target.startsWith("!")) return mention(`@${label ?? target.slice(1).split("^")[0]}`);
  return link(plain(target), plain(label ?? target));
}

/** A channel; a click goes there. */
function place(id) {
  if (!world.channels.has(id)) return mention(`#${channelName(id)}`);
  const go = (event) => { event.preventDefault(); dispatchEvent(new CustomEvent("go", { detail: id })); };
  return h("a", { class: "mention", href: `/#${nameOf(world.me)}/${id}`, on: { click: go } }, `#${channelName(id)}`);
}

const mention = (name) => h("span", { class: "mention" }, name);

/** A link only where it leads to the web or to mail; any other scheme stays words. */
export function link(target, label) {
  if (!/^(https?:|mailto:)/i.test(target)) return label;
  return h("a", { href: target, target: "_blank", rel: "noreferrer noopener" }, label);
}

/** A text object. */
export function textObject(object) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text);
  return [object.text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => (object.emoji !== false && EMOJI[name]) || whole)];
}

// --- standard Markdown, as the markdown block has it

const MARKDOWN = /`([^`\n]+)`|\[([^\]\n]+)\]\(([^)\s]+)\)|\*\*([^*\n]+)\*\*|__([^_\n]+)__|\*([^*\n]+)\*|_([^_\n]+)_|~~([^~\n]+)~~/g;

function markdownLine(text) {
  const nodes = [];
  let last = 0;
  for (const found of text.matchAll(MARKDOWN)) {
    nodes.push(text.slice(last, found.index));
    const [, code, label, target, bold, bold2, italic, italic2, strike] = found;
    if (code !== undefined) nodes.push(h("code", {}, code));
    else if (label !== undefined) nodes.push(link(target, label));
    else if (bold ?? bold2) nodes.push(h("strong", {}, bold ?? bold2));
    else if (italic ?? italic2) nodes.push(h("em", {}, italic ?? italic2));
    else nodes.push(h("s", {}, strike));
    last = found.index + found[0].length;
  }
  nodes.push(text.slice(last));
  return nodes;
}

const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());

/** Headings, lists, quotes, fences, tables and paragraphs. */
export function markdown(text) {
  const nodes = [];
  const lines = text.split("\n");
  while (lines.length) {
    const line = lines.shift();
    const heading = line.match(/^(#{1,6})\s+(.*)/);
    if (line.startsWith("```")) {
      const code = [];
      while (lines.length && !lines[0].startsWith("```")) code.push(lines.shift());
      lines.shift();
      nodes.push(h("pre", {}, code.join("\n")));
    } else if (heading) {
      nodes.push(h("p", { class: "heading" }, markdownLine(heading[2])));
    } else if (/^\s*([-*+]|\d+[.)])\s+/.test(line)) {
      const ordered = /^\s*\d/.test(line);
      const items = [line];
      while (lines.length && /^\s*([-*+]|\d+[.)])\s+/.test(lines[0])) items.push(lines.shift());
      const shown = items.map((item) => h("li", {}, markdownLine(item.replace(/^\s*([-*+]|\d+[.)])\s+/, ""))));
      nodes.push(h(ordered ? "ol" : "ul", {}, shown));
    } else if (line.includes("|") && /^[\s|:-]+$/.test(lines[0] ?? "") && lines[0].includes("-")) {
      lines.shift();
      const rows = [];
      while (lines.length && lines[0].includes("|")) rows.push(cells(lines.shift()));
      nodes.push(h("table", {},
        h("thead", {}, h("tr", {}, cells(line).map((cell) => h("th", {}, markdownLine(cell))))),
        h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, markdownLine(cell))))))));
    } else if (line.startsWith(">")) {
      nodes.push(h("blockquote", {}, markdownLine(line.replace(/^>\s?/, ""))));
    } else if (line.trim()) {
      nodes.push(h("p", {}, markdownLine(line)));
    }
  }
  return nodes;
}

// --- rich text

const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

function span(element) {
  let node;
  switch (element.type) {
    case "text": node = element.text; break;
    case "link": node = link(element.url, element.text ?? element.url); break;
    case "emoji": node = EMOJI[element.name] ?? `:${element.name}:`; break;
    case "user": node = mention(`@${nameOf(element.user_id)}`); break;
    case "channel": node = place(element.channel_id); break;
    case "broadcast": node = mention(`@${element.range}`); break;
    case "date": node = element.fallback ?? new Date(element.timestamp * 1000).toLocaleString(); break;
    default: node = h("code", {}, JSON.stringify(element));
  }
  for (const [style, on] of Object.entries(element.style ?? {})) if (on && TAGS[style]) node = h(TAGS[style], {}, node);
  return node;
}

/** The nodes of a rich_text block's elements. */
export function richText(elements) {
  return elements.map((element) => {
    const spans = () => element.elements.map(span);
    switch (element.type) {
      case "rich_text_section": return h("div", { class: "words" }, spans());
      case "rich_text_quote": return h("blockquote", {}, spans());
      case "rich_text_preformatted": return h("pre", {}, spans());
      case "rich_text_list":
        return h(element.style === "ordered" ? "ol" : "ul", { class: `indent-${element.indent ?? 0}` },
          element.elements.map((item) => h("li", {}, item.elements.map(span))));
      default: return h("pre", {}, JSON.stringify(element, null, 2));
    }
  });
}
