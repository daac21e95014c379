// What a person presses stays where it is until they let go: a click needs the node it began on.

let held = false;
let later = null; // what to draw as soon as nothing is held

for (const name of ["pointerdown", "keydown"]) addEventListener(name, (event) => (held ||= presses(event)), true);
for (const name of ["pointerup", "pointercancel", "keyup"]) addEventListener(name, letGo, true);
addEventListener("blur", letGo); // of the window: where it is let go then, nobody says

export function afterPress(draw) {
  if (held) later = draw;
  else draw();
}

function presses(event) {
  if (event.type === "keydown") return event.key === " " && event.target.matches("button, [type=checkbox], [type=radio]");
  return event.button === 0 && !event.target.closest("select"); // a select's own list may keep the release to itself
}

function letGo() {
  if (!held) return;
  held = false;
  const draw = later;
  later = null;
  if (draw) setTimeout(() => afterPress(draw)); // the click itself comes first
}
