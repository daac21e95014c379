"""Block Kit in small pieces, each within Slack's limits; what had to be cut says so.

Texts that come from data go through `plain_words` or `clip`, which escape them: a campaign named
`<!channel>` must notify nobody. Source of the limits: Slack's reference of blocks and messages.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from bot.ids import ActionId

Block: TypeAlias = dict[str, Any]

SECTION_CHARS_MAX = 3_000
BUTTON_CHARS_MAX = 75
OPTION_CHARS_MAX = 75
PLACEHOLDER_CHARS_MAX = 150
VALUE_CHARS_MAX = 2_000
CONFIRM_CHARS_MAX = 300
MESSAGE_TEXT_CHARS_MAX = 3_000
"""The top-level text; chat.update takes 4,000."""
MESSAGE_BLOCKS_MAX = 50
MESSAGE_BLOCKS_CHARS_MAX = 10_000
"""Slack refuses somewhere above 13,000 characters of JSON, and documents it nowhere."""
CLIPS_CHARS = (1_200, 600, 300, 120, 40)
"""How much of each long text a message shows: the first that makes the message small enough."""
CUT_CHARS_MAX = 30
"""Room for the words that say how much was cut."""


class Message(Struct, frozen=True):
    """What is said: `text` for notifications and screen readers, `blocks` for eyes."""

    text: str
    blocks: tuple[Block, ...] = ()


def escaped(text: str) -> str:
    """Return the text with Slack's three control characters as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, chars_max: int) -> str:
    """Return the escaped text in at most so many characters; a cut one says how much is missing."""
    whole = escaped(text)
    if len(whole) <= chars_max:
        return whole
    kept, used = 0, CUT_CHARS_MAX
    for char in text:
        used += len(escaped(char))
        if used > chars_max:
            break
        kept += 1
    return f"{escaped(text[:kept])}… ({len(text) - kept:,} more characters)"


def short(text: str, chars_max: int) -> str:
    """Return the text itself in at most so many characters, for places that show no markup."""
    return text if len(text) <= chars_max else f"{text[: chars_max - 1]}…"


def fitting(build: Callable[[int], Message]) -> Message:
    """Return the message with the longest texts that Slack takes; `build` is told how long."""
    message = build(CLIPS_CHARS[0])
    for chars in CLIPS_CHARS[1:]:
        if blocks_chars(message.blocks) <= MESSAGE_BLOCKS_CHARS_MAX:
            break
        message = build(chars)
    assert len(message.blocks) <= MESSAGE_BLOCKS_MAX, "a message has a fixed number of parts"
    return Message(short(message.text, MESSAGE_TEXT_CHARS_MAX), message.blocks)


def blocks_chars(blocks: Iterable[Block]) -> int:
    """Return how long the blocks are on the wire, in characters."""
    return len(json.dumps(list(blocks), ensure_ascii=False))


def packed(lines: Iterable[str]) -> list[str]:
    """Return the lines, each short enough for a section, in as few texts as sections hold them."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + len(line) < SECTION_CHARS_MAX:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return texts


def clip_lines(lines: Sequence[str], chars_max: int = SECTION_CHARS_MAX) -> str:
    """Return the lines in at most so many characters: whole ones, and how many are missing."""
    whole = "\n".join(lines)
    if len(whole) <= chars_max:
        return whole
    kept: list[str] = []
    used = CUT_CHARS_MAX
    for line in lines:
        used += len(line) + 1
        if used > chars_max:
            break
        kept.append(line)
    return "\n".join([*kept, f"... and {len(lines) - len(kept):,} more."])


def plain(text: str) -> Block:
    """Return a text object without markup."""
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Block:
    """Return a text object with Slack's markup."""
    return {"type": "mrkdwn", "text": text}


def header(text: str) -> Block:
    """Return a large line; our own words only."""
    return {"type": "header", "text": plain(text)}


def section(text: str) -> Block:
    """Return a paragraph of markup."""
    return {"type": "section", "text": mrkdwn(text)}


def fields(texts: Sequence[str]) -> Block:
    """Return short paragraphs of markup in two columns; at most 10 of 2,000 characters."""
    return {"type": "section", "fields": [mrkdwn(text) for text in texts]}


def context(text: str) -> Block:
    """Return a small grey line of markup."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def divider() -> Block:
    """Return a thin line."""
    return {"type": "divider"}


def actions(elements: Sequence[Block], block_id: str = "") -> Block:
    """Return a row of buttons and menus; with an id, what a menu there is about."""
    made: Block = {"type": "actions", "elements": list(elements)}
    return made | ({"block_id": block_id} if block_id else {})


def button(
    text: str,
    action: ActionId,
    value: str,
    *,
    style: str | None = None,
    confirm: Block | None = None,
) -> Block:
    """Return a button; `style` is primary, danger or None."""
    assert len(text) <= BUTTON_CHARS_MAX, "buttons carry our own words"
    assert len(value) <= VALUE_CHARS_MAX, "a value is a compact id"
    made: Block = {"type": "button", "text": plain(text), "action_id": action, "value": value}
    if style:
        made["style"] = style
    if confirm:
        made["confirm"] = confirm
    return made


def confirm(title: str, text: str, yes: str, *, danger: bool = False) -> Block:
    """Return a dialog that asks once more; `text` is our own words around an escaped name."""
    assert len(text) <= CONFIRM_CHARS_MAX, "a confirmation is a sentence or two"
    made: Block = {
        "title": plain(title),
        "text": mrkdwn(text),
        "confirm": plain(yes),
        "deny": plain("Not now"),
    }
    if danger:
        made["style"] = "danger"
    return made


def option(text: str, value: str) -> Block:
    """Return one choice of a select or of radio buttons."""
    return {"text": plain(short(text, OPTION_CHARS_MAX)), "value": value}
