// The left side: the workspace, who you are, the channels and the app.

import { avatar, el } from "./dom.js";

export function renderSidebar(node, state, { user, channel, choose, become }) {
  const channels = state.channels.filter((each) => !each.direct);
  const direct = state.channels.filter((each) => each.direct);
  const focus = document.activeElement?.closest("#sidebar [data-focus]")?.dataset.focus;
  node.replaceChildren(
    el("div", { class: "workspace" },
      el("span", { class: "workspace-icon", "aria-hidden": "true" }, "LM"),
      el("div", {}, el("strong", {}, state.team.name), el("small", {}, "On your own machine"))),
    el("div", { class: "you", role: "group", "aria-label": "You are" },
      el("div", { class: "you-label" }, `You are ${state.people[user].real_name.split(" ")[0]}`),
      el("div", { class: "you-people" }, state.marketers.map((id) => {
        const person = state.people[id];
        return el("button", {
          type: "button",
          class: "you-person",
          "aria-pressed": String(id === user),
          "data-user": id,
          "data-focus": id,
          title: `${person.real_name} · ${person.zone.replace("_", " ")}`,
          onclick: () => become(id),
        }, avatar(person, true), el("span", {}, person.real_name.split(" ")[0]));
      }))),
    el("h2", {}, "Channels"),
    el("ul", {}, channels.map((each) => entry(each, el("span", { class: "hash", "aria-hidden": "true" }, "#")))),
    el("h2", {}, "Apps"),
    el("ul", {}, direct.map((each) => entry(each, avatar(state.people[state.bot_user], true)))),
    complaints(state) ?? "");
  node.querySelector(`[data-focus="${focus}"]`)?.focus();

  function entry(each, sign) {
    const unread = each.id === channel ? 0 : each.unread;
    return el("li", {}, el("button", {
      type: "button",
      class: ["place", each.id === channel && "current", unread && "unread"].filter(Boolean).join(" "),
      "aria-current": each.id === channel ? "page" : null,
      "data-channel": each.id,
      "data-focus": each.id,
      onclick: () => choose(each.id),
    }, sign, el("span", { class: "place-name" }, each.name),
    unread > 0 && el("span", { class: "unread-count", "aria-label": `${unread} unread` }, String(unread))));
  }
}

function complaints(state) {
  if (!state.complaints.length) return null;
  const count = state.complaints_count;
  return el("details", { class: "complaints", "data-complaints": String(count) },
    el("summary", {}, count === 1 ? "Slack turned 1 thing down" : `Slack turned ${count} things down`),
    el("ul", {}, state.complaints.map((each) =>
      el("li", {}, el("strong", {}, each.what), ` ${each.error}`, each.messages.map((words) => el("small", {}, words))))));
}
