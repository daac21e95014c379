// Finds the words for ids in what the server told about the workspace.

import { daysAhead, told } from "./zone.js";

export function namesOf(state) {
  const channels = new Map(state.channels.map((each) => [each.id, each]));
  const person = (id) => state.people[id];
  return {
    person,
    user: (id, label) => `@${person(id)?.real_name ?? label ?? id}`,
    channel: (id, label) => channels.get(id)?.name ?? label ?? id,
    group: (id, label) => state.usergroups[id] ?? label?.replace(/^@/, "") ?? id,
    people: () => Object.values(state.people).map((each) => [each.id, each.real_name]),
    places: () =>
      state.channels.map((each) => [each.id, each.direct ? each.name : `#${each.name}`]),
  };
}

export function clock(ts) {
  return told(new Date(Number(ts) * 1000), { hour: "numeric", minute: "2-digit" });
}

export function day(ts) {
  const at = new Date(Number(ts) * 1000);
  return daysAhead(at) === 0 ? "Today" : told(at, { weekday: "long", month: "long", day: "numeric" });
}
