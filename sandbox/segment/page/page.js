// The page of the local Segment: asks for what is new once a second, shows it, sets faults.
import { LiveTable, clock, element } from "/table.js";

const POLL_MS = 1000;
const CATCH_UP_MS = 50;
const PAGE_ROWS = 500;
const CHART_SECONDS = 120;

const byId = (id) => document.getElementById(id);
const text = (value) => (typeof value === "string" || typeof value === "number" ? String(value) : "");
const campaignOf = (row) =>
  text(row.body?.properties?.campaign_name) || text(row.body?.context?.campaign?.name);

let chosen = null;
let paused = false;

const messages = new LiveTable(byId("message-rows"), byId("messages-empty"), messageRow);
const requests = new LiveTable(byId("request-rows"), byId("requests-empty"), requestRow);

function cell(value, className) {
  const made = element("td", value, className);
  made.title = made.textContent;
  return made;
}

function messageRow(row) {
  const line = element("tr");
  line.tabIndex = 0;
  line.dataset.messageId = row.message_id ?? "";
  line.dataset.outcome = row.outcome;
  line.dataset.seq = row.seq;
  line.setAttribute("aria-selected", String(chosen === row.seq));
  const outcome = element("td");
  const words = row.reason ? `${row.outcome}: ${row.reason}` : row.outcome;
  const mark = element("span", words, `mark ${row.outcome}`);
  mark.title = words;
  outcome.append(mark);
  line.append(
    cell(clock(row.at_ms), "time"), outcome, cell(row.event ?? row.type ?? "–"), cell(row.user ?? "–"),
    cell(campaignOf(row)), cell(row.message_id ?? "–", "id"),
  );
  line.addEventListener("click", () => choose(row));
  line.addEventListener("keydown", (press) => { if (press.key === "Enter") choose(row); });
  return line;
}

function requestRow(row) {
  const line = element("tr");
  line.dataset.answer = row.answer;
  const kind = row.answer === "200" ? "accepted" : row.answer === "429" ? "duplicate" : "dropped";
  const answer = element("td");
  answer.append(element("span", row.answer, `mark ${kind}`));
  line.append(
    cell(clock(row.at_ms), "time"), answer, cell(row.path), cell(row.events, "number"),
    cell(row.bytes.toLocaleString("en"), "number"), cell(row.retry_count ?? "", "number"),
    cell(row.problem ?? (row.fault ?? "").replaceAll("_", " ")),
  );
  return line;
}

function choose(row) {
  chosen = row.seq;
  for (const line of byId("message-rows").children) {
    line.setAttribute("aria-selected", String(line.dataset.seq === String(chosen)));
  }
  byId("detail-title").textContent = row.event ?? row.type ?? "Event";
  const facts = [
    ["Outcome", row.reason ? `${row.outcome}: ${row.reason}` : row.outcome], ["Message id", row.message_id ?? "none"],
    ["Arrived", new Date(row.at_ms).toISOString()], ["Happened", new Date(row.timestamp_ms).toISOString()],
    ["Request", `number ${row.request}`],
  ];
  byId("detail-facts").replaceChildren(...facts.flatMap(([name, fact]) => [element("dt", name), element("dd", fact)]));
  byId("detail-json").textContent = JSON.stringify(row.body, null, 2);
  byId("detail").hidden = false;
}

function closeDetail() {
  chosen = null;
  byId("detail").hidden = true;
  for (const line of byId("message-rows").children) line.setAttribute("aria-selected", "false");
}

function applyFilter() {
  const words = byId("filter").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const outcome = byId("outcome").value;
  const has = (parts) => {
    const hay = parts.map(text).join(" ").toLowerCase();
    return words.every((word) => hay.includes(word));
  };
  messages.filter((row) => (!outcome || row.outcome === outcome)
    && has([row.event, row.type, row.user, campaignOf(row), row.message_id, row.reason, row.outcome]));
  requests.filter((row) => has([row.answer, row.path, row.fault, row.problem]));
  tellShown();
}

