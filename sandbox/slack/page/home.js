// The app's home tab.

import { renderBlocks } from "./blocks.js";
import { el } from "./dom.js";
import { viewHost } from "./modal.js";

export function renderHome(state, context) {
  const node = el("div", { class: "home", "data-home": state.home?.id ?? "" });
  if (state.home) node.append(renderBlocks(state.home.blocks, viewHost(state.home, context)));
  else node.append(el("p", { class: "quiet" }, "The app has not put anything here yet."));
  return node;
}
