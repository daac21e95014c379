"""What a live campaign decides, and what becomes of it: the words between it and the store."""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct

from domain.facts import Event
from domain.listening import Listener
from domain.timer import Wait
from domain.verdict import Verdict
from store.allowance import UNBOUND, Bounds
from store.caps import Cap

LIVE = "live"
"""The run of a live campaign: it has one, for ever."""


class Decision(Struct, frozen=True):
    """One user who qualified, and what the domain said; or one who has to wait first.

    `fell_due_ms`: when the wait was over, if the message may only be so late after that.
    """

    message_id: str
    user: str
    occurrence: str
    event_seq: int | None
    verdict: Verdict | Wait
    day: str = ""  # whose daily cap it takes a slot of
    fell_due_ms: int | None = None
    zone: str = ""  # the user's, where it is known
    variant: str = ""  # which content the user gets, where a test does not take turns
    cutoff_ms: int | None = None  # of a run: nothing begins after it


class Admitted(Struct, frozen=True):
    """It is durable: so many messages wait to be sent; `full` when the total cap has no slot.

    `surged`: more qualified within an hour than the campaign's safety limit allows. Nothing was
    decided about the one who was too many and those after, and the cursor stands before them.
    """

    pending: int
    full: bool
    surged: bool = False


class Stale(Struct, frozen=True):
    """Nothing was written: the cursor or the campaign's state is not what the actor believed."""


class Merged(Struct, frozen=True):
    """Nothing was written: a user of the batch is known by another id by now. Read it anew."""


Admission: TypeAlias = Admitted | Stale | Merged


class LiveBatch(Struct, frozen=True):
    """What a live campaign decided about the events in (`after`, `upto`]."""

    campaign: str
    revision: int
    after: int
    upto: int
    decisions: Sequence[Decision]
    total: Cap | None
    per_day: int | None
    on_pause_drop: bool
    listener: Listener | None = None  # of a trigger that lets users wait
    clears: Sequence[Event] = ()  # that may clear what waits
    bounds: Bounds = UNBOUND
    per_hour: int | None = None  # how many may qualify within an hour
    fires: bool = False  # waits that are over: they qualify now, whatever the cursor
