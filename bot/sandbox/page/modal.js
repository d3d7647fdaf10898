// The person's top modal, kept in step with the workspace.
import { renderBlocks } from "./blocks.js";
import { h, keepingFocus } from "./dom.js";
import { post, upload } from "./door.js";
import { textObject } from "./text.js";
import { topView, world } from "./world.js";

const drafts = new Map();
let shown = null; // { id, hash, box }

function draftOf(id) {
  if (!drafts.has(id)) drafts.set(id, { values: {}, names: {} });
  return drafts.get(id);
}

function entry(state) {
  if (!state) return undefined;
  const [, value] = Object.entries(state).find(([key]) => key !== "type") ?? [];
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.map((each) => each.value ?? each.id ?? each);
  return value.value ?? value;
}

/** How the elements of a view act, for a modal and for the Home tab alike. */
export function surfaceOfView(view, errors = {}) {
  const draft = draftOf(view.id);
  const dispatched = (block) => block.type !== "input" || block.dispatch_action;
  return {
    errors,
    use: (block, element) => ({
      value: draft.values[block.block_id]?.[element.action_id] ?? entry(view.state?.values?.[block.block_id]?.[element.action_id]),
      names: draft.names[element.action_id],
      enter: (value, names) => {
        (draft.values[block.block_id] ??= {})[element.action_id] = value;
        if (names) draft.names[element.action_id] = names;
      },
      act: async (value) => dispatched(block) && post("actions", {
        user: world.me,
        view_id: view.id,
        action_id: element.action_id,
        block_id: block.block_id,
        values: kept(view, draft.values),
        ...(value === undefined ? {} : { selected: value }),
      }),
      upload: async (files) => (await upload({ user: world.me, purpose: "view" }, files)).response?.files,
    }),
  };
}

/** What was entered in blocks the view still has. */
function kept(view, values) {
  const present = new Set(view.blocks.map((block) => block.block_id));
  return Object.fromEntries(Object.entries(values).filter(([block_id]) => present.has(block_id)));
}

export function syncModal() {
  const top = topView();
  if (shown && (!top || top.id !== shown.id)) {
    const { box } = shown;
    shown = null;
    box.close();
  }
  if (!top || (shown && shown.hash === top.view.hash)) return;
  draw(top.view, {});
}

function draw(view, errors) {
  const stacked = view.previous_view_id !== null;
  const body = h("form", { class: "modal-body", on: { submit: (event) => { event.preventDefault(); submit(view); } } },
    renderBlocks(view.blocks, surfaceOfView(view, errors)));
  const parts = [
    h("header", { class: "bar" },
      h("h2", {}, textObject(view.title)),
      h("button", { type: "button", class: "quiet", "aria-label": "Close", on: { click: () => close(view) } }, "✕")),
    body,
    h("footer", {},
      h("button", { class: "button", on: { click: () => close(view) } }, view.close ? textObject(view.close) : stacked ? "Back" : "Cancel"),
      view.submit && h("button", { class: "button primary", on: { click: () => submit(view) } }, textObject(view.submit))),
  ].filter(Boolean);
  if (!shown) {
    const box = h("dialog", { class: "modal", "aria-label": view.title.text });
    box.addEventListener("cancel", (event) => { event.preventDefault(); close(topView().view); });
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    shown = { box };
    box.replaceChildren(...parts);
    box.showModal();
    body.querySelector("input, textarea, select")?.focus();
  } else keepingFocus(shown.box, () => shown.box.replaceChildren(...parts));
  body.querySelector(".wrong :is(input, textarea, select)")?.focus();
  Object.assign(shown, { id: view.id, hash: view.hash });
}

async function submit(view) {
  const said = await post(`views/${view.id}/submit`, { user: world.me, values: kept(view, draftOf(view.id).values) });
  const errors = said.response?.response_action === "errors" ? said.response.errors : null;
  if (errors && shown?.id === view.id) draw(view, errors);
  else if (said.ok && !said.response?.response_action) drafts.delete(view.id);
}

async function close(view) {
  drafts.delete(view.id);
  await post(`views/${view.id}/close`, { user: world.me });
}
