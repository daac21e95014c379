"""CleverTap's records, read strictly: each becomes a record of the log, or is answered with a code.

The standard fields of a profile are kept under the names that Segment's traits have, so that a
person has one email whichever door it came through.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from actors import unreadable
from actors.calls import ID_CHARS_MAX, MESSAGE_ID_CHARS_MAX, NUL, PROPERTIES_MAX, called
from actors.protocol import (
    DEPTH_MAX,
    ITEM_BYTES_MAX,
    hashed_id,
    is_too_deep,
)
from actors.sources import Source
from domain.epoch_dates import dated
from domain.facts import ANONYMOUS, RESERVED
from domain.profile import GENDERS
from domain.profile_limits import KEYS_MAX, Over, named, within
from domain.rules_behaviour import EVENT_CHARS_MAX
from domain.values import number
from store.log import Incoming

RECORDS_MAX = 1_000
SECONDS_MAX = 100_000_000_000
"""A larger time is one in milliseconds."""
AGE_MAX = 150
STANDARD = {
    "Name": "name",
    "Email": "email",
    "Phone": "phone",
    "Gender": "gender",
    "DOB": "birthday",
    "Age": "age",
    "Photo": "avatar",
    "Tz": "timezone",
}
RESTRICTED = frozenset(
    {
        "app installed",
        "app launched",
        "app uninstalled",
        "geocluster entered",
        "geocluster exited",
        "notification bounced",
        "notification clicked",
        "notification sent",
        "notification viewed",
        "session concluded",
        "stayed",
        "utm visited",
        "wzrk_d",
    }
)
"""Events that only CleverTap's own libraries may raise; none of them means anything here."""
NO_NAME, STRUCTURE, RESTRICTED_EVENT, BAD_GENDER, BAD_EMAIL, BAD_PHONE = (
    509,
    512,
    513,
    514,
    515,
    516,
)
BAD_AGE, TOO_MANY, NO_IDENTITY, NO_TYPE, BAD_TIME = 520, 522, 523, 524, 525

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)


class Record(Struct, rename="camel"):
    """One record, as loosely as it may come."""

    type: Any = None
    identity: Any = None
    object_id: Any = None
    ts: Any = None
    id: Any = None
    evt_name: Any = None
    evt_data: Any = None
    profile_data: Any = None


class Unprocessed(Struct, frozen=True):
    """A record that is not kept, as CleverTap says it; `error` has all that is wrong with it."""

    code: int
    error: str
    record: msgspec.Raw
    status: str = "fail"


class Uploaded(Struct, frozen=True):
    """What became of the records. `left_out` are keys of kept ones, each with its place."""

    records: tuple[Incoming, ...]
    unprocessed: tuple[Unprocessed, ...]
    left_out: tuple[tuple[str, Over], ...]


def read(items: list[msgspec.Raw], *, source: Source, received_ms: int, nth: int = 0) -> Uploaded:
    """Read every record; each is judged alone. `nth` tells requests of one millisecond apart."""
    records: list[Incoming] = []
    unprocessed: list[Unprocessed] = []
    left_out: list[tuple[str, Over]] = []
    times: Counter[str] = Counter()
    for index, raw in enumerate(items):
        record = _decode(bytes(raw))
        found = [record] if isinstance(record, tuple) else list(_problems(record))
        if found:
            shown = (
                raw if len(raw) <= ITEM_BYTES_MAX and _is_json(bytes(raw)) else msgspec.Raw(b"null")
            )
            code, error = found[0][0], " ".join(error for _, error in found)
            unprocessed.append(Unprocessed(code, error, shown))
            continue
        assert isinstance(record, Record), "what could not be decoded is a problem"
        kept, over = _content(record)
        part = "evtData" if record.type == "event" else "profileData"
        left_out += [(f"d[{index}].{part}", each) for each in over]
        records.append(_record(record, kept, source, (received_ms, nth), times))
    return Uploaded(tuple(records), tuple(unprocessed), tuple(left_out))


def _decode(raw: bytes) -> Record | tuple[int, str]:
    if len(raw) > ITEM_BYTES_MAX:
        return (
            STRUCTURE,
            f"The record has {len(raw):,} bytes; at most {ITEM_BYTES_MAX:,} are taken.",
        )
    try:
        record = msgspec.json.decode(raw, type=Record)
    except unreadable.ERRORS as error:
        found = unreadable.reason(raw, error)
        place = f"{found.place}: " if found.place else ""
        return STRUCTURE, f"{place}{found.what} {found.fix}"
    if is_too_deep(raw):
        return (
            STRUCTURE,
            f"Its lists and objects nest deeper than {DEPTH_MAX} levels: send it flatter.",
        )
    return record


def _is_json(raw: bytes) -> bool:
    """Whether it may stand in our answer: raw pieces are not checked when they are cut out."""
    try:
        msgspec.json.decode(raw)
    except unreadable.ERRORS:
        return False
    return True


