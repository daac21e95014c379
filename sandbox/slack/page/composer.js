// The box to type in, with hints for slash commands and mentions of people.

import { act, errorWords } from "./api.js";
import { el, toast } from "./dom.js";

export function composer({ id, label, placeholder, target }) {
  const hints = el("ul", { class: "hints", role: "listbox", id: `${id}-hints`, hidden: true, "aria-label": "Commands" });
  const box = el("textarea", {
    id: `${id}-text`,
    rows: "1",
    placeholder,
    "aria-label": label,
    "aria-controls": `${id}-hints`,
    "data-composer": id,
    autocomplete: "off",
  });
  const send = el("button", { type: "button", class: "send", "aria-label": "Send", disabled: true, "data-send": id }, "➤");
  const node = el("div", { class: "composer" }, hints, el("div", { class: "composer-box" }, box, send));
  let active = -1;
  let commands = {};

  function all() {
    return Object.entries(commands).flatMap(([name, uses]) => uses.map((each) => `${name} ${each}`));
  }

  function matching() {
    const typed = box.value.trimStart().toLowerCase();
    if (!typed.startsWith("/") || typed.includes("\n")) return [];
    const [command, word] = typed.split(/\s+/);
    return all().filter((each) => {
      const [known, use] = each.split(" ");
      const done = typed.startsWith(`${known} ${use} `) || typed === `${known} ${use}`;
      return !done && known.startsWith(command) && use.startsWith(word ?? "");
    });
  }

  function show() {
    send.disabled = box.value.trim() === "";
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 160)}px`;
    const found = matching();
    active = Math.min(active, found.length - 1);
    hints.hidden = !found.length;
    hints.replaceChildren(...found.map((each, place) => {
      const [command, use, ...rest] = each.split(" ");
      return el("li", {
        role: "option",
        "aria-selected": String(place === active),
        "data-hint": `${command} ${use}`,
        onmousedown: (event) => {
          event.preventDefault();
          complete(each);
        },
      }, el("strong", {}, `${command} ${use} `), el("span", { class: "quiet" }, rest.join(" ")));
    }));
  }

  function complete(hint) {
    const [command, use, ...rest] = hint.split(" ");
    box.value = `${command} ${use}${rest.length ? " " : ""}`;
    active = -1;
    box.focus();
    show();
  }

  async function submit() {
    const text = box.value.trim();
    if (!text || box.disabled) return;
    const to = target();
    const command = text.startsWith("/") && !to.thread_ts;
    node.classList.add("sending");
    box.value = "";
    show();
    try {
      const body = { user: to.user, channel: to.channel, text: command ? text : to.said(text) };
      if (to.thread_ts) body.thread_ts = to.thread_ts;
      const outcome = await act(command ? "command" : "say", body);
      // A failed command is told as a message; only a plain message that was lost comes back.
      if (!outcome.ok && !command) {
        box.value = text;
        toast(errorWords(outcome));
      }
    } catch (error) {
      box.value = text;
      toast(error.message);
    } finally {
      node.classList.remove("sending");
      show();
    }
  }

  box.addEventListener("input", show);
  box.addEventListener("blur", () => (hints.hidden = true));
  box.addEventListener("keydown", (event) => {
    const found = hints.hidden ? [] : matching();
    if (found.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length;
      show();
    } else if (found.length && (event.key === "Tab" || (event.key === "Enter" && active >= 0))) {
      event.preventDefault();
      complete(found[Math.max(active, 0)]);
    } else if (found.length && event.key === "Escape") {
      hints.hidden = true;
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  });
  send.addEventListener("click", submit);
  return {
    node,
    box,
    place: (text) => (box.placeholder = text),
    commands: (known) => (commands = known),
  };
}

// What a person typed, as Slack stores it: & < > escaped, and @name made a mention.
export function asMessage(text, people) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return escaped.replace(/@([a-z]+)/gi, (whole, name) => {
    const found = Object.values(people).find((each) => each.name === name.toLowerCase());
    return found ? `<@${found.id}>` : whole;
  });
}
