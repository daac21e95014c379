"""What a campaign's unsent messages wait for, as things stand: the store's rows, and delivery."""

import sqlite3
from collections.abc import Iterator

from msgspec import Struct

from domain import lasting
from domain.campaign import Campaign
from domain.review import State
from domain.waits import Cause, Wait
from store import waiting
from store.campaigns import CampaignRow
from store.waiting import Group


class Holds(Struct, frozen=True):
    """What holds delivery back as a whole.

    `refused`: Segment refuses the key. `away`: it cannot be reached. `gate_ms`: nothing leaves
    before this moment of the wall, because Segment asked for it; 0: it did not. `unsure`: the clock
    may be wrong. `since_ms`: since when Segment has taken nothing; 0: it took what it got last.
    """

    refused: bool = False
    away: bool = False
    gate_ms: int = 0
    unsure: bool = False
    since_ms: int = 0


class Speed(Struct, frozen=True):
    """How many messages all campaigns may send, in a second and in 5 minutes; 0: no limit."""

    messages_per_second: int
    messages_per_5_minutes: int


NOT_HELD = Holds()
_HALTED = frozenset({State.PAUSED, State.FAULTED})


def waits(
    conn: sqlite3.Connection,
    row: CampaignRow,
    content: Campaign,
    holds: Holds,
    speed: Speed,
    *,
    now_ms: int,
) -> tuple[Wait, ...]:
    """Return each cause once, what leaves soonest first."""
    groups = waiting.groups(
        conn, row.id, queued=content.limits.over_global == "queue", now_ms=now_ms
    )
    found = [wait for group in groups for wait in _of(group, row, content, holds, speed, now_ms)]
    order = list(Cause)
    return tuple(sorted(_merged(found), key=lambda wait: order.index(wait.cause)))


def _of(
    group: Group, row: CampaignRow, content: Campaign, holds: Holds, speed: Speed, now_ms: int
) -> Iterator[Wait]:
    if group.on_the_wire:
        yield Wait(Cause.WIRE, group.messages)
    elif row.state in _HALTED:
        yield Wait(Cause.PAUSED, group.messages)
    elif group.later:
        yield Wait(_later(group, content), group.messages, group.first_ms, group.last_ms)
    else:
        yield _now(group.messages, content, holds, speed, now_ms)


def _later(group: Group, content: Campaign) -> Cause:
    """Return what is waited for by what is not due yet."""
    if group.again:
        return Cause.RETRY
    if group.queued:
        return Cause.LIMITS
    if content.when.personal is not None:
        return Cause.OWN_TIME
    return Cause.LATER if content.do_not_disturb is None else Cause.QUIET


def _now(n: int, content: Campaign, holds: Holds, speed: Speed, now_ms: int) -> Wait:
    """Return what keeps back what is due."""
    if holds.unsure:
        return Wait(Cause.CLOCK, n)
    if holds.refused:
        return Wait(Cause.REFUSED, n)
    if holds.away:
        return Wait(Cause.OUTAGE, n)
    if holds.gate_ms > now_ms:
        return Wait(Cause.GATE, n, holds.gate_ms)
    house = 0 if content.limits.ignore_global else speed.messages_per_5_minutes
    own = content.delivery.messages_per_5_minutes or 0
    throttles = [most for most in (house, own) if most]
    throttled_ms = lasting.lasts_ms(n, messages_per_second=0, throttles=throttles)
    events, pace = n * lasting.events_each(content), speed.messages_per_second
    paced_ms = lasting.lasts_ms(n, messages_per_second=pace, throttles=(), events=events)
    if throttled_ms > paced_ms:
        return Wait(Cause.THROTTLE, n, takes_ms=throttled_ms)
    return Wait(Cause.PACE, n, takes_ms=paced_ms)


def _merged(found: list[Wait]) -> list[Wait]:
    """Return one wait for each cause: the messages together, from the first to the last of them."""
    by: dict[Cause, Wait] = {}
    for wait in found:
        held = by.get(wait.cause)
        by[wait.cause] = wait if held is None else _both(held, wait)
    return list(by.values())


def _both(one: Wait, other: Wait) -> Wait:
    moments = [
        at for at in (one.first_ms, one.last_ms, other.first_ms, other.last_ms) if at is not None
    ]
    return Wait(
        one.cause,
        one.messages + other.messages,
        min(moments, default=None),
        max(moments, default=None),
        one.takes_ms + other.takes_ms,
    )