function tellShown() {
  const table = byId("messages").hidden ? requests : messages;
  const held = table.rows.length;
  byId("shown").textContent = `${table.shown.toLocaleString("en")} shown of the newest ${held.toLocaleString("en")}${paused ? " · paused" : ""}`;
}

function showTab(name) {
  for (const each of ["messages", "requests"]) {
    byId(each).hidden = each !== name;
    byId(`tab-${each}`).setAttribute("aria-selected", String(each === name));
  }
  byId("outcome").disabled = name === "requests";
  tellShown();
}

function drawChart(rate, nowMs) {
  const svg = byId("chart");
  const shape = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const end = Math.floor(nowMs / 1000);
  const peak = Math.max(1, ...rate.map((s) => s.accepted + s.duplicate + s.dropped));
  const bars = [shape("line", { class: "base", x1: 0, x2: 360, y1: 47.5, y2: 47.5 })];
  for (const second of rate) {
    const x = 360 - (end - second.at + 1) * (360 / CHART_SECONDS);
    let top = 48;
    for (const kind of ["accepted", "duplicate", "dropped"]) {
      const height = (second[kind] / peak) * 46;
      top -= height;
      if (height > 0 && x >= 0) bars.push(shape("rect", { class: kind, x, y: top, width: 2.4, height }));
    }
  }
  svg.replaceChildren(...bars);
  const most = rate.length ? ` · at most ${peak.toLocaleString("en")}` : "";
  byId("chart-text").textContent = `events a second, last two minutes${most}`;
}

function showState(state) {
  const { counters } = state;
  const dropped = Object.entries(counters.dropped);
  const figures = { requests: counters.requests, accepted: counters.accepted, duplicates: counters.duplicates,
    dropped: dropped.reduce((sum, [, n]) => sum + n, 0) };
  for (const [name, value] of Object.entries(figures)) byId(`count-${name}`).textContent = value.toLocaleString("en");
  byId("reasons").replaceChildren(...dropped.sort((a, b) => b[1] - a[1]).map(([reason, n]) => {
    const item = element("li");
    const button = element("button", `${reason} ${n.toLocaleString("en")}`);
    button.type = "button";
    button.dataset.reason = reason;
    button.addEventListener("click", () => { byId("filter").value = reason; showTab("messages"); applyFilter(); });
    item.append(button);
    return item;
  }));
  drawChart(state.rate, state.now_ms);
  showFaults(state.faults);
}

function showFaults(faults) {
  byId("banner").hidden = faults.length === 0;
  byId("banner-text").textContent = "Going wrong: " + faults.map((fault) => {
    const name = fault.kind.replaceAll("_", " ");
    if (fault.times_left !== undefined) return `${name} (${fault.times_left} more)`;
    if (fault.seconds_left !== undefined) return `${name} (${Math.ceil(fault.seconds_left)} s more)`;
    return `${name} (until healed)`;
  }).join(", ");
}

const times = () => ({ count: byId("fault-count").valueAsNumber });
const lasting = () => ({ seconds: byId("fault-seconds").valueAsNumber });
const both = () => ({ ...times(), ...lasting() });
const FAULTS = [
  ["The connection", [
    ["Refuse", "Reset before anything is read", () => ({ kind: "refuse", ...times() })],
    ["Never answer", "Read the request, then silence", () => ({ kind: "hang", ...both() })],
    ["Reset in the body", "Reset while the request is still being sent", () => ({ kind: "reset_in_body", ...times() })],
    ["Reset in the answer", "Record the events, then reset: the sender cannot know", () => ({ kind: "reset_in_answer", ...times() })],
    ["Answer late", "Record the events, answer after the seconds", () => ({ kind: "late", ...both() })],
    ["Answer a byte a second", "Record the events, dribble the answer", () => ({ kind: "slow", ...both() })],
  ]],
  ["The answer", [
    ["429, wait", "Retry-After in seconds", () => ({ kind: "throttle", ...times(), retry_after: byId("fault-seconds").valueAsNumber })],
    ["429, wait until", "Retry-After as a date", () => ({ kind: "throttle", style: "date", ...times(), retry_after: byId("fault-seconds").valueAsNumber })],
    ["429, reset header", "X-RateLimit-Reset", () => ({ kind: "throttle", style: "reset", ...times(), retry_after: byId("fault-seconds").valueAsNumber })],
    ["500", "Broken, nothing recorded", () => ({ kind: "server_error", status: 500, ...times() })],
    ["503", "Overloaded, nothing recorded", () => ({ kind: "server_error", status: 503, ...times() })],
    ["Garbage 200", "200 with a log-in page", () => ({ kind: "garbage", ...times() })],
    ["413", "Too large, says a proxy", () => ({ kind: "too_large", ...times() })],
    ["Redirect", "307 elsewhere: must not be followed", () => ({ kind: "redirect", ...times() })],
    ["401 from now on", "Until healed", () => ({ kind: "unauthorized" })],
  ]],
  ["200, and lost", [
    ["Wrong region", "Answers 200, keeps nothing", () => ({ kind: "wrong_region", ...times() })],
    ["Source disabled", "Until healed", () => ({ kind: "source_disabled" })],
    ["Forget duplicates", "The next duplicates arrive twice", () => ({ kind: "dedupe_forgets", ...times() })],
  ]],
  ["For a while", [
    ["Down", "Every connection is reset, for the seconds", () => ({ kind: "down", ...lasting() })],
    ["Flapping", "Down and up in turns, for the seconds", () => ({ kind: "flapping", ...lasting() })],
  ]],
];

