"""Which limit on one user refused a message, and when one more could have gone.

It is asked about a moment of the past, by the messages that were decided before it and by the
limits of today.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple, assert_never

from actors.rules import Rules
from actors.telling import moment
from domain.books import SkipReason
from domain.campaign import Campaign, Limits
from domain.facts import User
from domain.frequency import MINUTE_MS, Calendar, Rolling, Rule, free_ms
from domain.phrases import duration
from domain.release import BEGINS_MS_MAX
from store import identities

LIMITS_ON_ONE = frozenset(
    {SkipReason.PER_USER_LIMIT, SkipReason.FREQUENCY_LIMIT, SkipReason.DWELL_TIME}
)


class _Earlier(NamedTuple):
    """A message that was decided before: when it went, or was to go."""

    at_ms: int
    campaign: str
    counts: bool


def refused_by(
    conn: sqlite3.Connection,
    campaign: str,
    definition: Campaign,
    user: User,
    rules: Rules,
    *,
    at_ms: int,
    own: bool,
) -> str:
    """Say which limit it was, the campaign's `own` or one over all campaigns; empty: none now."""
    earlier = list(_earlier(conn, user, at_ms=at_ms))
    if own:
        mine = [each.at_ms for each in earlier if each.campaign == campaign]
        return "; ".join(_own(definition.limits, mine, rules, at_ms=at_ms))
    counted = [each.at_ms for each in earlier if each.counts]
    return "; ".join(_of_the_house(counted, user, rules, at_ms=at_ms))


def _own(limits: Limits, mine: Sequence[int], rules: Rules, *, at_ms: int) -> Iterator[str]:
    if limits.per_user_max is not None and len(mine) >= limits.per_user_max:
        yield f"at most {limits.per_user_max:,} for one user, ever, and there were as many"
    if limits.per_user_minutes is not None and mine:
        frees_ms = max(mine) + limits.per_user_minutes * MINUTE_MS + BEGINS_MS_MAX
        if frees_ms > at_ms:
            every = duration(limits.per_user_minutes)
            last = moment(max(mine), rules.zone)
            yield f"none within {every} of another: the last was at {last}{_next(frees_ms, rules)}"


def _of_the_house(counted: Sequence[int], user: User, rules: Rules, *, at_ms: int) -> Iterator[str]:
    house, zone = rules.bounds.house, rules.bounds.zone_of(user.zone)
    for rule in house.rules:
        frees_ms = free_ms([rule], 0, counted, at_ms, zone, spread_ms=BEGINS_MS_MAX)
        if frees_ms > at_ms:
            yield f"{_told(rule)}, over all campaigns{_next(frees_ms, rules)}"
    frees_ms = free_ms([], house.dwell_minutes, counted, at_ms, zone, spread_ms=BEGINS_MS_MAX)
    if frees_ms > at_ms:
        every = duration(house.dwell_minutes)
        yield f"none within {every} of another, of any campaign{_next(frees_ms, rules)}"


def _told(rule: Rule) -> str:
    match rule:
        case Rolling(max=most, minutes=minutes):
            return f"at most {most:,} in {duration(minutes)}"
        case Calendar(max=most, period=period):
            return f"at most {most:,} in a {period}"
        case _:
            assert_never(rule)


def _next(frees_ms: int, rules: Rules) -> str:
    return f"; one more could go at {moment(frees_ms, rules.zone)}"


def _earlier(conn: sqlite3.Connection, user: User, *, at_ms: int) -> Iterator[_Earlier]:
    """Yield the messages that had a place at that moment, under any id of the person."""
    for each in identities.ids_of(conn, user.user):
        rows = conn.execute(
            "SELECT coalesce(claimed_ms, due_ms), campaign, counts FROM outbox"
            " INDEXED BY outbox_of_user WHERE user = ? AND admitted_ms <= ?"
            " AND (state NOT IN ('expired', 'cancelled') OR updated_ms > ?)",
            (each, at_ms, at_ms),
        ).fetchall()
        yield from (_Earlier(at, campaign, bool(counts)) for at, campaign, counts in rows)
