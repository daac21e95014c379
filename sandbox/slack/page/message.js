// One message: who, when, its blocks, its files, its thread, and what only you can see.

import { act, errorWords } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { avatar, busy, el, toast } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { clock } from "./names.js";

const drafts = new Map(); // channel + ts -> block id -> action id -> value chosen in a message

export function renderMessage(message, view, { compact = false, inThread = false } = {}) {
  const { names, user } = view;
  const person = names.person(message.user);
  const body = el("div", { class: "message-body" });
  if (!compact) {
    body.append(el("div", { class: "message-head" },
      el("strong", { class: "message-name" }, person?.real_name ?? "Slackbot"),
      (person?.is_bot ?? true) && el("span", { class: "badge-app" }, "APP"),
      el("time", { class: "message-time" }, clock(message.ts))));
  }
  if (message.blocks.length) body.append(renderBlocks(message.blocks, messageHost(message, view)));
  else if (message.text) body.append(mrkdwn(message.text, names));
  if (message.edited) body.append(el("span", { class: "edited" }, "(edited)"));
  body.append(...message.files.map(file));
  if (message.replies.length && !inThread) body.append(threadLink(message, view));
  const node = el("article", {
    class: ["message", message.ephemeral && "ephemeral", compact && "compact"].filter(Boolean).join(" "),
    "data-ts": message.ts,
    "data-channel": message.channel,
    "data-user": message.user,
    "data-ephemeral": message.ephemeral ? "true" : null,
    "aria-label": `${person?.real_name ?? "Slackbot"}, ${clock(message.ts)}`,
  });
  if (message.ephemeral) node.append(onlyYou(message, user));
  const side = compact ? el("time", { class: "side-time" }, clock(message.ts)) : avatar(person);
  node.append(el("div", { class: "message-row" }, side, body));
  if (!inThread && !view.readOnly && !message.ephemeral && !message.thread_ts) node.append(tools(message, view));
  return node;
}

function onlyYou(message, user) {
  return el("div", { class: "only-you" },
    el("span", {}, "Only visible to you"),
    el("button", {
      type: "button",
      class: "link-button",
      "data-dismiss": message.ts,
      onclick: () => act("dismiss", { user, channel: message.channel, ts: message.ts })
        .catch((error) => toast(error.message)),
    }, "Dismiss message"));
}

function threadLink(message, view) {
  const people = [...new Set(message.replies.map((each) => each.user))];
  const count = message.replies.length;
  return el("button", {
    type: "button",
    class: "thread-link",
    "data-thread": message.ts,
    onclick: () => view.openThread(message.ts),
  },
  people.map((each) => avatar(view.names.person(each), true)),
  el("strong", {}, count === 1 ? "1 reply" : `${count} replies`),
  el("span", { class: "quiet" }, `Last reply ${clock(message.replies.at(-1).ts)}`));
}

function tools(message, view) {
  return el("div", { class: "message-tools" },
    el("button", {
      type: "button",
      title: "Reply in thread",
      "aria-label": "Reply in thread",
      "data-reply": message.ts,
      onclick: () => view.openThread(message.ts),
    }, "Reply"));
}

function file(each) {
  const href = `/page-files/${encodeURIComponent(each.id)}/${encodeURIComponent(each.name)}`;
  return el("a", { class: "file", href, target: "_blank", rel: "noopener" },
    el("span", {}, el("strong", {}, each.title), el("small", {}, `${each.size} bytes`)));
}

function messageHost(message, view) {
  const key = `${message.channel} ${message.ts}`;
  const where = { user: view.user, channel: message.channel, ts: message.ts };
  const held = () => drafts.get(key) ?? {};
  return {
    names: view.names,
    owner: `m${message.ts.replace(".", "-")}`,
    errors: {},
    label: () => undefined,
    redraw: () => view.redraw(),
    value: (block, element) => held()[block.block_id]?.[element.action_id] ?? first(element),
    changed: (block, element, value) => {
      const values = held();
      (values[block.block_id] ??= {})[element.action_id] = value;
      drafts.set(key, values);
    },
    suggest: async (block, element, typed) => {
      const answer = await act("suggest", { ...where, action_id: element.action_id, value: typed });
      return answer.options ?? [];
    },
    used: async (block, element, control, value) => {
      if (block.type === "input" && !block.dispatch_action) return;
      const values = others(message.blocks, held(), element);
      const body = { ...where, block_id: block.block_id, action_id: element.action_id, value, values };
      const work = async () => {
        try {
          const outcome = await act("click", body);
          if (!outcome.ok) toast(errorWords(outcome));
        } catch (error) {
          toast(error.message);
        }
      };
      await (control ? busy(control, work) : work());
    },
  };
}

// What the message's other inputs hold; an update may have taken some of them away.
function others(blocks, values, used) {
  const kept = {};
  for (const block of blocks) {
    for (const each of block.elements ?? [block.element ?? block.accessory]) {
      const value = values[block.block_id]?.[each?.action_id];
      if (value === undefined || each === used) continue;
      (kept[block.block_id] ??= {})[each.action_id] = value;
    }
  }
  return kept;
}

function first(element) {
  const several = element.type.startsWith("multi_") || element.type === "checkboxes";
  const option = element.initial_option?.value;
  const options = element.initial_options?.map((each) => each.value);
  return option ?? options ?? element.initial_value ?? element.initial_date ?? element.initial_time ??
    element.initial_date_time ?? element.initial_user ?? element.initial_conversation ??
    element.initial_channel ?? element.initial_users ?? element.initial_conversations ??
    element.initial_channels ?? (several ? [] : null);
}
