"""Timers: what waits for its moment, and what another event makes of it.

A timer is of one user and one key: the value that a property of the event has, or nothing. Time is
that of the events, so that neither their order of arrival nor a busy daemon changes what becomes
of them; only what arrives after a timer has fired comes too late.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from domain.books import SkipReason
from domain.campaign import Campaign
from domain.expiry import MINUTE_MS, expires_minutes
from domain.trigger import Trigger

DATE_LATE_MS_MAX = 2 * 3_600_000
"""A date that has passed by more than this is past (BEHAVIOUR, 2)."""

TimerState: TypeAlias = Literal["armed", "fired", "cancelled", "restarted", "replaced", "set_aside"]
"""`cancelled`: an event cleared it. `restarted`, `replaced`: a later one took its place."""


class Wait(Struct, frozen=True, tag=True):
    """A wait that an event begins. Times are epoch milliseconds.

    An event that would clear it counts from `since_ms` to `until_ms`, both included. `local`: it is
    for a date that is a wall time where the user is.
    """

    key: str
    since_ms: int
    until_ms: int
    due_ms: int
    local: bool = False


class Timer(Struct, frozen=True):
    """A wait as it is stored. `event_seq` and `occurrence` are of the event that began it.

    `first_ms` is the time of the first of the events that it absorbed.
    """

    id: int
    campaign: str
    user: str
    key: str
    state: TimerState
    event_seq: int
    occurrence: str
    first_ms: int
    since_ms: int
    until_ms: int
    due_ms: int
    armed_ms: int
    ended_ms: int | None = None
    ended_by: int | None = None

    @property
    def age(self) -> tuple[int, int]:
        """Where it stands among those of its key: by its event's time, then its place."""
        return self.since_ms, self.event_seq


class Begin(Struct, frozen=True, tag=True):
    """A new timer; those in `ends` give way to it."""

    ends: tuple[Timer, ...] = ()


class Move(Struct, frozen=True, tag=True):
    """A timer that waits begins anew, as `timer` says; those in `ends` give way."""

    timer: Timer
    ends: tuple[Timer, ...] = ()


class Nothing(Struct, frozen=True, tag=True):
    """No new wait: a later event's stands already, or an earlier one's.

    `ends` give way; of those in `reach` it is written that their events began earlier.
    """

    ends: tuple[Timer, ...] = ()
    reach: tuple[Timer, ...] = ()


Arming: TypeAlias = Begin | Move | Nothing


def arm(
    trigger: Trigger, held: Sequence[Timer], wait: Wait, *, event_seq: int, occurrence: str
) -> Arming:
    """Decide what a wait makes of the timers that its user has of its key, in whatever state."""
    if any(timer.event_seq == event_seq for timer in held):
        return Nothing()
    armed = tuple(timer for timer in held if timer.state == "armed")
    if trigger.date is not None:
        if any(timer.age > (wait.since_ms, event_seq) for timer in held):
            return Nothing()
        return Begin(armed)
    if trigger.without is None:
        return Begin()
    if trigger.without.on_repeat == "keep":
        return Nothing() if any(_keeps(timer, wait) for timer in held) else Begin()
    return _restart(held, wait, event_seq=event_seq, occurrence=occurrence)


def _restart(held: Sequence[Timer], wait: Wait, *, event_seq: int, occurrence: str) -> Arming:
    """Let the last of several events that follow each other within the wait be the one that counts.

    A timer's events are at most a wait apart from each other, from `first_ms` to `since_ms`.
    """
    before = [
        timer
        for timer in held
        if timer.state == "armed" and timer.since_ms <= wait.since_ms <= timer.until_ms
    ]
    later = [
        timer
        for timer in held
        if timer.since_ms > wait.since_ms and timer.first_ms <= wait.until_ms
    ]
    if later:
        reach = (replace(each, first_ms=min(each.first_ms, wait.since_ms)) for each in later)
        return Nothing(tuple(before), tuple(reach))
    if not before:
        return Begin()
    latest = max(before, key=lambda timer: timer.age)
    moved = replace(
        latest,
        event_seq=event_seq,
        occurrence=occurrence,
        first_ms=min(timer.first_ms for timer in before),
        since_ms=wait.since_ms,
        until_ms=wait.until_ms,
        due_ms=wait.due_ms,
    )
    return Move(moved, tuple(timer for timer in before if timer.id != latest.id))


def clears(timer: Timer, *, time_ms: int, seq: int) -> bool:
    """Whether an event of the timer's key that would clear it does, by its time."""
    return timer.since_ms <= time_ms <= timer.until_ms and seq != timer.event_seq


def beaten(trigger: Trigger, timer: Timer, held: Sequence[Timer]) -> Timer | None:
    """Return the timer of the same user and key that stands in the place of one that falls due.

    Two may come together when two ids turn out to be one person's.
    """
    if trigger.date is not None:
        return next((other for other in held if other.age > timer.age), None)
    if trigger.without is None:
        return None
    if trigger.without.on_repeat == "restart":
        beats = (
            other for other in held if other.age > timer.age and other.first_ms <= timer.until_ms
        )
        return next(beats, None)
    keeps = (
        other
        for other in held
        if other.state in {"armed", "fired"}
        and other.age < timer.age
        and timer.since_ms <= other.until_ms
    )
    return next(keeps, None)


def misfire(campaign: Campaign, due_ms: int, *, now_ms: int) -> SkipReason | None:
    """Return why a timer is too late to fire, or None.

    A date may be 2 hours late. What else waits may be as late as any message of its campaign.
    """
    assert campaign.trigger is not None, "only a live campaign has timers"
    late_ms = now_ms - due_ms
    if campaign.trigger.date is not None:
        return SkipReason.DATE_IN_PAST if late_ms > DATE_LATE_MS_MAX else None
    return SkipReason.EXPIRED if late_ms > expires_minutes(campaign) * MINUTE_MS else None


def _keeps(timer: Timer, wait: Wait) -> bool:
    """Whether a timer, first come, leaves no room for another wait beside it."""
    if timer.state == "armed" and wait.since_ms < timer.since_ms:
        return timer.since_ms <= wait.until_ms
    return timer.state in {"armed", "fired"} and timer.since_ms <= wait.since_ms <= timer.until_ms
