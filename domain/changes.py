"""What differs between two contents of a campaign, in words: for who approves the later one."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

import msgspec

from domain.campaign import Campaign
from domain.phrases import TEXT_SHOWN_CHARS_MAX, VALUES_SHOWN_MAX
from domain.summary import summary

ARROW = " → "
BEFORE_CHARS = 20
"""So much of what is the same stands before the place where two long texts part."""
DIFFERENT_CHARS_MAX = 80
_KINDS = {"live": "live", "past_behaviour": "past behaviour"}
_TOLD_IN = {
    "name": ("Name",),
    "kind": ("Kind",),
    "labels": ("Labels",),
    "trigger": ("Who",),
    "who": ("Who",),
    "when": ("When",),
    "on_pause": ("When",),
    "what": ("What",),
    "variants": ("Variants",),
    "limits": ("How many", "Control group"),
    "do_not_disturb": ("Do not disturb",),
    "goal": ("Goal",),
    "delivery": ("Delivery",),
}
"""The parts of a summary that tell of a field."""


def changes(before: Campaign, after: Campaign, zone: str) -> list[tuple[str, str]]:
    """Return (label, text) for each part that differs; empty if the two say the same.

    A text has a line for each difference: `old → new`, `no longer: old` or `new: new`. What a
    summary shortens is told beside it, from where the two part. `zone` is the account's.
    """
    leaves = list(_leaves(msgspec.to_builtins(before), msgspec.to_builtins(after)))
    changed = {label for where, _, _ in leaves for label in _TOLD_IN[where.partition(".")[0]]}
    words = _in_words(_parts(before, zone), _parts(after, zone))
    # A throttle's line says how long the cap takes: with another cap it reads otherwise.
    rows = [(label, text) for label, text in words if label in changed]
    told = {label for label, _ in rows}
    for where, was, now in leaves:
        field = where.partition(".")[0]
        if told.isdisjoint(_TOLD_IN[field]) or _is_cut(was) or _is_cut(now):
            rows.append((where, ARROW.join(_from_where_they_part(_text(was), _text(now)))))
    return rows


def _parts(campaign: Campaign, zone: str) -> dict[str, list[str]]:
    told = {"Name": campaign.name, "Kind": _KINDS[campaign.kind], **dict(summary(campaign, zone))}
    return {label: text.splitlines() for label, text in told.items()}


def _in_words(
    before: Mapping[str, list[str]], after: Mapping[str, list[str]]
) -> Iterator[tuple[str, str]]:
    for label in dict.fromkeys([*before, *after]):
        lines = list(_lines(before.get(label, []), after.get(label, [])))
        if lines:
            yield label, "\n".join(lines)


def _lines(was: list[str], now: list[str]) -> Iterator[str]:
    for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        old, new = [line.strip() for line in was[a:b]], [line.strip() for line in now[c:d]]
        if len(old) == len(new):
            yield from (f"{one}{ARROW}{other}" for one, other in zip(old, new, strict=True))
        else:
            yield from (f"no longer: {line}" for line in old)
            yield from (f"new: {line}" for line in new)


def _leaves(was: Any, now: Any, where: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield the place and both values of every leaf that differs; a list is one where it is cut."""
    if was == now and type(was) is type(now):
        return
    if isinstance(was, dict) and isinstance(now, dict):
        for key in dict.fromkeys([*was, *now]):
            inside = f"{where}.{key}" if where else str(key)
            yield from _leaves(was.get(key), now.get(key), inside)
    elif _holds_structs(was) and _holds_structs(now):
        for place, (one, other) in enumerate(zip_longest(was, now)):
            yield from _leaves(one, other, f"{where}[{place}]")
    else:
        yield where, was, now


def _holds_structs(value: Any) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(each, dict) for each in value)


def _is_cut(value: Any) -> bool:
    """Tell whether a summary shows a value in part."""
    if isinstance(value, str):
        return len(value) > TEXT_SHOWN_CHARS_MAX
    return isinstance(value, list | tuple) and len(value) > VALUES_SHOWN_MAX


def _text(value: Any) -> str:
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _from_where_they_part(was: str, now: str) -> tuple[str, str]:
    """Return both texts from shortly before their first difference on, each cut to a length."""
    same = next(
        (i for i, (a, b) in enumerate(zip(was, now, strict=False)) if a != b),
        min(len(was), len(now)),
    )
    start = max(same - BEFORE_CHARS, 0)
    return _cut(was, start), _cut(now, start)


def _cut(text: str, start: int) -> str:
    shown = text[start : start + BEFORE_CHARS + DIFFERENT_CHARS_MAX]
    shown = " ".join(shown.split())
    lead = "..." if start else ""
    end = "..." if start + BEFORE_CHARS + DIFFERENT_CHARS_MAX < len(text) else ""
    return f"{lead}{shown}{end}" or "nothing"
