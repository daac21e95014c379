// The modal on top of the person's stack, its inputs, and what was entered in them so far.

import { act, errorWords, upload } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { busy, el, toast } from "./dom.js";
import { forgetTyping, tellTyping } from "./inputs.js";
import { waitsForMenu } from "./menu.js";
import { emojis } from "./mrkdwn.js";

const drafts = new Map(); // view id -> block id -> action id -> value

export function viewHost(view, context) {
  const draft = merged(view);
  const where = { user: context.user, view_id: view.id };
  const host = {
    names: context.names,
    owner: view.id,
    errors: view.errors,
    waiting: Promise.resolve(),
    label: (value) => view.labels[value],
    redraw: () => context.redraw(),
    value: (block, element) => draft[block.block_id]?.[element.action_id] ?? null,
    changed: (block, element, value) => ((draft[block.block_id] ??= {})[element.action_id] = value),
    values: () => draft,
    suggest: async (block, element, typed) => {
      const ids = { block_id: block.block_id, action_id: element.action_id };
      const answer = await act("suggest-in-view", { ...where, ...ids, value: typed });
      for (const option of answer.options ?? []) view.labels[option.value] = option.text.text;
      return answer.options ?? [];
    },
    upload: async (file) => {
      const kept = await upload(context.user, file);
      view.labels[kept.id] = kept.name;
      return kept.id;
    },
    used: (block, element, control, value) => {
      if (block.type === "input" && !block.dispatch_action) return Promise.resolve();
      forgetTyping();
      const ids = { block_id: block.block_id, action_id: element.action_id };
      const work = async () => {
        try {
          const outcome = await act("change", { ...where, ...ids, value, values: sendable(draft, block, element) });
          if (!outcome.ok) toast(errorWords(outcome));
        } catch (error) {
          toast(error.message);
        }
      };
      const shown = element.type === "button" && control ? () => busy(control, work) : work;
      host.waiting = host.waiting.then(shown); // one after the other, and all before the submit
      return host.waiting;
    },
  };
  return host;
}

// The element that is used sends its own value; the others come along.
function sendable(draft, block, element) {
  const copy = structuredClone(draft);
  delete copy[block.block_id]?.[element.action_id];
  return copy;
}

// What was typed here wins over what the server knew, where block and action id stayed.
function merged(view) {
  const own = drafts.get(view.id) ?? {};
  const draft = {};
  for (const [block, elements] of Object.entries(view.values)) {
    for (const [action, value] of Object.entries(elements)) {
      const typed = own[block]?.[action];
      const same = typed !== undefined && Array.isArray(typed) === Array.isArray(value);
      (draft[block] ??= {})[action] = same ? typed : value;
    }
  }
  drafts.set(view.id, draft);
  return draft;
}

let dialog = null;
let shown = "";
let last = null; // where the focus was, for a control that is disabled while the bot works

export function updateModal(state, context) {
  const view = state.views.at(-1);
  const key = view ? `${view.id} ${view.revision} ${state.views.length}` : "";
  if (key === shown) return;
  const same = view && dialog?.dataset.viewId === view.id;
  if (same && waitsForMenu(dialog, () => updateModal(state, context))) return;
  shown = key;
  if (!view) {
    dialog?.close();
    dialog?.remove();
    dialog = null;
    drafts.clear();
    return;
  }
  if (!dialog) {
    dialog = el("dialog", { class: "modal", "aria-labelledby": "modal-title" });
    document.body.append(dialog);
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      dialog.querySelector("[data-close]")?.click();
    });
    // Chromium closes a dialog at a second Escape whatever `cancel` says: open it again.
    dialog.addEventListener("close", () => dialog?.isConnected && dialog.showModal());
    dialog.addEventListener("focusin", () => (last = focused()));
  }
  const focus = same ? focused() ?? last : null;
  const top = same && asksOn(view) ? dialog.querySelector(".modal-body").scrollTop : 0;
  fill(view, state, context);
  if (!dialog.open) dialog.showModal();
  refocus(focus);
  dialog.querySelector(".modal-body").scrollTop = top;
}

