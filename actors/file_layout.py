"""Which columns of a file say who, what and when; all others are properties or traits."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from actors.file_types import Column, Kind, meant
from domain.problem import Problem

What: TypeAlias = Literal["profiles", "events", "list"]

USER_NAMES = ("identity", "userid", "user_id")
DEVICE_NAMES = ("anonymousid", "anonymous_id", "object_id", "objectid")
EVENT_NAMES = ("event",)
TIME_NAMES = ("time", "timestamp")
ID_NAMES = ("id", "messageid", "message_id", "event_id")
TYPE_NAMES = ("type",)
"""Of columns, in small letters. Of several that are there the first counts."""
NAMES_CHARS_SHOWN = 400


class Layout(Struct, frozen=True):
    """Where the columns are that mean something; None: there is no such column.

    `values` are the places of all the others.
    """

    columns: tuple[Column, ...]
    user: int | None = None
    device: int | None = None
    event: int | None = None
    time: int | None = None
    id: int | None = None
    type: int | None = None
    values: tuple[int, ...] = ()


def lay_out(
    what: What, columns: Sequence[Column], *, every_row_is: str = ""
) -> Layout | list[Problem]:
    """Find the columns of a file of this kind, or say which are missing.

    `every_row_is`: the event that every row is, for a file without a column of events.
    """
    if odd := [*_clashes(columns), *_untyped(columns)]:
        return odd
    names = [column.key.casefold() for column in columns]

    def place(wanted: Sequence[str], *, looked_for: bool = True) -> int | None:
        there = (names.index(name) for name in wanted if looked_for and name in names)
        return next(there, None)

    of_events = what == "events"
    found = Layout(
        columns=tuple(columns),
        user=place(USER_NAMES),
        device=place(DEVICE_NAMES, looked_for=of_events),
        event=place(EVENT_NAMES, looked_for=of_events and not every_row_is),
        time=place(TIME_NAMES, looked_for=of_events),
        id=place(ID_NAMES, looked_for=of_events),
        type=place(TYPE_NAMES, looked_for=what == "list"),
    )
    needed = []
    if found.user is None and found.device is None:
        needed.append(("identity", "It says who: the userId of the events."))
    if of_events and found.time is None:
        needed.append(("time", "It says when the event happened."))
    if of_events and found.event is None and not every_row_is:
        needed.append(("event", "Add one, or say what every row is: --event NAME."))
    if needed:
        there = ", ".join(column.key for column in columns)[:NAMES_CHARS_SHOWN]
        return [
            Problem("header", f"There is no column “{name}”. There are: {there}.", fix, 1)
            for name, fix in needed
        ]
    said = {found.user, found.device, found.event, found.time, found.id, found.type}
    rest = tuple(place for place in range(len(names)) if place not in said)
    return Layout(
        found.columns,
        found.user,
        found.device,
        found.event,
        found.time,
        found.id,
        found.type,
        rest,
    )


def _untyped(columns: Sequence[Column]) -> Iterator[Problem]:
    """Yield the headers that name a type as other programs do, or with a slip in it."""
    for column in columns:
        if column.given or (kind := meant(column.key)) is None:
            continue
        key, _, said = column.key.rpartition(":")
        what = f"“{said:.20}” in “{column.key:.80}” is no type. Types are {', '.join(Kind)}."
        fix = f"Write “{key:.80}:{kind}”; if the colon is the name's own: “{column.key:.80}:text”."
        yield Problem("header", what, fix, 1)


def _clashes(columns: Sequence[Column]) -> Iterator[Problem]:
    """Yield the keys that several columns have once their types are taken off."""
    for key, times in Counter(column.key for column in columns).items():
        if times > 1:
            what = f"{times} columns are “{key:.80}”, but for the types in their names."
            yield Problem("header", what, "Give each a name of its own.", 1)
