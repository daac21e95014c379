// Inputs that one types into: lines of text, numbers, and a date with a time.

import { el } from "./dom.js";
import { emojis } from "./mrkdwn.js";
import { use } from "./dialog.js";

const PAUSE_MS = 250; // so many after the last key the bot hears of on_character_entered

let timer = null; // what was typed last and not yet told
let telling = null;

// Whatever else is used or submitted carries along what was typed: it need not be told once more.
export function forgetTyping() {
  clearTimeout(timer);
  telling = null;
}

// Closing carries nothing along: what was typed last is told before it.
export function tellTyping() {
  telling?.();
}

export function textInput(block, element, host) {
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const tells = block.dispatch_action === true;
  const tell = () => {
    forgetTyping();
    if (!node.isConnected) return; // another view stands there now
    use(block, element, host, null, node.value || null);
  };
  const attributes = {
    value: host.value(block, element) ?? "",
    placeholder: element.placeholder && emojis(element.placeholder.text),
    maxlength: element.max_length,
    inputmode: element.type === "number_input" ? "decimal" : null,
    autocomplete: "off",
    oninput: () => {
      host.changed(block, element, node.value || null);
      if (!tells || !when.includes("on_character_entered")) return;
      forgetTyping();
      telling = tell;
      timer = setTimeout(tell, PAUSE_MS);
    },
    onkeydown: (event) => {
      const plain = event.key === "Enter" && !event.shiftKey && !event.metaKey && !event.ctrlKey;
      if (!plain || element.multiline) return;
      event.preventDefault();
      if (tells && when.includes("on_enter_pressed")) tell();
      else host.enter?.();
    },
  };
  const node = element.multiline
    ? el("textarea", { ...attributes, rows: "5" })
    : el("input", { ...attributes, type: "text" });
  return node;
}

const two = (number) => String(number).padStart(2, "0");

function localText(seconds) {
  if (seconds === null || seconds === undefined) return "";
  const at = new Date(seconds * 1000);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function dateTimePicker(block, element, host) {
  const node = el("input", {
    type: "datetime-local",
    value: localText(host.value(block, element)),
    onchange: () => {
      const moment = new Date(node.value).getTime();
      const value = Number.isNaN(moment) ? null : Math.floor(moment / 1000);
      use(block, element, host, node, value);
    },
  });
  return node;
}
