// Tables of blocks: as wide as their words ask for, scrolled inside their box; data tables in pages, sorted by a column.
import { h } from "./dom.js";
import { richText } from "./rich_text.js";

const PAGE_SIZE = 5; // docs.slack.dev: the default of `page_size`

const wordsOf = (content) => (content.type === "rich_text" ? richText(content.elements).map((node) => node.textContent).join(" ") : content.text ?? String(content.value));

function cell(content, tag, settings, props = {}) {
  const shown = content.type === "rich_text" ? richText(content.elements) : content.text ?? String(content.value);
  const number = content.type === "raw_number" ? "right" : null;
  return h(tag, { class: `align-${settings?.align ?? number ?? "left"} ${settings?.is_wrapped ? "wrapped" : ""}`, ...props }, shown);
}

const boxed = (block, ...parts) => h("div", { class: "block table-box", tabindex: "0", role: "region", "aria-label": block.caption ?? "Table" }, parts);

/** A `table` block. */
export function table(block) {
  const [head, ...rows] = block.rows;
  const row = (tag) => (contents) => h("tr", {}, contents.map((content, index) => cell(content, tag, block.column_settings?.[index])));
  return boxed(block, h("table", {}, h("thead", {}, row("th")(head)), h("tbody", {}, rows.map(row("td")))));
}

const rank = (content) => (content.type === "raw_number" ? content.value : wordsOf(content));
const byColumn = (index) => (a, b) => {
  const [first, second] = [rank(a[index]), rank(b[index])];
  return typeof first === "number" && typeof second === "number" ? first - second : String(first).localeCompare(String(second));
};

/** A `data_table` block: a page of rows at a time; a click on a heading sorts by its column. */
export function dataTable(block) {
  const [head, ...rows] = block.rows;
  const size = block.page_size ?? PAGE_SIZE;
  const naming = block.row_header_column_index ?? 0;
  const pages = Math.ceil(rows.length / size);
  let page = 0;
  let sorted = null; // { index, step }
  const body = h("tbody");
  const where = h("span", { class: "fine", role: "status" });
  const turn = (step, label) => h("button", { type: "button", class: "button", on: { click: () => { page += step; show(); } } }, label);
  const [back, on] = [turn(-1, "Previous"), turn(1, "Next")];

  const headings = head.map((content, index) => cell(content, "th", null, { scope: "col", "aria-sort": "none" }));
  headings.forEach((heading, index) => {
    const sort = () => { sorted = { index, step: sorted?.index === index ? -sorted.step : 1 }; page = 0; show(); };
    heading.replaceChildren(h("button", { type: "button", class: "sort", on: { click: sort } }, heading.textContent));
  });

  function show() {
    const ordered = sorted ? rows.toSorted((a, b) => sorted.step * byColumn(sorted.index)(a, b)) : rows;
    body.replaceChildren(...ordered.slice(page * size, (page + 1) * size).map((contents) => h("tr", {}, contents.map((content, index) =>
      (index === naming ? cell(content, "th", null, { scope: "row" }) : cell(content, "td"))))));
    headings.forEach((heading, index) => heading.setAttribute("aria-sort", sorted?.index !== index ? "none" : sorted.step > 0 ? "ascending" : "descending"));
    where.textContent = `${page * size + 1}–${Math.min((page + 1) * size, rows.length)} of ${rows.length}`;
    back.disabled = page === 0;
    on.disabled = page >= pages - 1;
  }

  show();
  const pager = pages > 1 && h("div", { class: "pager" }, where, back, on);
  return h("div", { class: "block" }, boxed(block, h("table", {}, h("caption", {}, block.caption), h("thead", {}, h("tr", {}, headings)), body)), pager);
}
