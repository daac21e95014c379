"""Devices as Segment's calls tell of them, in the context of whatever a user does there.

One device is one table of the trait `devices`, known by its `id`: `context.device.id`, else the
anonymous id of the app or browser on it; a push token is nobody else's, so it finds the table too.
`seen` is the last day (UTC) of which we heard, so that an import of last year's events makes no
app old again, and a table changes at most once a day by what says nothing new.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from domain.devices import DEVICES_MAX
from domain.profile_limits import VALUE_CHARS_MAX

ID, SEEN, TOKEN = "id", "seen", "push_token"
_FIELDS = (
    (TOKEN, "device", "token"),
    ("app_version", "app", "version"),
    ("os", "os", "name"),
    ("os_version", "os", "version"),
    ("model", "device", "model"),
    ("make", "device", "manufacturer"),
    ("sdk_version", "library", "version"),
)
"""Ours, and where Segment's libraries have it; what matters most first, should not all fit."""
_OF_APPS = frozenset({TOKEN, "app_version", "os_version", "model", "make"})
"""A context that has none of these is a server's or a plain page's, and tells of no device."""


def of_context(context: object, *, anonymous_id: object, time_ms: int) -> dict[str, str]:
    """Return the device that a call's context tells of, as a table; empty: of none."""
    if not isinstance(context, Mapping):
        return {}
    found = dict(_told(context))
    if not _OF_APPS & found.keys():
        return {}
    name = _text(_part(context, "device").get("id")) or _text(anonymous_id)
    if not name and TOKEN not in found:
        return {}
    table = {SEEN: _day(time_ms)} | ({ID: name} if name else {})
    for key, text in found.items():
        if len(msgspec.json.encode({**table, key: text}).decode()) <= VALUE_CHARS_MAX:
            table[key] = text
    return table


def put(held: list[Any], device: Mapping[str, Any]) -> list[Any]:
    """Return the tables with this one in its place: over what is older, the newest seen last.

    What an older record says fills only what is not known.
    """
    known = next((each for each in held if _is_same(each, device)), None)
    if known is None:
        return _ordered([*held, dict(device)])
    if str(device.get(SEEN, "")) >= str(known.get(SEEN, "")):
        merged = {**known, **device}
    else:
        merged = {**device, **known}
    if merged == known:
        return held
    others = [each for each in held if each is not known]
    return _ordered([*others, merged])


def joined(older: list[Any], newer: list[Any]) -> list[Any]:
    """Return the tables of two users who are one person: each device once."""
    found = list(older)
    for each in newer:
        if isinstance(each, Mapping) and (ID in each or TOKEN in each):
            found = put(found, each)
        elif each not in found:
            found.append(each)
    return found


def _ordered(tables: list[Any]) -> list[Any]:
    """Return them by the day on which they were seen; those that somebody sent whole stay first."""
    found = sorted(tables, key=lambda each: str(each.get(SEEN, "")) if _is_table(each) else "")
    seen = [each for each in found if _is_table(each) and SEEN in each]
    too_many = seen[: max(len(seen) - DEVICES_MAX, 0)]
    return [each for each in found if not any(each is one for one in too_many)]


def _is_same(table: Any, device: Mapping[str, Any]) -> bool:
    if not _is_table(table):
        return False
    return any(key in device and table.get(key) == device[key] for key in (ID, TOKEN))


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _told(context: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for ours, part, key in _FIELDS:
        if text := _text(_part(context, part).get(key)):
            yield ours, text


def _part(context: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = context.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(value: object) -> str:
    """Return a text; some libraries have versions as numbers."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def _day(time_ms: int) -> str:
    try:
        return datetime.fromtimestamp(time_ms / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):  # a year that nobody lives in
        return ""
