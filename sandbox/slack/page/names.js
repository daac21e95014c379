// Finds the words for ids in what the server told about the workspace.

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
  return new Date(Number(ts) * 1000).toLocaleTimeString(undefined, { hour: "numeric", minute: "2-digit" });
}

export function day(ts) {
  const at = new Date(Number(ts) * 1000);
  const today = new Date().toDateString() === at.toDateString();
  return today ? "Today" : at.toLocaleDateString(undefined, { weekday: "long", month: "long", day: "numeric" });
}
