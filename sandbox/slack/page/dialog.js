// Small dialogs: an element's confirm question. The browser's <dialog> keeps the focus inside.

import { el } from "./dom.js";
import { emojis, words } from "./mrkdwn.js";

const HOLDS_NOTHING = ["button", "overflow"];

// Uses an element, after its confirm dialog if it has one; host.redraw() takes a refusal back.
export async function use(block, element, host, node, value) {
  if (element.confirm && !(await confirmed(element.confirm, host.names))) return host.redraw();
  if (!HOLDS_NOTHING.includes(element.type)) host.changed(block, element, value);
  await host.used(block, element, node, value);
}

function confirmed(confirm, names) {
  return new Promise((resolve) => {
    const close = (answer) => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const style = confirm.style === "danger" ? "button danger" : "button primary";
    const dialog = el("dialog", { class: "confirm", role: "alertdialog", "aria-labelledby": "confirm-title" },
      el("h2", { id: "confirm-title" }, emojis(confirm.title.text)),
      el("div", { class: "confirm-text" }, words(confirm.text, names)),
      el("div", { class: "modal-foot" },
        el("button", { type: "button", class: "button", "data-confirm": "no", onclick: () => close(false) },
          emojis(confirm.deny.text)),
        el("button", { type: "button", class: style, "data-confirm": "yes", onclick: () => close(true) },
          emojis(confirm.confirm.text))));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close(false);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
