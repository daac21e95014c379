"""From rows of a file to records of the log, by the rules of the protocol of events.

A row with a problem is left out whole, and named with its line; all other rows are taken. Values
that are over a limit of profiles are left out alone, as the door for events does it.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, TextIO, TypeAlias

import msgspec
from msgspec import Struct, structs

from actors import calls, mending, protocol
from actors.file_layout import Layout
from actors.file_table import NOT_TEXT, BadRow, Row
from actors.file_text import is_clean
from actors.file_types import Wrong, value
from actors.protocol import Posted
from actors.sources import DEFAULT, Source
from domain.problem import Problem
from domain.values import moment
from domain.zones import local_wall
from store.lists import Entry
from store.log import Incoming

ROW_ID_CHARS = 40
LINE_CHARS_MAX = 1 << 20
"""A longer line is no call, whatever it holds."""
FIRST_MS = 631_152_000_000
"""1990-01-01: what is earlier is a number that was read as a time, such as 20260329."""
AHEAD_MS_MAX = 86_400_000
"""A file is written after what it tells of; a day is for zones and clocks."""
TIME_FIX = "Write it as 2026-03-29T09:00:00Z, or as seconds or milliseconds since 1970."
AHEAD_FIX = "More than a day ahead nothing has happened yet: correct it, or import it afterwards."
LIST_KINDS = {"i": "identity", "g": "object"}


class Partly(Struct, frozen=True):
    """A record without those values that are over a limit, and what is to be said about them."""

    record: Incoming
    problems: tuple[Problem, ...]


Records: TypeAlias = Iterator[Incoming | Partly | list[Problem]]
_Call: TypeAlias = dict[str, Any] | Problem

_SOURCE = Source(DEFAULT)
"""A file's ids are those that the servers' own events have: the same event acts once."""
_encode = msgspec.json.Encoder().encode
_EPOCH = re.compile(r"-?\d{1,16}(\.\d{1,9})?")


def profiles(layout: Layout, rows: Iterable[Row | BadRow], *, source: str) -> Records:
    """Yield a profile for each row; an empty cell leaves alone what is known."""

    def call(row: Row, values: dict[str, Any]) -> _Call:
        name = hashlib.sha256(f"{source}:{row.line}".encode()).hexdigest()[:ROW_ID_CHARS]
        return {"userId": _cell(row, layout.user), "traits": values, "messageId": f"f_{name}"}

    return _read(layout, rows, "identify", call)


def events(
    layout: Layout, rows: Iterable[Row | BadRow], *, now_ms: int, every_row_is: str = ""
) -> Records:
    """Yield an event for each row. Of rows without an id, two that are the same act once."""

    def call(row: Row, values: dict[str, Any]) -> _Call:
        when = _cell(row, layout.time)
        at = iso(when)
        if at is None:
            where = _column(layout, layout.time, "time")
            return Problem(where, f"{when!r:.60} is not a time.", TIME_FIX, row.line)
        made = {
            "event": every_row_is or _cell(row, layout.event),
            "timestamp": at,
            "userId": _cell(row, layout.user) or None,
            "anonymousId": _cell(row, layout.device) or None,
            "messageId": _cell(row, layout.id) or None,
        }
        return made | {"properties": values}

    return _read(layout, rows, "track", call, now_ms=now_ms)


def calls_of(lines: TextIO, *, now_ms: int) -> Records:
    """Yield what each line of a JSONL file says: a call of the protocol, `track` if it has no type.

    A line that names no time is refused: it would have happened now.
    """
    number = 0
    while text := lines.readline(LINE_CHARS_MAX):
        number += 1
        if len(text) == LINE_CHARS_MAX and not text.endswith("\n"):
            while (more := lines.readline(LINE_CHARS_MAX)) and not more.endswith("\n"):
                pass
            what = f"It has more than {LINE_CHARS_MAX:,} characters."
            yield [Problem("line", what, "Write one call a line, and no JSON array.", number)]
        elif not is_clean(text):
            yield [Problem("line", *NOT_TEXT, number)]
        elif text.strip():
            raw = text.encode()
            yield _of_line(mending.mended(raw) or raw, number, now_ms)


def _of_line(raw: bytes, number: int, now_ms: int) -> Incoming | Partly | list[Problem]:
    found = _call_of(raw, number, None if _says(raw, "type") else "track", now_ms)
    if not isinstance(found, list) and not _says(raw, "timestamp"):
        fix = 'Add "timestamp": "2026-03-29T09:00:00Z".'
        return [Problem("timestamp", "It does not say when.", fix, number)]
    return found


def entries(layout: Layout, rows: Iterable[Row | BadRow]) -> Iterator[Entry | list[Problem]]:
    """Yield an entry of a list for each row."""
    for row in rows:
        if isinstance(row, BadRow):
            yield [row.problem]
            continue
        kind = "i" if layout.type is None else _cell(row, layout.type).lower()
        name = "" if layout.user is None else row.cells[layout.user]
        if kind not in LIST_KINDS:
            fix = "Write i for an identity, or g for an object id."
            where = _column(layout, layout.type, "Type")
            yield [Problem(where, f"{kind!r:.40} is no type.", fix, row.line)]
        elif not name.strip() or len(name) > calls.ID_CHARS_MAX:
            what = f"An id has 1 to {calls.ID_CHARS_MAX} characters."
            where = _column(layout, layout.user, "Identity")
            yield [Problem(where, what, "Write whose row it is.", row.line)]
        else:
            yield Entry("identity" if kind == "i" else "object", name)


def iso(text: str) -> str | None:
    """Return a time as the protocol wants it, or None; one without a zone is UTC."""
    found = moment(float(text)) if _EPOCH.fullmatch(text) else moment(text)
    if found is None:
        return None
    try:
        return datetime.fromtimestamp(found / 1000, UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):  # a year that nobody lives in
        return None


def _read(
    layout: Layout,
    rows: Iterable[Row | BadRow],
    kind: str,
    call: Callable[[Row, dict[str, Any]], _Call],
    *,
    now_ms: int = 0,
) -> Records:
    for row in rows:
        if isinstance(row, BadRow):
            yield [row.problem]
            continue
        values, problems = _values(layout, row)
        made = _nobody(layout, row) or call(row, values)
        if isinstance(made, Problem):
            problems.append(made)
        elif not problems:
            found = _call_of(_encode(made), row.line, kind, now_ms)
            if not isinstance(found, list):
                yield found
                continue
            problems += _by_column(layout, found)
        yield problems


def _nobody(layout: Layout, row: Row) -> Problem | None:
    """Say of a row without an id that it has none, by the names that the file has for them."""
    if _cell(row, layout.user) or _cell(row, layout.device):
        return None
    places = (layout.user, layout.device)
    columns = [_column(layout, place, "") for place in places if place is not None]
    what = "It does not say whose row it is."
    return Problem(" or ".join(columns), what, "Write whose row it is, or delete it.", row.line)


def _by_column(layout: Layout, problems: list[Problem]) -> list[Problem]:
    """Return the problems with the file's own names in place of the protocol's."""
    places = {
        "userId": layout.user,
        "anonymousId": layout.device,
        "event": layout.event,
        "timestamp": layout.time,
        "time": layout.time,
        "messageId": layout.id,
    }
    return [
        structs.replace(each, where=_column(layout, places.get(each.where), each.where))
        for each in problems
    ]


def _column(layout: Layout, place: int | None, otherwise: str) -> str:
    return otherwise if place is None else layout.columns[place].key


def _values(layout: Layout, row: Row) -> tuple[dict[str, Any], list[Problem]]:
    """Return what the cells that are not empty say, and what is wrong with some."""
    values: dict[str, Any] = {}
    problems = []
    for place in layout.values:
        cell = row.cells[place]
        if not cell.strip():
            continue
        column = layout.columns[place]
        found = value(column, cell)
        if isinstance(found, Wrong):
            problems.append(Problem(column.key, found.what, found.fix, row.line))
        else:
            values[column.key] = found
    return values, problems


def _call_of(
    raw: bytes, line: int, kind: str | None, now_ms: int
) -> Incoming | Partly | list[Problem]:
    found = protocol.read(Posted((raw,)), kind=kind, source=_SOURCE, received_ms=now_ms, alone=True)
    if found.problems:
        return [structs.replace(each, line=line) for each in found.problems]
    (record,) = found.records
    if record.kind == "event" and not FIRST_MS <= record.time_ms <= now_ms + AHEAD_MS_MAX:
        what = f"It would have happened on {_day(record.time_ms)}."
        fix = TIME_FIX if record.time_ms < FIRST_MS else AHEAD_FIX
        return [Problem("time", what, fix, line)]
    left_out = tuple(
        structs.replace(each, where=each.where.partition(".")[2], line=line)
        for each in found.left_out
    )
    return Partly(record, left_out) if left_out else record


def _day(time_ms: int) -> str:
    return f"{local_wall(time_ms, 'UTC'):%-d %B %Y}"


def _cell(row: Row, place: int | None) -> str:
    return "" if place is None else row.cells[place].strip()


def _says(raw: bytes, key: str) -> bool:
    """Tell whether a JSON object has this key; what is no object is refused by the protocol."""
    try:
        return key in msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return True
