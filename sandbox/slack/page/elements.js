// Block Kit's interactive elements as form controls.

import { el } from "./dom.js";
import { combobox } from "./combobox.js";
import { use } from "./dialog.js";
import { emojis, words } from "./mrkdwn.js";
import { dateTimePicker, textInput } from "./inputs.js";
import { fileInput } from "./files.js";

export function control(block, element, host, { id = null, described = "", invalid = false } = {}) {
  const build = ELEMENTS[element.type] ?? ((_b, each) => el("span", {}, `(${each.type})`));
  const node = build(block, element, host);
  const field = node.matches("button, input, select, textarea, [role]")
    ? node
    : (node.querySelector("input, select, textarea") ?? node);
  if (id) field.id = id;
  if (described) field.setAttribute("aria-describedby", described);
  if (invalid) field.setAttribute("aria-invalid", "true");
  if (!id && (field.matches("select") || !field.textContent) && !field.getAttribute("aria-label")) {
    field.setAttribute("aria-label", element.placeholder?.text ?? element.action_id);
  }
  if (element.focus_on_load) field.dataset.focusOnLoad = "";
  node.dataset.actionId = element.action_id;
  field.dataset.actionId = element.action_id;
  return node;
}

function button(block, element, host) {
  const style = element.style ? `button ${element.style}` : "button";
  const node = el("button", {
    type: "button",
    class: style,
    "aria-label": element.accessibility_label,
    onclick: () => {
      if (element.url) window.open(element.url, "_blank", "noopener");
      use(block, element, host, node, null);
    },
  }, emojis(element.text.text));
  return node;
}

function select(choices) {
  return (block, element, host) => {
    const chosen = host.value(block, element);
    const placeholder = emojis(element.placeholder?.text ?? "Choose…");
    const node = el("select", {
      onchange: () => use(block, element, host, node, node.value || null),
    });
    node.append(el("option", { value: "" }, placeholder));
    for (const [label, options] of choices(element, host)) {
      const items = options.map(([value, text]) => el("option", { value }, emojis(text)));
      if (label) node.append(el("optgroup", { label: emojis(label) }, items));
      else node.append(...items);
    }
    node.value = chosen ?? "";
    return node;
  };
}

function multi(choices) {
  return (block, element, host) => {
    const all = choices(element, host).flatMap(([, options]) =>
      options.map(([value, text]) => [value, emojis(text)]));
    const find = async (typed) =>
      all.filter(([, text]) => text.toLowerCase().includes(typed.toLowerCase()));
    return combobox(block, element, host, { several: true, find, known: new Map(all) });
  };
}

function external(several) {
  return (block, element, host) => {
    const least = element.min_query_length ?? 3;
    const find = async (typed) => {
      if (typed.length < least) return null;
      const options = await host.suggest(block, element, typed);
      return options.map((each) => [each.value, plainWords(each.text), each.description && plainWords(each.description)]);
    };
    const least_words = `Type at least ${least} character${least === 1 ? "" : "s"} to search.`;
    return combobox(block, element, host, { several, find, known: new Map(), least: least_words });
  };
}

const plainWords = (text) => (text.emoji === false ? text.text : emojis(text.text));
const listed = (element) =>
  element.option_groups
    ? element.option_groups.map((each) => [each.label.text, each.options.map(pair)])
    : [[null, element.options.map(pair)]];
const pair = (option) => [option.value, option.text.text];
const people = (_element, host) => [[null, host.names.people()]];
const places = (_element, host) => [[null, host.names.places()]];

function choices(kind) {
  return (block, element, host) => {
    const chosen = host.value(block, element);
    const held = new Set(Array.isArray(chosen) ? chosen : [chosen]);
    const name = `${host.owner}-${block.block_id}-${element.action_id}`;
    const box = el("div", { class: "choices", role: kind === "radio" ? "radiogroup" : "group" });
    const now = () => [...box.querySelectorAll("input:checked")].map((each) => each.value);
    for (const option of element.options) {
      const input = el("input", {
        type: kind,
        name,
        value: option.value,
        checked: held.has(option.value),
        onchange: () => {
          const value = kind === "radio" ? (now()[0] ?? null) : now();
          use(block, element, host, input, value);
        },
      });
      box.append(el("label", { class: "choice" }, input,
        el("span", {}, words(option.text, host.names),
          option.description && el("small", {}, words(option.description, host.names)))));
    }
    return box;
  };
}

function picker(type) {
  return (block, element, host) => {
    const node = el("input", {
      type,
      value: host.value(block, element) ?? "",
      onchange: () => use(block, element, host, node, node.value || null),
    });
    return node;
  };
}

function overflow(block, element, host) {
  const node = el("select", {
    class: "overflow",
    "aria-label": "More actions",
    onchange: () => {
      const value = node.value;
      node.value = "";
      const option = element.options.find((each) => each.value === value);
      if (option?.url) window.open(option.url, "_blank", "noopener");
      use(block, element, host, node, value);
    },
  }, el("option", { value: "" }, "⋯"));
  node.append(...element.options.map((each) => el("option", { value: each.value }, emojis(each.text.text))));
  return node;
}

const ELEMENTS = {
  button,
  overflow,
  static_select: select(listed),
  users_select: select(people),
  conversations_select: select(places),
  channels_select: select(places),
  multi_static_select: multi(listed),
  multi_users_select: multi(people),
  multi_conversations_select: multi(places),
  multi_channels_select: multi(places),
  external_select: external(false),
  multi_external_select: external(true),
  radio_buttons: choices("radio"),
  checkboxes: choices("checkbox"),
  datepicker: picker("date"),
  timepicker: picker("time"),
  datetimepicker: dateTimePicker,
  plain_text_input: textInput,
  number_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  file_input: fileInput,
};
