// A list of messages that changes in place: only what changed is built anew.

import { el } from "./dom.js";
import { day } from "./names.js";
import { renderMessage } from "./message.js";

const COMPACT_SECONDS = 300;

export function updateTimeline(list, messages, view, options = {}) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const known = new Map([...list.children].map((each) => [each.dataset.key, each]));
  const wanted = [];
  let before = null;
  for (const message of messages) {
    if (!options.inThread && (!before || day(before.ts) !== day(message.ts))) {
      const key = `day ${day(message.ts)}`;
      wanted.push(known.get(key) ?? dayLine(message, key));
    }
    const compact = isCompact(before, message);
    const key = JSON.stringify([view.user, compact, message]);
    const node = known.get(key) ?? renderMessage(message, view, { compact, ...options });
    node.dataset.key = key;
    wanted.push(node);
    before = message;
  }
  wanted.forEach((node, place) => {
    if (list.children[place] !== node) list.insertBefore(node, list.children[place] ?? null);
  });
  while (list.children.length > wanted.length) list.lastElementChild.remove();
  if (atEnd || options.toEnd) stayAtEnd(list);
}

// An image has no height until it has come in: what stood at the end then still does.
function stayAtEnd(list) {
  const toEnd = () => { list.scrollTop = list.scrollHeight; };
  toEnd();
  for (const image of list.querySelectorAll("img")) {
    if (!image.complete) image.addEventListener("load", toEnd, { once: true });
  }
}

function isCompact(before, message) {
  return Boolean(before) && before.user === message.user && !before.ephemeral && !message.ephemeral &&
    !before.replies.length && !message.blocks.length && !before.blocks.length &&
    day(before.ts) === day(message.ts) && Number(message.ts) - Number(before.ts) < COMPACT_SECONDS;
}

function dayLine(message, key) {
  return el("div", { class: "day", role: "separator", "data-key": key }, el("span", {}, day(message.ts)));
}
