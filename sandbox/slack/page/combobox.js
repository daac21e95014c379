// A box to search and choose in: for selects that ask the bot, and for several choices at once.

import { el } from "./dom.js";
import { emojis } from "./mrkdwn.js";
import { use } from "./dialog.js";

const PAUSE_MS = 200;
let boxes = 0;

// find(typed) gives [[value, words, words below]], or null where more must be typed first.
export function combobox(block, element, host, { several, find, known, least = "" }) {
  const name = `options-${(boxes += 1)}`;
  const list = el("ul", { role: "listbox", id: name, class: "options", hidden: true });
  const chips = el("span", { class: "chips" });
  const box = el("input", {
    type: "text",
    role: "combobox",
    autocomplete: "off",
    "aria-expanded": "false",
    "aria-controls": name,
    "aria-autocomplete": "list",
    placeholder: element.placeholder && emojis(element.placeholder.text),
  });
  const node = el("div", { class: "combobox" }, chips, box, list);
  let shown = [];
  let active = -1;
  let asked = 0;
  let timer = null;

  const wordsOf = (value) => known.get(value) ?? host.label(value) ?? value;
  const held = () => host.value(block, element) ?? (several ? [] : null);
  const set = (value) => {
    use(block, element, host, box, value).then(show);
    show();
  };

  function show() {
    chips.replaceChildren();
    const values = several ? held() : [];
    for (const value of values) {
      chips.append(el("span", { class: "chip", "data-value": value }, wordsOf(value),
        el("button", {
          type: "button",
          "aria-label": `Remove ${wordsOf(value)}`,
          onclick: () => set(held().filter((each) => each !== value)),
        }, "×")));
    }
    if (!several) box.value = held() === null ? "" : wordsOf(held());
  }

  function close() {
    list.hidden = true;
    active = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function choose(place) {
    const [value, text] = shown[place];
    known.set(value, text);
    close();
    box.value = "";
    if (!several) set(value);
    else if (!held().includes(value)) set([...held(), value]);
  }

  function say(text) {
    list.replaceChildren(el("li", { class: "note" }, text));
    list.hidden = false;
  }

  async function search() {
    const mine = (asked += 1);
    const typed = several || box.value !== wordsOf(held() ?? "") ? box.value : "";
    list.setAttribute("aria-busy", "true");
    const found = await find(typed);
    if (mine !== asked || document.activeElement !== box) return;
    list.removeAttribute("aria-busy");
    box.setAttribute("aria-expanded", "true");
    if (found === null) return say(least);
    shown = several ? found.filter(([value]) => !held().includes(value)) : found;
    active = shown.length ? 0 : -1;
    if (!shown.length) return say("No results");
    open();
  }

  function open() {
    list.replaceChildren(...shown.map(([value, text, below], place) =>
      el("li", {
        role: "option",
        id: `${name}-${place}`,
        "data-value": value,
        "aria-selected": String(place === active),
        onmousedown: (event) => {
          event.preventDefault();
          choose(place);
        },
      }, text, below && el("small", {}, below))));
    list.hidden = false;
    point();
  }

  function point() {
    [...list.children].forEach((each, place) => each.setAttribute("aria-selected", String(place === active)));
    if (active >= 0) box.setAttribute("aria-activedescendant", `${name}-${active}`);
    list.children[active]?.scrollIntoView({ block: "nearest" });
  }

  // An open menu stays open when the form is drawn anew beneath it: what it offers goes along.
  box.offered = () => (list.hidden && !list.hasAttribute("aria-busy") ? null : { shown, active });
  box.offer = (before) => {
    if (!before.shown.length) return void search();
    ({ shown, active } = before);
    box.setAttribute("aria-expanded", "true");
    open();
  };
  box.addEventListener("focus", () => {
    if ("kept" in box.dataset) delete box.dataset.kept; // drawn anew beneath the person's hands
    else search();
  });
  box.addEventListener("click", () => list.hidden && search());
  box.addEventListener("blur", () => {
    close();
    show();
  });
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE_MS);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return void search();
      const step = event.key === "ArrowDown" ? 1 : -1;
      active = (active + step + shown.length) % Math.max(1, shown.length);
      point();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!list.hidden && active >= 0) choose(active);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Backspace" && several && box.value === "" && held().length) {
      set(held().slice(0, -1));
    }
  });
  show();
  return node;
}
