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

from domain.facts import ANONYMOUS
from domain.problem import Problem
from store.log import Incoming

ITEMS_MAX = 2_500
ITEM_BYTES_MAX = 32 * 1024
ID_CHARS_MAX = 256
MESSAGE_ID_CHARS_MAX = 100
EVENT_CHARS_MAX = 256
PROPERTIES_MAX = 256
DEPTH_MAX = 32
"""How deep lists and objects may nest; every reader after us can walk that without harm."""
SKEW_MS_MIN = 60_000
"""A sender's clock that differs by less is taken as right, so its times stay exact."""

_NAMES = {"page": "Page Viewed", "screen": "Screen Viewed"}
TYPES = frozenset({"track", "identify", "page", "screen", "group", "alias"})


_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Item(Struct, rename="camel"):
    """One call, as loosely as it may come; `read` says what is wrong with it."""

    type: Any = None
    user_id: Any = None
    anonymous_id: Any = None
    message_id: Any = None
    event: Any = None
    name: Any = None
    timestamp: Any = None
    properties: Any = None
    traits: Any = None
    context: Any = None


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
    """A request's body, opened: its items still encoded."""

    items: tuple[bytes, ...]
    sent_at: Any
    write_key: str


class Read(Struct, frozen=True):
    """What became of the items: records to keep, and a problem for each that is not kept."""

    records: tuple[Incoming, ...]
    problems: tuple[Problem, ...]


def open_body(body: bytes, *, single: bool) -> Posted | Problem:
    """Open a body: one call, or an object with a `batch`."""
    try:
        if single:
            alone = msgspec.json.decode(body, type=Single)
            return Posted((body,), alone.sent_at, _text(alone.write_key))
        envelope = msgspec.json.decode(body, type=Envelope)
    except _UNREADABLE as error:
        fix = "Send a JSON object" + ("." if single else ' such as {"batch": [...]}.')
        return Problem(where="body", what=f"This is not readable: {error}.", fix=fix)
    if len(envelope.batch) > ITEMS_MAX:
        return Problem(
            where="batch",
            what=f"The batch has {len(envelope.batch):,} items; at most {ITEMS_MAX:,} are taken.",
            fix="Send smaller batches. Nothing of this one was kept.",
        )
    items = tuple(bytes(raw) for raw in envelope.batch)
    return Posted(items, envelope.sent_at, _text(envelope.write_key))


def read(posted: Posted, *, kind: str | None, received_ms: int) -> Read:
    """Read every item. `kind` is the call that the address names, None in a batch."""
    records: list[Incoming] = []
    problems: list[Problem] = []
    skew_ms = _skew(posted.sent_at, received_ms)
    for index, raw in enumerate(posted.items):
        where = "" if kind else f"batch[{index}]."
        found = _read_item(raw, where=where, kind=kind, received_ms=received_ms, skew_ms=skew_ms)
        if isinstance(found, Incoming):
            records.append(found)
        else:
            problems.extend(found)
    return Read(tuple(records), tuple(problems))


def _read_item(
    raw: bytes, *, where: str, kind: str | None, received_ms: int, skew_ms: int
) -> Incoming | list[Problem]:
    if len(raw) > ITEM_BYTES_MAX:
        what = f"The item has {len(raw):,} bytes; at most {ITEM_BYTES_MAX:,} are taken."
        return [Problem(where=where.rstrip(".") or "body", what=what, fix="Send less in one call.")]
    try:
        item = msgspec.json.decode(raw, type=Item)
    except _UNREADABLE as error:
        place = where.rstrip(".") or "body"
        return [Problem(where=place, what=f"Not an object: {error}.", fix="Send a JSON object.")]
    if _is_too_deep(raw):
        what = f"Its lists and objects nest deeper than {DEPTH_MAX} levels."
        return [Problem(where=where.rstrip(".") or "body", what=what, fix="Send it flatter.")]
    what_kind = kind or item.type
    problems = [*_check(item, what_kind, where)]
    time_ms = received_ms
    if item.timestamp is not None:
        parsed = _moment(item.timestamp)
        if parsed is None:
            problems.append(
                Problem(
                    where=f"{where}timestamp",
                    what=f"{item.timestamp!r:.60} is not a time.",
                    fix="Send ISO 8601 with a zone, such as 2026-03-29T09:00:00Z.",
                )
            )
        else:
            time_ms = parsed + skew_ms
    if problems:
        return problems
    user = item.user_id or f"{ANONYMOUS}{item.anonymous_id}"
    record_kind, name, body = _content(item, str(what_kind))
    encoded = msgspec.json.encode(body)
    return Incoming(
        kind=record_kind,
        source_id=item.message_id or _own_id(item, user, name, encoded, received_ms, raw),
        user=user,
        name=name,
        time_ms=time_ms,
        body=encoded,
    )


