// The emoji shortcodes that campaigns and their reviews commonly use.

const KNOWN = {
  "+1": "👍", "-1": "👎", "100": "💯", alarm_clock: "⏰", arrow_right: "➡️", arrow_left: "⬅️",
  arrow_up: "⬆️", arrow_down: "⬇️", arrow_forward: "▶️", ballot_box_with_check: "☑️",
  bar_chart: "📊", bell: "🔔", black_square_for_stop: "⏹️", no_bell: "🔕", blue_heart: "💙",
  bookmark: "🔖", boom: "💥", bulb: "💡", busts_in_silhouette: "👥", bust_in_silhouette: "👤",
  calendar: "📆", chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉",
  checkered_flag: "🏁", clap: "👏", clipboard: "📋", clock1: "🕐", clock9: "🕘",
  closed_lock_with_key: "🔐", construction: "🚧", crown: "👑",
  crystal_ball: "🔮", cry: "😢", dart: "🎯", date: "📅",
  double_vertical_bar: "⏸️", email: "📧", envelope: "✉️", exclamation: "❗", eyes: "👀", fire: "🔥",
  gear: "⚙️", gift: "🎁", globe_with_meridians: "🌐", green_circle: "🟢", grey_exclamation: "❕",
  grey_question: "❔", hammer_and_wrench: "🛠️", heart: "❤️", heavy_check_mark: "✔️",
  heavy_minus_sign: "➖", heavy_plus_sign: "➕", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  inbox_tray: "📥", information_source: "ℹ️", key: "🔑", large_blue_circle: "🔵",
  large_green_circle: "🟢", large_orange_circle: "🟠", large_red_square: "🟥",
  large_yellow_circle: "🟡", leftwards_arrow_with_hook: "↩️", link: "🔗", lock: "🔒",
  loudspeaker: "📢", mag: "🔍", mailbox: "📫", mega: "📣", memo: "📝", moneybag: "💰", no_entry: "⛔",
  no_entry_sign: "🚫", octagonal_sign: "🛑", ok: "🆗", ok_hand: "👌", outbox_tray: "📤", package: "📦",
  page_facing_up: "📄", paperclip: "📎", pause_button: "⏸️", pencil: "✏️", pencil2: "✏️",
  point_right: "👉", pray: "🙏", pushpin: "📌", question: "❓", raised_hands: "🙌", recycle: "♻️",
  red_circle: "🔴", robot_face: "🤖", rocket: "🚀", rotating_light: "🚨", scroll: "📜", shield: "🛡️",
  shopping_trolley: "🛒", sleeping: "😴", smile: "😄", smiley: "😃", sparkles: "✨",
  speech_balloon: "💬", star: "⭐", stop_button: "⏹️", stop_sign: "🛑", stopwatch: "⏱️", sunny: "☀️",
  tada: "🎉", test_tube: "🧪", thinking_face: "🤔", thumbsdown: "👎", thumbsup: "👍",
  timer_clock: "⏲️", triangular_flag_on_post: "🚩", trophy: "🏆", unlock: "🔓", warning: "⚠️", wastebasket: "🗑️",
  wave: "👋", white_check_mark: "✅", white_circle: "⚪", white_large_square: "⬜", wrench: "🔧",
  x: "❌", yellow_heart: "💛", zap: "⚡", zzz: "💤",
};

// A machine without a colour font would draw empty boxes; it shows the shortcodes instead.
function canDraw() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 24;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.font = "18px sans-serif";
  pen.fillText("🎉", 1, 19);
  const dots = pen.getImageData(0, 0, 24, 24).data;
  return dots.some((value, place) => place % 4 < 3 && dots[place - (place % 4) + 3] > 0 && value > 30);
}

export const EMOJI = canDraw() ? KNOWN : {};