function layFaultButtons() {
  for (const [title, faults] of FAULTS) {
    byId("fault-buttons").append(element("h3", title));
    for (const [label, hint, make] of faults) {
      const button = element("button", label);
      button.type = "button";
      button.title = hint;
      button.dataset.fault = make().kind;
      button.addEventListener("click", () => setFault("POST", make()));
      byId("fault-buttons").append(button);
    }
  }
  for (const id of ["heal", "banner-clear"]) byId(id).addEventListener("click", () => setFault("DELETE"));
}

async function setFault(method, fault) {
  const options = { method, headers: { "content-type": "application/json" } };
  if (fault) options.body = JSON.stringify(fault);
  try {
    const answer = await fetch("/control/faults", options);
    const told = await answer.json();
    byId("fault-problem").textContent = answer.ok ? "" : told.message;
    if (answer.ok) showFaults(told.faults);
  } catch {
    byId("fault-problem").textContent = "The local Segment does not answer: is it still running?";
  }
}

async function poll() {
  let wait = POLL_MS;
  try {
    const query = new URLSearchParams({ limit: PAGE_ROWS });
    if (messages.last !== null) query.set("after", messages.last);
    if (requests.last !== null) query.set("requests_after", requests.last);
    const state = await (await fetch(`/control/state?${query}`)).json();
    const restarted = state.counters.events < (messages.last ?? 0) || state.counters.requests < (requests.last ?? 0);
    if (restarted) {
      messages.reset();
      requests.reset();
    } else {
      showState(state);
      if (!paused) {
        messages.add(state.messages);
        requests.add(state.requests);
      }
      tellShown();
    }
    if (restarted || (!paused && state.messages.length === PAGE_ROWS)) wait = CATCH_UP_MS;
    byId("connection").dataset.state = "live";
    byId("connection").textContent = "Live";
  } catch {
    byId("connection").dataset.state = "lost";
    byId("connection").textContent = "No answer; trying again";
  }
  setTimeout(poll, wait);
}

byId("filter").addEventListener("input", applyFilter);
byId("outcome").addEventListener("change", applyFilter);
byId("detail-close").addEventListener("click", closeDetail);
document.addEventListener("keydown", (press) => { if (press.key === "Escape") closeDetail(); });
byId("pause").addEventListener("click", () => {
  paused = !paused;
  byId("pause").setAttribute("aria-pressed", String(paused));
  byId("pause").textContent = paused ? "Go on" : "Pause";
  tellShown();
});
for (const name of ["messages", "requests"]) byId(`tab-${name}`).addEventListener("click", () => showTab(name));
for (const button of document.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => {
    byId("outcome").value = byId("outcome").value === button.dataset.show ? "" : button.dataset.show;
    showTab("messages");
    applyFilter();
  });
}
layFaultButtons();
poll();
