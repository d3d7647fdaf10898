// The person's top modal, kept in step with the workspace.
import { renderBlocks } from "./blocks.js";
import { h, keepingFocus } from "./dom.js";
import { post, upload } from "./door.js";
import { textObject } from "./text.js";
import { forgetViews, topView, workspace } from "./workspace.js";

const drafts = new Map();
let shown = null; // { id, hash, box }

function draftOf(id) {
  if (!drafts.has(id)) drafts.set(id, { values: {}, names: {} });
  return drafts.get(id);
}

const EXTERNAL = /external_select$/;

/** What an element holds: options by their values, except those that the app alone knows. */
function entry(state) {
  if (!state) return undefined;
  const [, value] = Object.entries(state).find(([key]) => key !== "type") ?? [];
  if (value === null || value === undefined) return undefined;
  if (EXTERNAL.test(state.type)) return value;
  if (Array.isArray(value)) return value.map((each) => each.value ?? each.id ?? each);
  return value.value ?? value;
}

/** How the elements of a view act, for a modal and for the Home tab alike. */
export function surfaceOfView(view, errors = {}) {
  const draft = draftOf(view.id);
  return {
    errors,
    use: (block, element) => ({
      value: draft.values[block.block_id]?.[element.action_id] ?? entry(view.state?.values?.[block.block_id]?.[element.action_id]),
      names: draft.names[element.action_id],
      dispatches: block.type !== "input" || block.dispatch_action === true,
      enter: (value, names) => {
        (draft.values[block.block_id] ??= {})[element.action_id] = value;
        if (names) draft.names[element.action_id] = names;
      },
      act: (value) => post("actions", {
        user: workspace.me,
        view_id: view.id,
        hash: view.hash,
        action_id: element.action_id,
        block_id: block.block_id,
        values: kept(view, draft.values),
        ...(value === undefined ? {} : { selected: value }),
      }),
      suggest: (value) => post("suggestions", { user: workspace.me, view_id: view.id, action_id: element.action_id, block_id: block.block_id, value }),
      upload: async (files) => (await upload({ user: workspace.me, purpose: "view" }, files)).response?.files,
    }),
  };
}

const elementsOf = (block) => [...block.elements ?? [], block.accessory, block.element].filter((element) => element?.action_id);

/** What was entered in elements the view still has. */
function kept(view, values) {
  const left = {};
  for (const block of view.blocks.flatMap((each) => [each, ...each.child_blocks ?? []])) {
    const entered = elementsOf(block).map(({ action_id }) => [action_id, values[block.block_id]?.[action_id]]).filter(([, value]) => value !== undefined);
    if (entered.length) left[block.block_id] = Object.fromEntries(entered);
  }
  return left;
}

export function syncModal() {
  const top = topView();
  if (shown && (!top || top.id !== shown.id)) {
    const { box } = shown;
    shown = null;
    box.close();
    box.remove(); // at once, so that there are never two
  }
  if (!top || (shown && shown.hash === top.view.hash)) return;
  draw(top.view, {});
}

function parts(view, errors) {
  const stacked = view.previous_view_id !== null;
  const leave = view.close ? textObject(view.close) : stacked ? "Back" : "Cancel";
  return [
    h("header", { class: "bar" },
      stacked && h("button", { type: "button", class: "quiet back", "aria-label": "Back", on: { click: () => close(view) } }, "‹"),
      h("h2", {}, textObject(view.title)),
      h("button", { type: "button", class: "quiet", "aria-label": stacked ? "Close all" : "Close", on: { click: () => close(view, stacked) } }, "✕")),
    h("form", { id: "view", class: "modal-body", novalidate: true, on: { submit: (event) => { event.preventDefault(); submit(view); } } },
      renderBlocks(view.blocks, surfaceOfView(view, errors))),
    h("footer", {},
      h("button", { type: "button", class: "button", data: { key: "leave" }, on: { click: () => close(view) } }, leave),
      view.submit && h("button", { form: "view", class: "button primary", data: { key: "submit" } }, textObject(view.submit))),
  ];
}

function draw(view, errors) {
  const nodes = parts(view, errors);
  if (!shown) {
    const box = h("dialog", { class: "modal", "aria-label": view.title.text });
    box.addEventListener("cancel", (event) => { event.preventDefault(); if (topView()) close(topView().view); });
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    shown = { box };
    box.replaceChildren(...nodes);
    box.showModal();
    const fields = "input, textarea, select";
    (box.querySelector("[autofocus]") ?? box.querySelector(fields) ?? box.querySelector("footer .primary, footer .button"))?.focus();
  } else {
    const same = shown.id === view.id;
    const { scrollTop } = shown.box.querySelector(".modal-body");
    shown.box.setAttribute("aria-label", view.title.text);
    keepingFocus(shown.box, () => shown.box.replaceChildren(...nodes));
    if (same) shown.box.querySelector(".modal-body").scrollTop = scrollTop; // an update leaves the reader where they were
  }
  if (document.activeElement === shown.box) shown.box.querySelector("footer .primary, footer .button")?.focus();
  shown.box.querySelector(".wrong :is(input, textarea, select, summary)")?.focus();
  Object.assign(shown, { id: view.id, hash: view.hash });
}

let submitting = null; // a second press while the app thinks is the same press

async function submit(view) {
  if (submitting === view.id) return;
  submitting = view.id;
  const press = shown.box.querySelector("footer .primary");
  press?.setAttribute("aria-disabled", "true");
  try {
    const said = await post(`views/${view.id}/submit`, { user: workspace.me, hash: view.hash, values: kept(view, draftOf(view.id).values) });
    const errors = said.response?.response_action === "errors" ? said.response.errors : null;
    if (errors && shown?.id === view.id) draw(view, errors);
    else if (said.ok && !said.response?.response_action) drafts.delete(view.id);
  } finally {
    submitting = null;
    press?.removeAttribute("aria-disabled");
  }
}

const closing = new Set(); // a second press while the workspace closes it is the same press

/** Leave a form; with `clear` the whole stack of forms it stands on. */
async function close(view, clear = false) {
  if (closing.has(view.id)) return;
  closing.add(view.id);
  drafts.delete(view.id);
  if (clear) { // all at once: the workspace announces each form that closes, and the one below would flash up
    forgetViews();
    syncModal();
  }
  try {
    await post(`views/${view.id}/close`, { user: workspace.me, ...(clear ? { clear } : {}) });
  } finally {
    closing.delete(view.id);
  }
}
