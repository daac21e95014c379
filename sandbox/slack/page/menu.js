// A browser's own menu closes when its select is drawn anew: until it is closed, the form waits.

const LOOK_MS = 100;
let latest = null;

/** Tell whether one is open; then `draw`, the latest that was given, is called once it is closed. */
export function waitsForMenu(form, draw) {
  const menu = form.querySelector("select:open");
  if (!menu) {
    latest = null;
    return false;
  }
  if (!latest) setTimeout(look, LOOK_MS, menu);
  latest = draw;
  return true;
}

function look(menu) {
  if (menu.isConnected && menu.matches(":open")) return void setTimeout(look, LOOK_MS, menu);
  const draw = latest;
  latest = null;
  draw?.();
}
