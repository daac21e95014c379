"""When the events of a file happened: how a cell may say it, and which times no event can have.

Senders over HTTP are not judged so: a device whose clock is wrong cannot mend its event, and losing
it would be worse. A file is in somebody's hands, and a wrong time there is nearly always a date
that was written in another way than we read it.
"""

import re
from datetime import UTC, datetime

from domain.facts import Event
from domain.timely import is_timely
from domain.values import moment
from store.log import Incoming

AHEAD_MS_MAX = 24 * 3_600_000
"""An event of a file has happened; a day is for the clock of whoever wrote it, and its zone."""
FIRST_MS = 631_152_000_000
"""1990-01-01 UTC: eight digits of a date, or a year, read as seconds since 1970, lie before it."""
HOW = "Write it as 2026-03-29T09:00:00Z, or as seconds or milliseconds since 1970."
_EPOCH = re.compile(r"-?\d{1,16}(\.\d{1,9})?")


def iso(text: str) -> str | None:
    """Return a time as the protocol wants it, or None; one without a zone is UTC."""
    found = moment(float(text)) if _is_epoch(text) else moment(text)
    return None if found is None else _iso(found)


def wrong(text: str, time_ms: int, now_ms: int) -> tuple[str, str] | None:
    """Say what is wrong with the time of an event, which stood so in the file, and the cure.

    None: it may have happened then.
    """
    if FIRST_MS <= time_ms <= now_ms + AHEAD_MS_MAX:
        return None
    shown = f"{text!r:.60}"
    if _is_epoch(text):
        shown += f", read as a number since 1970, is {(_iso(time_ms) or '')[:10]}, which"
    side = "before 1990" if time_ms < FIRST_MS else "more than a day in the future"
    return f"{shown} is {side}.", HOW


def is_recent(record: Incoming, now_ms: int) -> bool:
    """Whether the record, taken now, may trigger a live campaign."""
    at = Event(0, "", record.user, record.name, record.time_ms, now_ms, {})
    return record.kind == "event" and is_timely(at, None)


def _is_epoch(text: str) -> bool:
    return _EPOCH.fullmatch(text) is not None


def _iso(time_ms: float) -> str | None:
    try:
        return datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):  # a year that nobody lives in
        return None
