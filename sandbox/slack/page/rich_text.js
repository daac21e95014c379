// Block Kit's rich_text as DOM nodes.

import { el, link } from "./dom.js";
import { EMOJI } from "./emoji.js";
import { date, mention } from "./mrkdwn.js";

export function richText(elements, names) {
  return el("div", { class: "rich-text" }, elements.map((each) => part(each, names)));
}

function part(element, names) {
  const inside = () => element.elements.map((each) => inline(each, names));
  switch (element.type) {
    case "rich_text_section":
      return el("p", {}, inside());
    case "rich_text_quote":
      return el("blockquote", {}, inside());
    case "rich_text_preformatted":
      return el("pre", {}, inside());
    case "rich_text_list": {
      const ordered = element.style === "ordered";
      const list = el(ordered ? "ol" : "ul", { start: ordered ? (element.offset ?? 0) + 1 : null });
      list.style.marginInlineStart = `${(element.indent ?? 0) * 20}px`;
      for (const item of element.elements) {
        list.append(el("li", {}, item.elements.map((each) => inline(each, names))));
      }
      return list;
    }
    default:
      return null;
  }
}

function inline(element, names) {
  return styled(element.style, () => {
    switch (element.type) {
      case "text":
        return element.text;
      case "link":
        return link(element.url, element.text ?? element.url);
      case "user":
        return mention(names.user(element.user_id), element.user_id);
      case "usergroup":
        return mention(`@${names.group(element.usergroup_id)}`);
      case "channel":
        return mention(`#${names.channel(element.channel_id)}`);
      case "broadcast":
        return el("span", { class: "mention loud" }, `@${element.range}`);
      case "emoji":
        return el("span", { class: "emoji" }, EMOJI[element.name] ?? `:${element.name}:`);
      case "date":
        return date(`!date^${element.timestamp}^${element.format}`, element.fallback);
      default:
        return element.value ?? "";
    }
  });
}

function styled(style, build) {
  const tags = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };
  return Object.entries(tags).reduce(
    (node, [name, tag]) => (style?.[name] ? el(tag, {}, node) : node),
    build(),
  );
}