function fill(view, state, context) {
  const host = viewHost(view, { ...context, redraw });
  const where = { user: context.user, view_id: view.id };
  const title = emojis(view.title?.text ?? "");
  const body = el("div", { class: "modal-body" }, renderBlocks(view.blocks, host));
  const cancel = () => {
    tellTyping();
    return host.waiting.then(() => act("close", where)).catch((error) => toast(error.message));
  };
  const submit = view.submit && el("button", {
    type: "button",
    class: "button primary",
    "data-submit": view.id,
    disabled: view.submit_disabled,
    onclick: send,
  }, emojis(view.submit.text));
  host.enter = () => submit && !submit.disabled && send();
  const back = state.views.length > 1;
  dialog.dataset.viewId = view.id;
  dialog.replaceChildren(
    el("div", { class: "modal-head" },
      el("span", { class: "app-icon", "aria-hidden": "true" }, "C"),
      el("h2", { id: "modal-title" }, title),
      el("button", { type: "button", class: "icon-button", "aria-label": back ? "Back" : "Close", "data-close": view.id, onclick: cancel }, back ? "‹" : "×")),
    body,
    el("div", { class: "modal-foot" },
      el("button", { type: "button", class: "button", "data-cancel": view.id, onclick: cancel }, emojis(view.close?.text ?? "Cancel")),
      submit),
    el("div", { class: "toasts", role: "status", "aria-live": "polite" }));
  dialog.onkeydown = (event) => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && submit && !submit.disabled) send();
  };

  function redraw() {
    shown = "";
    updateModal(state, context);
  }

  function send() {
    forgetTyping();
    return busy(submit, async () => {
      try {
        await host.waiting;
        const outcome = await act("submit", { ...where, values: host.values() });
        if (outcome.ok) return;
        if (outcome.error) toast(`We had some trouble connecting. Try again? (${errorWords(outcome)})`);
        await context.refresh();
        showWrong();
      } catch (error) {
        toast(error.message);
      }
    });
  }
}

/** Bring the first problem into sight, and the focus to it. */
function showWrong() {
  const wrong = dialog?.querySelector(".has-error");
  const control = wrong?.querySelector("[aria-invalid]") ?? wrong?.querySelector("input, select, textarea");
  control?.focus();
  wrong?.scrollIntoView({ block: "nearest" });
}

/** Tell whether a modal asks something that it asked before: else it is another page of it. */
function asksOn(view) {
  const before = new Set([...dialog.querySelectorAll("[data-block-id]")].map((each) => each.dataset.blockId));
  const inputs = view.blocks.filter((block) => block.type === "input");
  return !before.size || !inputs.length || inputs.some((block) => before.has(block.block_id));
}

function focused() {
  const node = document.activeElement;
  if (!dialog?.contains(node) || !node.dataset.actionId) return null;
  const block = node.closest("[data-block-id]")?.dataset.blockId;
  const searched = node.getAttribute("role") === "combobox" ? node.value : null;
  const offered = node.offered?.() ?? null;
  return { block, action: node.dataset.actionId, from: node.selectionStart, to: node.selectionEnd, searched, offered };
}

function refocus(at) {
  const body = dialog.querySelector(".modal-body");
  const same = at && [...body.querySelectorAll("[data-action-id]")].find((each) =>
    each.dataset.actionId === at.action && each.closest("[data-block-id]")?.dataset.blockId === at.block &&
    each.matches("input, textarea, select, button"));
  const first = body.querySelector("[data-focus-on-load]") ?? body.querySelector("input, textarea, select, button");
  const node = same ?? first ?? dialog.querySelector("[data-submit], [data-close]");
  if (same && at.searched !== null) node.dataset.kept = "";
  node?.focus();
  if (same && at.searched !== null && node.value !== at.searched) {
    node.value = at.searched; // what is searched for stays, and is searched for again
    node.dispatchEvent(new Event("input"));
  }
  else if (same && at.offered) node.offer(at.offered);
  if (same && typeof at.from === "number") node.setSelectionRange(at.from, at.to);
}
