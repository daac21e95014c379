"""What happened in one simulated life, as its world saw it: the only thing that the oracle reads.

Every entry has `at_ms`, the true time, which never jumps, whatever the daemons' wall clock shows.
Imports nothing of the product. A history is JSON lines: two runs of a seed compare byte for byte.
"""

from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from tests.simulation.kinds import PLAIN, Calendar, Chosen, OnDate, Personal, Test
from tests.simulation.shown import Aside as Aside  # what a history holds too
from tests.simulation.shown import Books as Books
from tests.simulation.shown import Controlled as Controlled
from tests.simulation.shown import Ended as Ended
from tests.simulation.shown import Goals as Goals
from tests.simulation.shown import Kept as Kept
from tests.simulation.shown import Left as Left
from tests.simulation.shown import Ran as Ran
from tests.simulation.shown import Seen
from tests.simulation.shown import Tested as Tested
from tests.simulation.shown import Watched as Watched
from tests.simulation.shown import Where as Where


class User(Struct, frozen=True, tag="user"):
    """A user of the world and the time zone that their profile says; `zone` "" says none."""

    at_ms: int
    user: str
    zone: str
    group: str  # the one trait that audiences ask for
    minute: int = -1  # of the day, at which they want to hear; -1: they never said
    n: int = 1


class Planned(Struct, frozen=True, tag="planned"):
    """A campaign that people will run, in the world's own words.

    `name` is unique. `event`: what a live campaign waits for. `group`: only users of this group
    ("" everyone). `dnd`: (start, end) as HH:MM in the user's zone, on every day; `dnd_week`:
    further such windows that begin on these days. `start_ms`: 0 for at once.
    `ignores_limits`, `counts`, `queues`: of the limits over all campaigns. `most_per_hour`: how
    many may qualify. `delay_minutes`: it goes so long after the event; `without`: if this event
    does not follow `within_minutes`, of the same cart if `same_cart`.
    """

    at_ms: int
    name: str
    kind: Literal["live", "past_behaviour"]
    event: str = ""
    group: str = ""
    cap_total: int | None = None
    cap_per_day: int | None = None
    cap_per_run: int | None = None
    safety_limit: int | None = None
    stop_on_block: bool = False
    control_percent: int = 0
    portion: int = 100
    dnd: tuple[str, str] | None = None
    dnd_mode: Literal["delay", "discard"] = "delay"
    dnd_week: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    per_user_max: int | None = None
    per_user_minutes: int | None = None
    ignores_limits: bool = False
    counts: bool = True
    queues: bool = False
    most_per_5_minutes: int | None = None
    most_per_hour: int | None = None
    on_pause: Literal["drop", "hold"] = "drop"
    on_ambiguous: Literal["retry", "hold"] = "retry"
    expires_minutes: int | None = None
    template: str = ""
    goal: str = ""
    window_minutes: int = 1_440
    split: int = 0  # of 100 users so many get variant A and the others B; 0: no variants
    start_ms: int = 0
    ends_ms: int = 0  # of a live one, 0 for never
    undo_seconds: int = 0  # so long after its publishing it may be taken back
    also: str = ""  # another event that it waits for as well
    first_time: bool = False  # only the first of them that ever came of a user
    recheck: bool = True  # whether `group` is asked again after a wait
    delay_minutes: int = 0
    without: str = ""
    within_minutes: int = 0
    grace_seconds: int = 30
    same_cart: bool = False
    on_repeat: Literal["restart", "keep"] = "restart"
    calendar: Calendar | None = None
    personal: Personal | None = None
    test: Test | None = None
    by_group: bool = False  # variant A for users of group a, B for all others
    date: OnDate | None = None
    chosen: Chosen = PLAIN


class Happened(Struct, frozen=True):
    """One event of a user, as its sender has it."""

    id: str
    user: str
    name: str
    time_ms: int
    bad: bool = False  # its values break a template
    cart: str = ""
    date: str = ""
    sent_ms: int = 0  # when it was posted first; 0: when it was answered
    paid: int = 0  # millionths
    n: int = 1


