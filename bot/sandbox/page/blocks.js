// Blocks of a message, a modal or a Home tab, made into nodes.
import { inTeam } from "./door.js";
import { h } from "./dom.js";
import { makeElement } from "./elements.js";
import { markdown } from "./markdown.js";
import { richText } from "./rich_text.js";
import { dataTable, table } from "./tables.js";
import { textObject } from "./text.js";

/** A picture that lies in the workspace is shown; another is named, since nothing is fetched from outside. */
function pictured(image, size) {
  const own = image.slack_file?.id && inTeam(`/sandbox/files/${encodeURIComponent(image.slack_file.id)}`);
  if (own) return h("img", { class: `picture ${size}`, src: own, alt: image.alt_text });
  return h("span", { class: `picture ${size} absent`, role: "img", "aria-label": image.alt_text, title: image.image_url }, image.alt_text);
}

function section(block, surface) {
  const fields = (block.fields ?? []).map((field) => h("div", { class: "words" }, textObject(field)));
  const accessory = block.accessory;
  return h("div", { class: "block section", data: { block: block.block_id } },
    h("div", { class: "section-body" },
      block.text && h("div", { class: "words" }, textObject(block.text)),
      fields.length > 0 && h("div", { class: "fields" }, fields)),
    accessory && h("div", { class: "accessory" },
      accessory.type === "image" ? pictured(accessory, "thumb") : makeElement(accessory, surface.use(block, accessory))));
}

function input(block, surface) {
  const error = surface.errors?.[block.block_id];
  const use = surface.use(block, block.element);
  const told = error ? `error-${block.block_id}` : null;
  Object.assign(use, { label: block.label.text, wrong: error ? "true" : null, told, optional: block.optional });
  return h("div", { class: `block input-block ${error ? "wrong" : ""}`, data: { block: block.block_id } },
    h("div", { class: "label" }, textObject(block.label), block.optional && h("span", { class: "fine" }, " (optional)")),
    makeElement(block.element, use),
    error && h("div", { class: "error", role: "alert", id: told }, error),
    block.hint && h("div", { class: "fine" }, textObject(block.hint)));
}

const titleOf = (block) => (block.rich_text_title ? richText(block.rich_text_title.elements) : textObject(block.title));

/** A box around other blocks; one that can be collapsed opens where it stands. */
function container(block, surface) {
  const icon = block.icon && pictured(block.icon, "small");
  const head = [icon, h("span", { class: "container-title" }, h("strong", {}, titleOf(block)), block.subtitle && h("span", { class: "fine" }, textObject(block.subtitle)))];
  const body = h("div", { class: "container-body" }, renderBlocks(block.child_blocks, surface));
  const look = `block container ${block.width ?? "standard"}`;
  if (!block.is_collapsible) return h("div", { class: `${look} ${block.has_header_divider ? "divided" : ""}` }, h("div", { class: "container-head" }, head), body);
  return h("details", { class: look, open: !block.default_collapsed, data: { box: block.block_id } }, h("summary", { class: "container-head", data: { key: `container/${block.block_id}` } }, head), body);
}

const RENDER = {
  header: (block) => h("h3", { class: "block header" }, textObject(block.text)),
  section,
  input,
  table,
  data_table: dataTable,
  container,
  divider: () => h("hr", { class: "block" }),
  context: (block) => h("div", { class: "block context" }, block.elements.map((element) =>
    element.type === "image" ? pictured(element, "small") : h("span", { class: "words" }, textObject(element)))),
  actions: (block, surface) => h("div", { class: "block actions", data: { block: block.block_id } },
    block.elements.map((element) => makeElement(element, surface.use(block, element)))),
  image: (block) => h("div", { class: "block" }, block.title && h("div", { class: "fine" }, textObject(block.title)), pictured(block, "large")),
  markdown: (block) => h("div", { class: "block markdown words" }, markdown(block.text)),
  rich_text: (block) => h("div", { class: "block rich" }, richText(block.elements)),
  alert: (block) => h("div", { class: `block alert ${block.level ?? "default"}`, role: "note" }, textObject(block.text)),
};

/** One node for each block; a block that is not known shows its JSON, never nothing. */
export function renderBlocks(blocks, surface) {
  return blocks.map((block) => (RENDER[block.type] ?? unknown)(block, surface));
}

function unknown(block) {
  return h("pre", { class: "block unknown" }, JSON.stringify(block, null, 2));
}
