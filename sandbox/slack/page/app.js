// Ties the page together: one state from the server, drawn anew after every change.

import { act, getState, onChange } from "./api.js";
import { asMessage, composer } from "./composer.js";
import { el, toast } from "./dom.js";
import { renderHome } from "./home.js";
import { updateModal } from "./modal.js";
import { namesOf } from "./names.js";
import { afterPress } from "./press.js";
import { renderSidebar } from "./sidebar.js";
import { updateTimeline } from "./timeline.js";
import { readAs } from "./zone.js";

const query = new URLSearchParams(location.search);
const here = {
  user: query.get("user") ?? localStorage.getItem("user") ?? "U0ANA00001",
  channel: "C0CAMPAIGN",
  thread: null,
  tab: "messages",
};
let state = null;
let names = null;

const channelNode = document.getElementById("channel");
const threadNode = document.getElementById("thread");
const head = el("header", { class: "channel-head" });
const list = el("div", { class: "timeline", id: "timeline", role: "log", "aria-label": "Messages", tabindex: "0" });
const homeBox = el("div", { class: "home-box", hidden: true });
const main = composer({
  id: "composer",
  label: "Message",
  placeholder: "Message",
  target: () => ({ user: here.user, channel: here.channel, said: (text) => asMessage(text, state.people) }),
});
const replyList = el("div", { class: "timeline", role: "log", "aria-label": "Replies", tabindex: "0" });
const reply = composer({
  id: "reply",
  label: "Reply",
  placeholder: "Reply…",
  target: () => ({
    user: here.user,
    channel: here.channel,
    thread_ts: here.thread,
    said: (text) => asMessage(text, state.people),
  }),
});
channelNode.append(head, list, homeBox, main.node);
threadNode.append(
  el("header", { class: "channel-head" },
    el("div", { class: "channel-title" }, el("h1", {}, "Thread")),
    el("button", { type: "button", class: "icon-button", "aria-label": "Close thread", "data-close-thread": true, onclick: () => openThread(null) }, "×")),
  replyList,
  reply.node);

function context() {
  return { user: here.user, names, openThread, redraw: () => draw({ whole: true }), refresh };
}

function openThread(ts) {
  here.thread = ts;
  draw();
  if (ts) reply.box.focus();
}

function choose(channel) {
  Object.assign(here, { channel, thread: null, tab: "messages" });
  history.replaceState(null, "", `#${channel}`);
  draw({ toEnd: true });
  markRead();
}

function become(user) {
  Object.assign(here, { user, thread: null, tab: "messages" });
  localStorage.setItem("user", user);
  if (here.channel.startsWith("D")) here.channel = `D${user.slice(1)}`;
  refresh({ toEnd: true });
}

function showTab(tab) {
  here.tab = tab;
  if (tab === "home") act("home", { user: here.user }).catch((error) => toast(error.message));
  draw({ toEnd: true });
}

function drawHead(channel) {
  const tab = (name, words) => el("button", {
    type: "button",
    role: "tab",
    "aria-selected": String(here.tab === name),
    "data-tab": name,
    onclick: () => showTab(name),
  }, words);
  head.replaceChildren(
    el("div", { class: "channel-title" },
      el("h1", {}, channel.direct ? channel.name : `# ${channel.name}`),
      channel.purpose && el("span", { class: "quiet" }, channel.purpose)),
    channel.direct ? el("div", { class: "tabs", role: "tablist" }, tab("home", "Home"), tab("messages", "Messages")) : "");
}

function draw({ toEnd = false, whole = false } = {}) {
  if (!state) return;
  const channel = state.channels.find((each) => each.id === here.channel) ?? state.channels[0];
  here.channel = channel.id;
  document.title = `${channel.direct ? "" : "#"}${channel.name} · Local Slack`;
  renderSidebar(document.getElementById("sidebar"), state, { ...here, choose, become });
  drawHead(channel);
  const home = channel.direct && here.tab === "home";
  homeBox.hidden = !home;
  list.hidden = main.node.hidden = home;
  if (home) {
    homeBox.replaceChildren(renderHome(state, context()));
  } else {
    if (whole) list.replaceChildren();
    main.place(channel.direct ? `Message ${channel.name}` : `Message #${channel.name}, or type /campaign`);
    const own = channel.messages.filter((each) => !(each.ephemeral && each.thread_ts));
    updateTimeline(list, own, context(), { toEnd });
  }
  drawThread(channel);
  updateModal(state, context());
}

function drawThread(channel) {
  const parent = channel.messages.find((each) => each.ts === here.thread);
  threadNode.hidden = !parent;
  document.getElementById("app").classList.toggle("with-thread", Boolean(parent));
  if (!parent) return;
  const mine = channel.messages.filter((each) => each.ephemeral && each.thread_ts === parent.ts);
  const replies = [...parent.replies, ...mine].sort((a, b) => Number(a.ts) - Number(b.ts));
  updateTimeline(replyList, [parent, ...replies], context(), { inThread: true });
}

function markRead() {
  const channel = state.channels.find((each) => each.id === here.channel);
  if (channel?.unread && document.visibilityState === "visible") {
    act("read", { user: here.user, channel: channel.id }).catch(() => {});
  }
}

const AGAIN_MS = 1_000;
let asking = null;
let again = false;
let lost = false; // the server went away, and the person was told

// One question at a time; what changes meanwhile is asked for once more, and so is what failed.
async function refresh(options = {}) {
  if (asking) {
    again = true;
    return asking;
  }
  asking = ask().then(() => true, (error) => lose(error.message));
  const known = await asking;
  asking = null;
  if (!known) return void setTimeout(refresh, AGAIN_MS, options);
  lost = false;
  names = namesOf(state);
  readAs(state.people[here.user]);
  main.commands(state.commands);
  afterPress(() => draw(options));
  document.body.dataset.version = state.version; // what the page knows of, though it may draw it later
  markRead();
}

async function ask() {
  do {
    again = false;
    const user = here.user;
    const answer = await getState(user);
    if (user !== here.user) again = true;
    else state = answer;
  } while (again);
}

function lose(words) {
  if (!lost) toast(words);
  lost = true;
}

function fromAddress() {
  const [channel, ts] = location.hash.slice(1).split("/");
  if (!channel) return;
  choose(channel);
  const node = list.querySelector(`[data-ts="${CSS.escape(ts ?? "")}"]`);
  node?.scrollIntoView({ block: "center" });
  node?.classList.add("found");
}

async function start() {
  await refresh({ toEnd: true });
  if (!state) {
    here.user = "U0ANA00001"; // an address or a memory named somebody who is not here
    await refresh({ toEnd: true });
  }
  fromAddress();
  window.addEventListener("hashchange", fromAddress);
  document.addEventListener("visibilitychange", markRead);
  onChange(refresh, () => lose("The local Slack went away. The page waits for it."));
  document.body.dataset.ready = "true";
}

start();