def _problems(record: Record) -> Iterator[tuple[int, str]]:
    """Yield the code and the words of all that is wrong with a record."""
    ids = [("identity", _id(record.identity)), ("objectId", _id(record.object_id))]
    for key, value in ids:
        if isinstance(value, str) and NUL in value:
            yield NO_IDENTITY, f"{key} holds a NUL, a character that no text has: take it out."
        elif value is not None and not _is_id(value):
            begins = " or ".join(RESERVED)
            fix = f"send text of 1 to {ID_CHARS_MAX} characters that does not begin with {begins}"
            yield NO_IDENTITY, f"{key} is {called(value)}, not an id: {fix}."
    if all(value is None for _, value in ids):
        yield NO_IDENTITY, "It says neither who nor which device: send identity or objectId."
    if record.id is not None and (
        not isinstance(record.id, str) or not 0 < len(record.id) <= MESSAGE_ID_CHARS_MAX
    ):
        yield STRUCTURE, f"id is {called(record.id)}: send 1 to {MESSAGE_ID_CHARS_MAX} characters."
    if record.ts is not None and _seconds(record.ts) is None:
        yield BAD_TIME, "ts is no time: send whole seconds since 1970, not milliseconds."
    match record.type:
        case "event":
            yield from _event_problems(record)
        case "profile":
            yield from _profile_problems(record)
        case other:
            yield NO_TYPE, f"type is {called(other)}: send event or profile."


def _event_problems(record: Record) -> Iterator[tuple[int, str]]:
    name, data = record.evt_name, record.evt_data
    if not isinstance(name, str) or not name.strip() or len(name) > EVENT_CHARS_MAX:
        yield NO_NAME, f"evtName is {called(name)}: send text of 1 to {EVENT_CHARS_MAX} characters."
    elif name.strip().casefold() in RESTRICTED:
        yield RESTRICTED_EVENT, "evtName is an event of CleverTap's own: choose another name."
    if data is not None and not isinstance(data, dict):
        yield STRUCTURE, f"evtData is {called(data)}: send an object."
    elif data is not None and len(data) > PROPERTIES_MAX:
        yield TOO_MANY, f"evtData has {len(data):,} properties; at most {PROPERTIES_MAX} are taken."


def _profile_problems(record: Record) -> Iterator[tuple[int, str]]:
    data = record.profile_data
    if not isinstance(data, dict):
        yield STRUCTURE, f"profileData is {called(data)}: send an object."
        return
    if len(data) > KEYS_MAX:
        yield TOO_MANY, f"profileData has {len(data):,} keys; at most {KEYS_MAX} are taken."
    genders = {name for names in GENDERS.values() for name in names}
    gender, email, phone = data.get("Gender"), data.get("Email"), data.get("Phone")
    if gender is not None and str(gender).strip().casefold() not in genders:
        yield BAD_GENDER, "Gender is none that is known: send M, F or O."
    if email is not None and not (isinstance(email, str) and _EMAIL.fullmatch(email.strip())):
        yield BAD_EMAIL, "Email is no address: send one such as a@example.org, or null."
    if phone is not None and not _PHONE.fullmatch(str(phone).replace(" ", "").replace("-", "")):
        yield BAD_PHONE, "Phone is no number: send + and the country code first, or null."
    age = data.get("Age")
    if age is not None and ((years := number(age)) is None or not 0 <= years <= AGE_MAX):
        yield BAD_AGE, f"Age is none: send a number from 0 to {AGE_MAX}, or null."


def _content(record: Record) -> tuple[dict[str, Any], tuple[Over, ...]]:
    if record.type == "event":
        return named(dated(record.evt_data or {}))
    traits = {STANDARD.get(key, key): value for key, value in record.profile_data.items()}
    return within(dated(traits))


def _record(
    record: Record,
    body: Mapping[str, Any],
    source: Source,
    came: tuple[int, int],
    times: Counter[str],
) -> Incoming:
    seconds = None if record.ts is None else _seconds(record.ts)
    identity, device = _id(record.identity), _id(record.object_id)
    behind = f"{ANONYMOUS}{device}"
    user = behind if identity is None else str(identity)
    name = str(record.evt_name) if record.type == "event" else ""
    encoded = msgspec.json.encode(body)
    own = record.id
    if own is None:
        # What is posted again acts once; the same thing twice in one request is twice.
        at = came if seconds is None else seconds
        same = hashed_id((record.type, user, name, at, encoded.decode()))
        times[same] += 1
        own = same if times[same] == 1 else f"{same}.{times[same]}"
    return Incoming(
        kind="event" if record.type == "event" else "profile",
        source_id=source.id_of(own),
        user=user,
        name=name,
        time_ms=came[0] if seconds is None else seconds * 1_000,
        body=encoded,
        also=(behind,) if identity is not None and device is not None else (),
    )


def _id(value: Any) -> Any:
    """Return an id as text: CleverTap's senders give numbers too."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _is_id(value: Any) -> bool:
    return (
        isinstance(value, str)
        and bool(value.strip())
        and len(value) <= ID_CHARS_MAX
        and not value.startswith(RESERVED)
    )


def _seconds(value: Any) -> int | None:
    """Return whole epoch seconds, also of digits in a text; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 13:
        value = int(value)
    found = number(value)
    if found is None or not 0 < found < SECONDS_MAX:
        return None
    return math.floor(found)
