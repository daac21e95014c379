"""Segment's tracking protocol, read strictly: what a sender posts becomes records of the log.

Each item of a batch is judged alone: the good ones are kept, and each bad one is answered with
what is wrong with it and where.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from actors import calls, doors, mending, unreadable
from actors.calls import Item
from actors.sources import Source
from domain import device_seen, epoch_dates, trait_change, zone_seen
from domain.problem import Problem
from store.log import Incoming

ITEMS_MAX = 2_500
ITEM_BYTES_MAX = 32 * 1024
DEPTH_MAX = 32
"""How deep lists and objects may nest; every reader after us can walk that without harm."""
SKEW_MS_MIN = 60_000
"""A sender's clock that differs by less is taken as right, so its times stay exact."""
_DATES = f'"{epoch_dates.MARK}'.encode()
"""Few calls have one: the others are not searched any further."""


class Envelope(Struct, rename="camel"):
    """What surrounds a batch."""

    batch: list[msgspec.Raw]
    sent_at: Any = None
    write_key: Any = None


class Single(Struct, rename="camel"):
    """What a single call says about its sending."""

    sent_at: Any = None
    write_key: Any = None


class Posted(Struct, frozen=True):
    """A request's body, opened: its items still encoded. `sent_at` None: their times are right."""

    items: tuple[bytes, ...]
    sent_at: Any = None
    write_key: str = ""