def _content(item: Item, kind: str) -> tuple[Any, str, dict[str, Any]]:
    """Return the kind of record, the event's name, and what is kept of the call."""
    match kind:
        case "track":
            return "event", item.event, item.properties or {}
        case "identify":
            traits = dict(item.traits or {})
            zone = (item.context or {}).get("timezone")
            if isinstance(zone, str) and "timezone" not in traits:
                traits["timezone"] = zone
            return "profile", "", traits
        case "page" | "screen":
            properties = dict(item.properties or {})
            if isinstance(item.name, str):
                properties.setdefault("name", item.name)
            return "event", _NAMES[kind], properties
        case _:
            return "other", kind, item.traits or {}


def _check(item: Item, kind: object, where: str) -> Sequence[Problem]:
    """Return what is wrong with the shape of a call."""
    found: list[Problem] = []

    def wrong(key: str, what: str, fix: str) -> None:
        found.append(Problem(where=f"{where}{key}", what=what, fix=fix))

    if not isinstance(kind, str) or kind not in TYPES:
        known = ", ".join(sorted(TYPES))
        wrong("type", f"{kind!r:.40} is not a type of call.", f"Send one of {known}.")
    for key, value in (("userId", item.user_id), ("anonymousId", item.anonymous_id)):
        if value is not None and (not isinstance(value, str) or len(value) > ID_CHARS_MAX):
            fix = f"Send text of at most {ID_CHARS_MAX} characters."
            wrong(key, f"It is {_called(value)}, not an id.", fix)
    if not item.user_id and not item.anonymous_id:
        wrong("userId", "It says neither who nor which device.", "Send userId or anonymousId.")
    if isinstance(item.user_id, str) and item.user_id.startswith(ANONYMOUS):
        wrong("userId", f"An id must not begin with {ANONYMOUS!r}.", "Send the user's own id.")
    if item.message_id is not None and (
        not isinstance(item.message_id, str) or len(item.message_id) > MESSAGE_ID_CHARS_MAX
    ):
        fix = f"Send text of at most {MESSAGE_ID_CHARS_MAX} characters, or leave it out."
        wrong("messageId", f"It is {_called(item.message_id)}, not an id.", fix)
    if kind == "track" and (
        not isinstance(item.event, str)
        or not item.event.strip()
        or len(item.event) > EVENT_CHARS_MAX
    ):
        fix = f"Send text of 1 to {EVENT_CHARS_MAX} characters."
        wrong("event", f"It is {_called(item.event)}, not a name.", fix)
    for key, value in (
        ("properties", item.properties),
        ("traits", item.traits),
        ("context", item.context),
    ):
        if value is not None and not isinstance(value, dict):
            wrong(key, f"It is {_called(value)}, not an object.", f'Send "{key}": {{...}}.')
        elif isinstance(value, dict) and key != "context" and len(value) > PROPERTIES_MAX:
            what = f"It has {len(value):,} keys; at most {PROPERTIES_MAX} are taken."
            wrong(key, what, "Send fewer.")
    return found


def _is_too_deep(raw: bytes) -> bool:
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


def _called(value: object) -> str:
    match value:
        case None:
            return "missing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "empty" if not value.strip() else f"text of {len(value):,} characters"
        case list():
            return "a list"
        case _:
            return "an object"


def _moment(value: object) -> int | None:
    """Return the epoch milliseconds of an ISO time; one without a zone is UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = msgspec.convert(value, type=datetime)
    except msgspec.ValidationError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def _skew(sent_at: object, received_ms: int) -> int:
    """Return what to add to a sender's times because its clock is wrong."""
    sent = _moment(sent_at)
    if sent is None or abs(received_ms - sent) < SKEW_MS_MIN:
        return 0
    return received_ms - sent


def _own_id(item: Item, user: str, name: str, body: bytes, received_ms: int, raw: bytes) -> str:
    """Make an id for a call without one: the same call with its own time acts once."""
    parts: Sequence[object] = (item.timestamp, user, name, body.decode())
    if item.timestamp is None:
        parts = (received_ms, raw.decode(errors="replace"))
    return "c_" + hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:40]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
