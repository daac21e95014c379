"""Judging those whom a run has drawn, in the order of the draw, but for limits and caps.

Those are asked by the store, in the transaction that writes the recipients.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import time
from functools import partial

from msgspec import Struct

from actors.context import Context
from actors.isolation import Broken, apart
from actors.page import Known
from domain import schedule
from domain.assignment import assign
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.facts import User
from domain.message_id import message_id
from domain.personal import cutoff_ms, due_ms, zone_of
from domain.schedule import LATE_MS_MAX
from domain.verdict import Control, Hold, Send, Skip, Verdict, judge
from domain.zones import day_key
from store.admission import Decision
from store.runs import Run

STEP = "1"
_log = logging.getLogger(__name__)


class Draw(Struct, frozen=True):
    """What a run is drawn by. `begins_ms`: nobody's own time is before it."""

    campaign: str
    definition: Campaign
    run: Run
    known: Known
    context: Context
    now_ms: int
    begins_ms: int = 0


class _Due(Struct, frozen=True):
    """When a user is due, or why the user gets nothing; nothing begins after `cutoff_ms`."""

    at: int | SkipReason
    cutoff_ms: int | None = None


def judged(draw: Draw, names: Sequence[str]) -> list[Decision]:
    """Decide about users; one whose profile breaks the judging is set aside, with a reason."""
    broken: Counter[Broken] = Counter()
    found = []
    for name in names:
        verdict, due = _verdict(draw, name)
        variant = ""
        if isinstance(verdict, Send | Hold):
            assigned = partial(assign, draw.campaign, draw.definition, draw.known.users[name])
            given = apart(assigned)
            verdict, variant = (given, "") if isinstance(given, Broken) else (verdict, given)
        if isinstance(verdict, Broken):
            broken[verdict] += 1
            verdict = Skip(SkipReason.SET_ASIDE)
        user = draw.known.users.get(name)
        message = message_id(
            draw.context.install_key,
            campaign=draw.campaign,
            run=draw.run.run,
            user=name,
            step=STEP,
            occurrence="",
        )
        one = Decision(
            message_id=message,
            user=name,
            occurrence="",
            event_seq=None,
            verdict=verdict,
            day=_day(draw, due),
            zone=(user.zone or "") if user else "",
            variant=variant,
            cutoff_ms=due.cutoff_ms,
        )
        found.append(one)
    for bad, n in broken.items():
        what = (draw.campaign, draw.run.run, n, bad.error, bad.where, draw.context.error_id())
        _log.error("campaign %s, run %s sets %d users aside: %s %s, error %s", *what)
    return found


def _day(draw: Draw, due: _Due) -> str:
    """Return the day of the account whose cap a user's message takes a slot of."""
    if draw.definition.limits.cap_per_day is None or isinstance(due.at, SkipReason):
        return ""
    return day_key(due.at, draw.context.zone)


def _verdict(draw: Draw, name: str) -> tuple[Verdict | Broken, _Due]:
    """Return what becomes of a user, and when the user is due."""
    now = _Due(draw.now_ms)
    if (broken := draw.known.broken.get(name)) is not None:
        return broken, now
    if (user := draw.known.users.get(name)) is None:
        return Skip(SkipReason.SUPPRESSED), now  # erased since the audience was asked

    def decide() -> tuple[Verdict, _Due]:
        due = _due(draw, user)
        verdict = judge(
            draw.campaign,
            draw.definition,
            user,
            now_ms=due.at if isinstance(due.at, int) else draw.now_ms,
            account_zone=draw.context.zone,
            controls=draw.context.controls,
        )
        if isinstance(verdict, Control):  # who is compared would have been due then as well
            otherwise = _in_time(verdict.otherwise, due.at, draw.now_ms)
            return Control(verdict.group, otherwise), due
        return _in_time(verdict, due.at, draw.now_ms), due

    decided = apart(decide)
    return (decided, now) if isinstance(decided, Broken) else decided


def _in_time(verdict: Send | Hold | Skip, at: int | SkipReason, now_ms: int) -> Send | Hold | Skip:
    """Let a verdict wait for the user's time, or fail for it if nothing else is in the way."""
    rests = isinstance(verdict, Skip) and verdict.reason is SkipReason.DND_DISCARD
    if isinstance(at, SkipReason) and (rests or isinstance(verdict, Send | Hold)):
        return Skip(at)
    if isinstance(verdict, Send) and isinstance(at, int) and at > now_ms:
        return Hold(until_ms=at)
    return verdict


def _due(draw: Draw, user: User) -> _Due:
    """Return when a user is due: now, or at a time of their own; or why never in this run.

    Whose wave was drawn before came into its zone, or into the audience, too late for it. Of a
    wave that was held up too long, `past` says what becomes of its users.
    """
    when, zone = draw.definition.when, draw.context.zone
    if (own := when.personal) is None:
        return _Due(draw.now_ms, schedule.cutoff_ms(when, draw.run.run, account_zone=zone))
    wall = schedule.wall_of(draw.run.run)
    done_ms = [event.time_ms for event in draw.known.history.get(user.user, ())]
    due = partial(due_ms, own, wall, user, account_zone=zone, done_ms=done_ms)
    at = due(begins_ms=draw.begins_ms)
    if isinstance(at, SkipReason):
        return _Due(at)
    if at <= draw.run.wave_ms:
        return _Due(SkipReason.TIME_PASSED)
    if at < draw.now_ms - LATE_MS_MAX:
        at = due(begins_ms=draw.now_ms - LATE_MS_MAX)
        if isinstance(at, SkipReason):
            return _Due(at)
    cutoff = None
    if when.cutoff is not None:
        theirs = zone_of(own, user, zone)
        assert theirs is not None, "who is due is so by a wall"
        cutoff = cutoff_ms(wall, time.fromisoformat(when.cutoff), theirs, due_ms=at)
    return _Due(max(at, draw.now_ms), cutoff)