class Read(Struct, frozen=True):
    """What became of the items: records to keep, and a problem for each that is not kept.

    `left_out` are parts of kept items that are over a limit.
    """

    records: tuple[Incoming, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[Problem, ...] = ()


def open_body(body: bytes, *, single: bool) -> Posted | Problem:
    """Open a body: one call, or an object with a `batch`."""
    opened = _open(body, single=single)
    if isinstance(opened, Problem) and (whole := mending.mended(body)) is not None:
        return _open(whole, single=single)
    return opened


def _open(body: bytes, *, single: bool) -> Posted | Problem:
    try:
        if single:
            alone = msgspec.json.decode(body, type=Single)
            return Posted((body,), alone.sent_at, _text(alone.write_key))
        envelope = msgspec.json.decode(body, type=Envelope)
    except unreadable.ERRORS as error:
        fix = "Send a JSON object" + ("." if single else ' such as {"batch": [...]}.')
        return Problem(where="body", what=f"This is not readable: {error}.", fix=fix)
    if (too_many := objection(len(envelope.batch), "batch")) is not None:
        return too_many
    items = tuple(bytes(raw) for raw in envelope.batch)
    return Posted(items, envelope.sent_at, _text(envelope.write_key))


def objection(items: int, where: str, most: int = ITEMS_MAX) -> Problem | None:
    """Say why so many items are too many; None: they are not."""
    if items <= most:
        return None
    return Problem(
        where=where,
        what=f"The batch has {items:,} items; at most {most:,} are taken.",
        fix="Send smaller batches. Nothing of this one was kept.",
    )


def read(
    posted: Posted,
    *,
    kind: str | None,
    source: Source,
    received_ms: int,
    nth: int = 0,
    alone: bool = False,
) -> Read:
    """Read every item. `kind` is the call that the address names, None where items name theirs.

    `nth` tells requests of one millisecond apart. `alone`: there is no batch around the item, so
    nobody is told of its place in one.
    """
    records: list[Incoming] = []
    problems: list[Problem] = []
    left_out: list[Problem] = []
    skew_ms = _skew(posted.sent_at, received_ms)
    for index, raw in enumerate(posted.items):
        where = "" if kind or alone else f"batch[{index}]."
        item = _decode(raw, where)
        if isinstance(item, Problem):
            problems.append(item)
            continue
        call = kind or item.type
        wrong = [
            Problem(where=f"{where}{key}", what=what, fix=fix)
            for key, what, fix in calls.problems(item, call)
        ]
        time_ms = received_ms
        if item.timestamp is not None:
            parsed = moment(item.timestamp)
            if parsed is None:
                what = f"{item.timestamp!r:.60} is not a time."
                fix = "Send ISO 8601 with a zone, such as 2026-03-29T09:00:00Z."
                wrong.append(Problem(where=f"{where}timestamp", what=what, fix=fix))
            else:
                time_ms = parsed + skew_ms
        if wrong:
            problems.extend(wrong)
            continue
        found = calls.content(item, str(call), trusted=source.kind != "browser")
        part = "properties" if found.kind == "event" else "traits"
        left_out += [doors.placed(f"{where}{part}", over) for over in found.left_out]
        own = item.message_id or _own_id(item, found, (received_ms, nth, index))
        records.append(_record(item, found, source.id_of(own), time_ms, received_ms))
    return Read(tuple(records), tuple(problems), tuple(left_out))


def _decode(raw: bytes, where: str) -> Item | Problem:
    """Return a call as it came, or why nobody looks into it."""
    place = where.rstrip(".") or "body"
    if len(raw) > ITEM_BYTES_MAX:
        what = f"The item has {len(raw):,} bytes; at most {ITEM_BYTES_MAX:,} are taken."
        return Problem(where=place, what=what, fix="Send less in one call.")
    try:
        item = msgspec.json.decode(raw, type=Item)
    except unreadable.ERRORS as error:
        found = unreadable.reason(raw, error)
        at = f"{where}{found.place}" if found.place else place
        return Problem(where=at, what=found.what, fix=found.fix)
    if is_too_deep(raw):
        what = f"Its lists and objects nest deeper than {DEPTH_MAX} levels."
        return Problem(where=place, what=what, fix="Send it flatter.")
    if _DATES in raw:
        calls.read_dates(item)
    return item


def _record(
    item: Item, found: calls.Content, source_id: str, time_ms: int, received_ms: int
) -> Incoming:
    return Incoming(
        kind=found.kind,
        source_id=source_id,
        user=calls.user_of(item),
        name=found.name,
        time_ms=time_ms,
        body=msgspec.json.encode(found.body),
        also=found.also,
        seen=_seen(item, time_ms, received_ms),
    )


def _seen(item: Item, time_ms: int, received_ms: int) -> dict[str, Any]:
    """Return what the call's context tells of its user, as a profile record."""
    device = device_seen.of_context(item.context, anonymous_id=item.anonymous_id, time_ms=time_ms)
    zone = zone_seen.of_context(item.context, age_ms=received_ms - time_ms)
    return {**trait_change.seen(device), **zone} if device else zone


def is_too_deep(raw: bytes) -> bool:
    """Tell whether a readable item nests too deep; few have brackets enough to be looked at."""
    if raw.count(b"[") + raw.count(b"{") <= DEPTH_MAX:
        return False
    level: list[Any] = [msgspec.json.decode(raw)]
    for _ in range(DEPTH_MAX + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return bool(level)


def moment(value: object) -> int | None:
    """Return the epoch milliseconds of an ISO time; one without a zone is UTC."""
    if not isinstance(value, str):
        return None
    try:
        found = msgspec.convert(value, type=datetime)
    except msgspec.ValidationError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return round(found.timestamp() * 1000)


def _skew(sent_at: object, received_ms: int) -> int:
    """Return what to add to a sender's times because its clock is wrong."""
    sent = moment(sent_at)
    if sent is None or abs(received_ms - sent) < SKEW_MS_MIN:
        return 0
    return received_ms - sent


def _own_id(item: Item, found: calls.Content, came: tuple[int, int, int]) -> str:
    """Make an id for a call without one: the same call with its own time acts once.

    One without a time acts each time it comes: only when and where it `came` tells it from others.
    """
    body = msgspec.json.encode(found.body).decode()
    at = came if item.timestamp is None else (item.timestamp,)
    return hashed_id((*at, calls.user_of(item), found.name, body, found.also))


def hashed_id(parts: Sequence[object]) -> str:
    """Return an id that says the same for the same parts."""
    return "c_" + hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:40]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
