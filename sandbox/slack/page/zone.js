// The zone of whoever one is on the page: every time is told by that person's clock, as in Slack.

let zone;
const DAY_MS = 86_400_000;

export function readAs(person) {
  zone = person?.zone;
}

export function told(moment, options) {
  return new Intl.DateTimeFormat(undefined, { ...options, timeZone: zone }).format(moment);
}

// How many days from today a moment is, by the reader's calendar.
export function daysAhead(moment) {
  return (midnight(moment) - midnight(new Date())) / DAY_MS;
}

function midnight(moment) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(moment); // 2026-03-29
  return Date.parse(`${parts}T00:00:00Z`);
}
