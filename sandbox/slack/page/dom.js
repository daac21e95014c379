// Builds DOM nodes; text is always a text node, so nothing the bot sends can become markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

const SAFE_LINK = /^(https?:|mailto:)/i;

export function link(href, ...children) {
  if (!SAFE_LINK.test(href)) return el("span", {}, ...children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

export function avatar(person, small = false) {
  const name = person?.real_name ?? "Slackbot";
  const initials = name.split(" ").map((word) => word[0]).join("").slice(0, 2);
  const node = el("span", { class: small ? "avatar small" : "avatar", "aria-hidden": "true" }, initials);
  node.style.background = `#${person?.colour ?? "3b2a52"}`;
  return node;
}

export function toast(text, kind = "error") {
  const node = el("div", { class: `toast ${kind}`, "data-toast": kind }, text);
  const box = document.getElementById("toasts");
  // A dialog covers the page: show the words above it.
  (document.querySelector("dialog[open] .toasts") ?? box).append(node);
  setTimeout(() => node.remove(), 6000);
}

export async function busy(control, work) {
  control.disabled = true;
  control.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    control.disabled = false;
    control.removeAttribute("aria-busy");
  }
}
