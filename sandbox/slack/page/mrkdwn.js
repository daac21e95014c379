// Slack's mrkdwn as DOM nodes: code, quotes, links, mentions, dates, bold, italic, strike, emoji.

import { append, el, link } from "./dom.js";
import { EMOJI } from "./emoji.js";
import { daysAhead, told } from "./zone.js";

const TOKEN = /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+-]+):|(https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]'"*_~])/g;
const FIRST = 0xe000; // private-use characters stand for finished nodes while styles are read
const EDGE = "\\s()\\[\\]{}\"'.,;:!?…—–/\\-\\ue000-\\uf8ff";
const STYLED = new RegExp(`(^|[${EDGE}*_~])([*_~])(?=[^\\s*_~])((?:(?!\\2).)*[^\\s])\\2(?=$|[${EDGE}*_~])`);
const STYLE_TAG = { "*": "strong", _: "em", "~": "s" };

function decode(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export function emojis(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);
}

export function mrkdwn(text, names) {
  const out = el("div", { class: "mrkdwn" });
  // A leading newline separates nothing; Slack drops it inside a code block too.
  const clean = text.replace(/[\ue000-\uf8ff]/g, "");
  clean.split(/```\n?/).forEach((part, place, all) => {
    const closed = place % 2 === 1 && place < all.length - 1;
    if (closed) out.append(el("pre", {}, decode(part.replace(/\n$/, ""))));
    else append(out, lines(place % 2 === 1 ? "```" + part : part, names));
  });
  return out;
}

export function words(text, names) {
  if (text.type === "mrkdwn") return mrkdwn(text.text, names);
  return el("span", { class: "plain" }, emojis(text.text));
}

function lines(text, names) {
  const nodes = [];
  let quote = null;
  const all = text.replace(/^\n|\n$/g, "").split("\n");
  if (all.length === 1 && all[0] === "") return nodes;
  for (const line of all) {
    const quoted = /^(?:>|&gt;) ?(.*)$/.exec(line);
    if (quoted) {
      if (!quote) nodes.push((quote = el("blockquote")));
      quote.append(el("div", { class: "line" }, inline(quoted[1], names)));
    } else {
      quote = null;
      const bullet = /^\s*(?:[•◦-]) /.test(line);
      nodes.push(el("div", { class: bullet ? "line bullet" : "line" }, inline(line, names)));
    }
  }
  return nodes;
}

export function inline(text, names) {
  const done = [];
  const keep = (node) => String.fromCharCode(FIRST + done.push(node) - 1);
  const marked = text.replace(TOKEN, (whole, code, angled, emoji, bare) => {
    if (done.length > 6000) return whole;
    if (code !== undefined) return keep(el("code", {}, decode(code)));
    if (angled !== undefined) return keep(angle(angled, names));
    if (bare !== undefined) return keep(link(decode(bare), decode(bare)));
    return EMOJI[emoji] ? keep(el("span", { class: "emoji", title: whole }, EMOJI[emoji])) : whole;
  });
  return append(document.createDocumentFragment(), styles(marked, done));
}

function styles(text, done) {
  const found = STYLED.exec(text);
  if (!found) return leaf(text, done);
  const [whole, before, mark, inner] = found;
  const start = found.index + before.length;
  return [
    ...leaf(text.slice(0, start), done),
    el(STYLE_TAG[mark], {}, ...styles(inner, done)),
    ...styles(text.slice(found.index + whole.length), done),
  ];
}

function leaf(text, done) {
  return text
    .split(/([\ue000-\uf8ff])/)
    .filter(Boolean)
    .map((part) => done[part.charCodeAt(0) - FIRST] ?? decode(part));
}

function angle(content, names) {
  const [target, label] = split(content, "|");
  if (target.startsWith("@")) return mention(names.user(target.slice(1), label), target.slice(1));
  if (target.startsWith("#")) return mention(`#${names.channel(target.slice(1), label)}`);
  if (target.startsWith("!subteam^")) return mention(`@${names.group(target.slice(9), label)}`);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return el("span", { class: "mention loud" }, `@${target.slice(1)}`);
  return link(decode(target), decode(label ?? target.replace(/^mailto:/, "")));
}

function split(text, mark) {
  const place = text.indexOf(mark);
  return place < 0 ? [text, undefined] : [text.slice(0, place), text.slice(place + 1)];
}

export function mention(words, user) {
  return el("span", { class: "mention", "data-mention": user }, words);
}

const DATE_FORMATS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { dateStyle: "long" },
  date_short: { dateStyle: "medium" },
  date_long: { dateStyle: "full" },
  date_pretty: { dateStyle: "long" },
  date_short_pretty: { dateStyle: "medium" },
  date_long_pretty: { dateStyle: "full" },
  time: { timeStyle: "short" },
  time_secs: { timeStyle: "medium" },
};

// What is pretty says yesterday, today or tomorrow, by the reader's own calendar.
const NEARBY = { "-1": "yesterday", 0: "today", 1: "tomorrow" };

export function date(target, fallback) {
  const [, seconds, format = "", href] = target.split("^");
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return el("span", {}, decode(fallback ?? target));
  const words = format.replace(/\{(\w+)\}/g, (whole, name) => {
    if (!DATE_FORMATS[name]) return whole;
    return (name.endsWith("_pretty") && NEARBY[daysAhead(moment)]) || told(moment, DATE_FORMATS[name]);
  });
  const node = el("time", { datetime: moment.toISOString(), title: decode(fallback ?? "") }, decode(words));
  return href ? link(decode(href), node) : node;
}
