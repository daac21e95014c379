// Block Kit's blocks as DOM nodes; `host` holds the values and hears of every act.
//
// host = { names, owner, value(block, element), changed(block, element, value), used(block,
// element, control, value), suggest(block, element, typed), label(value), errors }

import { el } from "./dom.js";
import { control } from "./elements.js";
import { emojis, inline, words } from "./mrkdwn.js";
import { richText } from "./rich_text.js";

export function renderBlocks(blocks, host) {
  return el("div", { class: "blocks" }, blocks.map((block) => {
    const build = BLOCKS[block.type];
    const node = build ? build(block, host) : el("div", {}, `(${block.type})`);
    node.classList.add("block", `block-${block.type}`);
    node.dataset.blockId = block.block_id;
    return node;
  }));
}

const BLOCKS = {
  header: (block) =>
    el("div", { role: "heading", "aria-level": String(block.level ?? 3) }, emojis(block.text.text)),
  divider: () => el("hr"),
  section: (block, host) => {
    const main = el("div", { class: "section-main" });
    if (block.text) main.append(words(block.text, host.names));
    if (block.fields) {
      const fields = block.fields.map((each) => el("div", { class: "field" }, words(each, host.names)));
      main.append(el("div", { class: "fields" }, fields));
    }
    return el("div", {}, main, block.accessory && el("div", { class: "accessory" }, accessory(block, host)));
  },
  context: (block, host) =>
    el("div", {}, block.elements.map((each) =>
      each.type === "image"
        ? el("img", { src: source(each), alt: each.alt_text })
        : el("span", {}, words(each, host.names)))),
  actions: (block, host) =>
    el("div", { role: "group" }, block.elements.map((each) => control(block, each, host))),
  image: (block) =>
    el("figure", {},
      block.title && el("figcaption", {}, emojis(block.title.text)),
      el("img", { src: source(block), alt: block.alt_text })),
  rich_text: (block, host) => el("div", {}, richText(block.elements, host.names)),
  markdown: (block, host) => el("div", {}, markdown(block.text, host.names)),
  table: (block, host) => el("div", { class: "table-box" }, table(block, host.names)),
  input: (block, host) => input(block, host),
};

function accessory(block, host) {
  const element = block.accessory;
  if (element.type !== "image") return control(block, element, host);
  return el("img", { src: source(element), alt: element.alt_text });
}

function source(image) {
  if (image.image_url) return image.image_url;
  const file = image.slack_file ?? {};
  const id = file.id ?? file.url?.match(/\/files\/([^/]+)\//)?.[1] ?? "";
  return `/page-files/${encodeURIComponent(id)}/file`;
}

function table(block, names) {
  const cell = (content, tag, column) => {
    const align = block.column_settings?.[column]?.align ?? "left";
    const inner = content.type === "rich_text"
      ? richText(content.elements, names)
      : emojis(String(content.text ?? content.value ?? ""));
    const wraps = block.column_settings?.[column]?.is_wrapped ? "" : " one-line";
    return el(tag, { class: `align-${align}${wraps}`, scope: tag === "th" ? "col" : null }, inner);
  };
  const row = (cells, tag) => el("tr", {}, cells.map((each, column) => cell(each, tag, column)));
  const [head, ...rest] = block.rows;
  return el("table", {},
    el("thead", {}, row(head, "th")),
    el("tbody", {}, rest.map((each) => row(each, "td"))));
}

// Markdown blocks: headings, lists, and Markdown's ** and links turned into mrkdwn.
function markdown(text, names) {
  return el("div", { class: "mrkdwn" }, text.split("\n").map((line) => {
    const heading = /^(#{1,6}) (.*)$/.exec(line);
    const same = (heading ? heading[2] : line)
      .replace(/\*\*(.+?)\*\*/g, "*$1*")
      .replace(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, "<$2|$1>")
      .replace(/^\s*[-*] /, "• ");
    if (heading) return el("div", { role: "heading", "aria-level": "4" }, inline(same, names));
    return el("div", { class: same.startsWith("• ") ? "line bullet" : "line" }, inline(same, names));
  }));
}

function input(block, host) {
  const element = block.element;
  const name = `${host.owner}-${block.block_id}-${element.action_id}`;
  const error = host.errors[block.block_id];
  const group = ["radio_buttons", "checkboxes"].includes(element.type);
  const described = [block.hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(" ");
  const field = control(block, element, host, { id: name, described, invalid: Boolean(error) });
  if (group) field.setAttribute("aria-labelledby", `${name}-label`);
  return el("div", { class: error ? "has-error" : "" },
    el(group ? "div" : "label", { class: "label", for: group ? null : name, id: `${name}-label` },
      emojis(block.label.text),
      block.optional && el("span", { class: "optional" }, " (optional)")),
    field,
    error && el("div", { class: "error", id: `${name}-error`, role: "alert", "data-error-for": block.block_id },
      emojis(error)),
    block.hint && el("div", { class: "hint", id: `${name}-hint` }, emojis(block.hint.text)));
}