class Posted(Struct, frozen=True, tag="posted"):
    """Events were posted to ingest and answered: `status` 200 means accepted; 0 means no answer."""

    at_ms: int  # when the answer came
    events: tuple[Happened, ...]
    status: int


class Asked(Struct, frozen=True, tag="asked"):
    """A person asked for something: draft, submit, approve, publish, pause, resume, stop ...

    `campaign` is its name; "" is every campaign there is. `said`: the words of an amendment, or
    which cap is lowered, and how far (`total 5`).
    """

    at_ms: int
    n: int
    act: str
    campaign: str
    by: str
    said: str = ""


class Answered(Struct, frozen=True, tag="answered"):
    """The answer that the person was shown: `ok` or refused, and how many were on the wire."""

    at_ms: int
    n: int
    ok: bool
    on_the_wire: int = 0


class Sent(Struct, frozen=True):
    """One message on the wire."""

    message_id: str
    user: str
    campaign: str  # its name
    run: str
    expires_ms: int
    event: str = ""  # the event that it is for, of a campaign that waits
    variant: str = ""
    said: str = ""


NOT_SENT_FAULTS = frozenset({"refuse"})
"""Faults of a request under which it is certain that Segment got nothing of it."""


class Request(Struct, frozen=True, tag="request"):
    """A request to Segment began: its first byte leaves now. `daemon` counts processes.

    `fault` names what the world does to it, "" nothing; one of `NOT_SENT_FAULTS` where no byte
    could leave after all.
    """

    at_ms: int
    n: int
    daemon: int
    messages: tuple[Sent, ...]
    fault: str = ""


class Received(Struct, frozen=True, tag="received"):
    """Segment took a request's messages: ids that were new, and ids that it had already."""

    at_ms: int
    n: int
    accepted: tuple[str, ...]
    duplicates: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


class Response(Struct, frozen=True, tag="response"):
    """What the daemon got to see of a request: an HTTP status, or 0 for none at all.

    `retry_after` and `reset` are the headers Retry-After and X-RateLimit-Reset, "" without.
    """

    at_ms: int
    n: int
    status: int
    success: bool = False
    retry_after: str = ""
    reset: str = ""


class Daemon(Struct, frozen=True, tag="daemon"):
    """A process began, ended by itself, or was killed; `restored` began on an adopted backup."""

    at_ms: int
    daemon: int
    what: Literal["started", "stopped", "killed", "restored", "suspended", "fenced"]


class WallClock(Struct, frozen=True, tag="wall_clock"):
    """The machine's wall clock shows the true time plus `offset_ms` from now on."""

    at_ms: int
    offset_ms: int


class Outage(Struct, frozen=True, tag="outage"):
    """Segment is away (`up` false) or back."""

    at_ms: int
    up: bool


class Suppressed(Struct, frozen=True, tag="suppressed"):
    """A person was told that this user gets nothing any more, and how much was on the wire.

    `erased`: nothing of the user is kept either.
    """

    at_ms: int
    user: str
    on_the_wire: int = 0
    erased: bool = False


class Rotten(Struct, frozen=True, tag="rotten"):
    """A row on the disk went bad: an event of this user, or what is known about the user.

    `event` is the name of a bad event, else "". Not `sure`: perhaps; a crash came with it.
    """

    at_ms: int
    what: Literal["event", "zone", "traits"]
    user: str
    event: str = ""
    sure: bool = True


class Rest(Struct, frozen=True, tag="rest"):
    """Faults are over since `healed_ms`, and everything has had time to come to rest."""

    at_ms: int
    healed_ms: int


class Violation(Struct, frozen=True):
    """A promise that did not hold: which (`P5`), when, and what was seen."""

    promise: str
    at_ms: int
    what: str


Entry: TypeAlias = (
    User
    | Planned
    | Posted
    | Asked
    | Answered
    | Request
    | Received
    | Response
    | Daemon
    | WallClock
    | Outage
    | Seen
    | Suppressed
    | Rotten
    | Rest
)
_entries: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)


def dump(entries: Iterable[Entry]) -> bytes:
    """Write a history as JSON lines."""
    return b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)


def load(lines: bytes) -> list[Entry]:
    """Read a history that `dump` wrote."""
    return [_entries.decode(line) for line in lines.splitlines()]
