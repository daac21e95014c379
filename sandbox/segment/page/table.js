// A live table: keeps the newest rows, shows those that match, newest first. Text is only ever
// set as text, never as markup: what arrives is anybody's.

const KEPT_MAX = 5000;
const SHOWN_MAX = 300;

export function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = String(text);
  if (className) made.className = className;
  return made;
}

export function clock(ms) {
  const moment = new Date(ms);
  const two = (n, width = 2) => String(n).padStart(width, "0");
  return `${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}.${two(moment.getMilliseconds(), 3)}`;
}

export class LiveTable {
  constructor(body, empty, render) {
    this.body = body;
    this.empty = empty;
    this.render = render;
    this.rows = [];
    this.matches = () => true;
    this.last = null;
  }

  // `fresh` is oldest first, each row numbered by `seq`.
  add(fresh) {
    for (const row of fresh) {
      this.last = row.seq;
      this.rows.push(row);
      if (this.matches(row)) this.body.prepend(this.render(row));
    }
    this.rows.splice(0, Math.max(0, this.rows.length - KEPT_MAX));
    while (this.body.children.length > SHOWN_MAX) this.body.lastElementChild.remove();
    this.tell();
  }

  filter(matches) {
    this.matches = matches;
    const found = [];
    for (let i = this.rows.length - 1; i >= 0 && found.length < SHOWN_MAX; i -= 1) {
      if (matches(this.rows[i])) found.push(this.render(this.rows[i]));
    }
    this.body.replaceChildren(...found);
    this.tell();
  }

  reset() {
    this.rows = [];
    this.last = null;
    this.body.replaceChildren();
  }

  tell() {
    this.empty.hidden = this.body.children.length > 0;
    if (this.rows.length > 0) this.empty.textContent = "Nothing here matches the filter.";
  }

  get shown() {
    return this.body.children.length;
  }
}
