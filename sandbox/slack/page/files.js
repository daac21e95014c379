// The input that takes files: chosen from the disk, put into the workspace, named with a way back.

import { busy, el, toast } from "./dom.js";
import { use } from "./dialog.js";

const BYTES_MAX = 10_000_000; // as Slack has it for a file input

export function fileInput(block, element, host) {
  const most = element.max_files ?? 10;
  const held = () => host.value(block, element) ?? [];
  const box = el("div", { class: "files" });
  const set = async (ids) => {
    await use(block, element, host, null, ids);
    show();
  };
  const chosen = async (files) => {
    const room = files.slice(0, most - held().length);
    if (room.length < files.length) toast(`At most ${most} file${most === 1 ? "" : "s"}.`);
    for (const file of room) {
      if (file.size > BYTES_MAX) toast(`${file.name} is larger than 10 MB.`);
      else if (!allowed(element, file)) toast(`Only files of type ${element.filetypes.join(", ")}.`);
      else await set([...held(), await host.upload(file)]);
    }
  };
  const picker = el("input", {
    type: "file",
    accept: element.filetypes?.map((each) => `.${each}`).join(","),
    multiple: most > 1,
    onchange: () => {
      const files = [...picker.files];
      picker.value = ""; // the same file may be chosen again once it was taken away
      busy(picker, () => chosen(files)).catch((error) => toast(error.message));
    },
  });

  function show() {
    const names = held().map((id) =>
      el("li", {}, el("span", {}, host.label(id) ?? id),
        el("button", {
          type: "button",
          class: "icon-button",
          "aria-label": `Take away ${host.label(id) ?? id}`,
          onclick: () => set(held().filter((each) => each !== id)),
        }, "×")));
    box.replaceChildren(...(names.length ? [el("ul", {}, names)] : []), picker);
    picker.hidden = names.length >= most;
  }

  show();
  return box;
}

function allowed(element, file) {
  const kind = file.name.split(".").at(-1).toLowerCase();
  return !element.filetypes || element.filetypes.includes(kind);
}
