"""One user's message, readable: what the marketer wrote first, then the wire's own JSON below.

It holds the user's own values, so it is shown to whoever asked and to nobody else.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from actors.mail_content import Preview, Previewed, TestSend
from bot.blocks import (
    CLIPS_CHARS,
    Block,
    Message,
    actions,
    button,
    clip,
    confirm,
    context,
    fitting,
    section,
)
from bot.ids import ActionId
from bot.inputs import select
from bot.tables import table, text_cell

NOTES_SHOWN_MAX = 6
ROWS_SHOWN_MAX = 60
VALUE_CHARS_MAX = 120
JSON_CHARS_MAX = 2_700
"""A section takes 3,000, and the fences need some."""
TABLE_CHARS_MAX = 5_000
"""Of a table's cells as JSON: what a message takes in all leaves room for its own JSON below."""
JSON_IN_ALL_CHARS_MAX = 3_000
ABOUT_CHARS_MAX = 255
"""Of a block's id, in which the menu of variants carries what it is about."""
AS_SENT = "As Segment gets it:"
"""Stands above the JSON, which is for few."""
HEADINGS = ("In the message", "Value")
_PARTS = {
    "key_values": "",
    "profile": "profile: ",
    "event": "event: ",
}
_SINGLE = ("email", "identity", "object_id", "variant", "expires_at")


def previewed(shown: Previewed) -> Message:
    """Return a preview: each value beside its name, what may surprise, and the JSON."""
    return fitting(lambda chars: _previewed(shown, chars))


def _previewed(shown: Previewed, chars: int) -> Message:
    said = clip(shown.message, 500)
    blocks: list[Block] = [section(f":eyes: {said}")]
    if (
        len(shown.variants) > 1
        and len(about := f"{shown.campaign}:{shown.user}") <= ABOUT_CHARS_MAX
    ):
        choices = {name: name for name in shown.variants}
        menu = select(choices, shown.variant, ActionId.PREVIEW_VARIANT)
        blocks.append(actions([menu], block_id=about))
    calls = sorted(map(msgspec.json.decode, shown.events), key=_is_identify)
    rows = [row for call in calls for row in _rows(call)]
    if rows:
        blocks += _table(rows)
    notes = (clip(note, min(chars, 400)) for note in shown.notes[:NOTES_SHOWN_MAX])
    blocks += [context(f":warning: {note}") for note in notes]
    blocks += _json(shown.events, chars)
    if shown.events and shown.campaign:
        blocks.append(actions([_test_button(shown)]))
    blocks.append(context("Only you see this. Nothing was sent."))
    return Message(said, tuple(blocks))


def another_variant(pressed: Mapping[str, Any], by: str) -> Preview:
    """Return what is asked by choosing another variant under a preview."""
    campaign, _, user = str(pressed["block_id"]).partition(":")
    chosen = str(pressed["selected_option"]["value"])
    return Preview(campaign=campaign, by=by, user=user, variant=chosen)


def test_of(pressed: Mapping[str, Any], by: str) -> TestSend:
    """Return what is asked by the button under a preview."""
    campaign, _, variant = str(pressed["value"]).partition(":")
    return TestSend(campaign=campaign, by=by, variant=variant)


def _test_button(shown: Previewed) -> Block:
    whole = f"variant “{shown.variant}”" if shown.variant else "it"
    asked = confirm(
        "Send a test?",
        f"Each of the operator's test users gets {clip(whole, 120)} now, marked as a test. "
        "It counts nowhere.",
        "Send the test",
    )
    value = f"{shown.campaign}:{shown.variant}"
    return button("Send to the test users", ActionId.SEND_TEST, value, confirm=asked)


def _is_identify(call: Mapping[str, Any]) -> bool:
    """Tell the call that only says who the user is: it goes first, and is read last."""
    return call.get("type") == "identify"


def _rows(call: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what one call says: whose it is, then what the marketer chose, then what is added."""
    if _is_identify(call):
        yield from (
            (f"identify: {key}", _value(value)) for key, value in _object(call.get("traits"))
        )
        return
    yield "Event", _value(call.get("event"))
    yield "For the user", _value(call.get("userId") or call.get("anonymousId"))
    properties = dict(_object(call.get("properties")))
    for part, lead in _PARTS.items():
        yield from ((f"{lead}{key}", _value(value)) for key, value in _object(properties.get(part)))
    for name in _SINGLE:
        if properties.get(name):
            yield name.replace("_", " "), _value(properties[name])
    if tokens := properties.get("push_tokens"):
        yield "push tokens", f"{len(tokens)}"


def _object(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def _value(value: Any) -> str:
    """Return a value as it would be read aloud; an empty one is shown as such."""
    if value in (None, ""):
        return "(empty)"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _table(rows: Sequence[tuple[str, str]]) -> list[Block]:
    cells: list[list[Block]] = []
    used = 0
    for name, value in rows[:ROWS_SHOWN_MAX]:
        row = [text_cell(name, VALUE_CHARS_MAX), text_cell(value, VALUE_CHARS_MAX)]
        used += sum(len(str(cell)) for cell in row)
        if used > TABLE_CHARS_MAX:
            break
        cells.append(row)
    hidden = len(rows) - len(cells)
    shown = [table(HEADINGS, cells)] if cells else []
    return [*shown, *([context(f"... and {hidden} more: see the JSON.")] if hidden else [])]


def _json(events: Sequence[str], chars: int) -> list[Block]:
    """Return each call exactly as Segment gets it, for whoever must compare it."""
    if not events:
        return []
    in_all = JSON_IN_ALL_CHARS_MAX * chars // CLIPS_CHARS[0]
    room = min(JSON_CHARS_MAX, in_all // len(events))
    blocks = [context(AS_SENT)]
    for event in events:
        laid_out = msgspec.json.format(event, indent=2)
        blocks.append(section(f"```{clip(_unfenced(laid_out), room)}```"))
    return blocks


def _unfenced(text: str) -> str:
    """Keep a value from closing the block that it is shown in."""
    return text.replace("```", "'''")
