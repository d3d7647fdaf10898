// Standard Markdown, as the markdown block has it, made into nodes.
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./text.js";

const INLINE = new RegExp([
  "`([^`\\n]+)`", "!?\\[([^\\]\\n]*)\\]\\(((?:[^()\\s]|\\([^()\\s]*\\))+)\\)", "\\*\\*(.+?)\\*\\*", "__(.+?)__", "\\*([^*\\n]+)\\*",
  "(?<!\\w)_([^_\\n]+)_(?!\\w)", "~~(.+?)~~", "(https?:\\/\\/[^\\s<>]*[^\\s<>.,;:!?)])", "\\\\([\\\\`*_{}\\[\\]()#+.!|~>-])",
].join("|"), "g");

function line(text) {
  const nodes = [];
  let last = 0;
  for (const found of text.matchAll(INLINE)) {
    nodes.push(withEmoji(text.slice(last, found.index)), span(found));
    last = found.index + found[0].length;
  }
  nodes.push(withEmoji(text.slice(last)));
  return nodes;
}

function span([, code, label, target, bold, bold2, italic, italic2, strike, address, escaped]) {
  if (code !== undefined) return h("code", {}, code);
  if (label !== undefined) return link(target, label || target);
  if (bold ?? bold2) return h("strong", {}, line(bold ?? bold2));
  if (italic ?? italic2) return h("em", {}, line(italic ?? italic2));
  if (strike !== undefined) return h("s", {}, line(strike));
  return address !== undefined ? link(address, address) : escaped;
}

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;
const FENCE = /^\s*```/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;
const cells = (row) => row.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\\|/g, "|"));
const isTable = (first, second = "") => first.includes("|") && second.includes("-") && /^[\s|:-]+$/.test(second);

/** Take lines from the front for as long as they are of a kind. */
function taking(lines, ofKind) {
  const taken = [];
  while (lines.length && ofKind(lines[0])) taken.push(lines.shift());
  return taken;
}

function task(text) {
  const box = text.match(/^\[([ xX])\]\s+(.*)$/);
  return box ? [box[1] === " " ? "☐ " : "☑ ", line(box[2])] : line(text);
}

/** A list with the lists inside it, by how far its items stand in. */
function list(items) {
  const [, base, first] = items[0].match(ITEM);
  const shown = [];
  while (items.length) {
    const [, , , text] = items.shift().match(ITEM);
    const inner = taking(items, (each) => each.match(ITEM)[1].length > base.length);
    shown.push(h("li", {}, task(text), inner.length > 0 && list(inner)));
  }
  const ordered = /^\d/.test(first);
  return h(ordered ? "ol" : "ul", { start: ordered && first !== "1." ? parseInt(first, 10) : null }, shown);
}

function table(head, align, rows) {
  const sides = cells(align).map((mark) => (/^:.*:$/.test(mark) ? "center" : mark.endsWith(":") ? "right" : "left"));
  const row = (tag) => (text) => h("tr", {}, cells(text).map((cell, index) => h(tag, { class: `align-${sides[index] ?? "left"}` }, line(cell))));
  return h("div", { class: "table-box", tabindex: "0", role: "region", "aria-label": "Table" },
    h("table", {}, h("thead", {}, row("th")(head)), h("tbody", {}, rows.map(row("td")))));
}

/** Headings, lists, quotes, fences, tables, rules and paragraphs. */
export function markdown(text) {
  const nodes = [];
  const lines = text.split("\n");
  while (lines.length) {
    const [first, second] = lines;
    if (FENCE.test(first)) {
      lines.shift();
      nodes.push(h("pre", {}, taking(lines, (each) => !FENCE.test(each)).join("\n")));
      lines.shift();
    } else if (RULE.test(first)) nodes.push(h("hr", { class: lines.shift() && "block" }));
    else if (HEADING.test(first)) nodes.push(h("p", { class: "heading" }, line(lines.shift().match(HEADING)[2])));
    else if (ITEM.test(first)) nodes.push(list(taking(lines, (each) => ITEM.test(each))));
    else if (isTable(first, second)) nodes.push(table(lines.shift(), lines.shift(), taking(lines, (each) => each.includes("|"))));
    else if (first.startsWith(">")) nodes.push(h("blockquote", {}, markdown(taking(lines, (each) => each.startsWith(">")).map((each) => each.replace(/^>\s?/, "")).join("\n"))));
    else if (first.trim()) nodes.push(h("p", {}, line(lines.shift())));
    else lines.shift();
  }
  return nodes;
}
