// Rich text, made into nodes.
import { dated } from "./dates.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { link, mention, place } from "./text.js";
import { nameOf } from "./workspace.js";

const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u", highlight: "mark", client_highlight: "mark" };

const SPANS = {
  text: (element) => element.text,
  link: (element) => link(element.url, element.text ?? element.url),
  emoji: (element) => emoji(element.name),
  user: (element) => mention(`@${nameOf(element.user_id)}`),
  usergroup: (element) => mention(`@${element.usergroup_id}`),
  team: (element) => mention(`@${element.team_id}`),
  channel: (element) => place(element.channel_id),
  broadcast: (element) => mention(`@${element.range}`),
  color: (element) => [swatch(element.value), element.value],
  date: (element) => {
    const words = dated(element.timestamp, element.format ?? "{date}") ?? element.fallback;
    return element.url ? link(element.url, words) : words;
  },
};

function swatch(value) {
  const box = h("span", { class: "swatch", "aria-hidden": true });
  box.style.backgroundColor = value; // only ever a colour; what else an app may write there is dropped
  return box;
}

function span(element) {
  const make = SPANS[element.type];
  if (!make) return h("code", {}, JSON.stringify(element));
  return Object.entries(element.style ?? {}).reduce(
    (node, [style, on]) => (on && TAGS[style] ? h(TAGS[style], {}, node) : node), make(element));
}

const listed = (list) => h(list.style === "ordered" ? "ol" : "ul",
  { class: `indent-${list.indent ?? 0} ${list.border ? "bordered" : ""}`, start: list.offset ? list.offset + 1 : null },
  list.elements.map((item) => h("li", {}, item.elements.map(span))));

const PARTS = {
  rich_text_section: (part) => h("div", { class: "words" }, part.elements.map(span)),
  rich_text_quote: (part) => h("blockquote", { class: "words" }, part.elements.map(span)),
  rich_text_preformatted: (part) => h("pre", {}, part.elements.map(span)),
  rich_text_list: listed,
};

/** The nodes of a rich_text block's elements; a part that is not known shows its JSON. */
export function richText(elements) {
  return elements.map((part) => PARTS[part.type]?.(part) ?? h("pre", { class: "unknown" }, JSON.stringify(part, null, 2)));
}
