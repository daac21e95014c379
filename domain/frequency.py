"""Frequency: how often a user may be messaged, and when the next message may go.

Windows are rolling, or calendar days, weeks (from Monday) and months where the user is. Every rule
must hold, and the dwell time between any two messages (BEHAVIOUR, 4). What counts is the instant
at which a message began to be sent, over all campaigns that count. That is known to a few seconds
only, `spread_ms`, and the rules hold wherever in them it was.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from domain.zones import local_wall, resolve_local

MINUTE_MS = 60_000
RULES_MAX = 10
MESSAGES_MAX = 250
ROLLING_MINUTES_MIN = 5
ROLLING_MINUTES_MAX = 30 * 24 * 60
DWELL_MINUTES_MAX = 30 * 24 * 60

Period: TypeAlias = Literal["day", "week", "month"]


class Rolling(Struct, frozen=True, forbid_unknown_fields=True, tag_field="window", tag="rolling"):
    """At most `max` messages in any stretch of so many minutes, half-open."""

    max: int
    minutes: int


class Calendar(Struct, frozen=True, forbid_unknown_fields=True, tag_field="window", tag="calendar"):
    """At most `max` messages in one day, week or month of the user's zone."""

    max: int
    period: Period


Rule: TypeAlias = Rolling | Calendar


class GlobalLimits(Struct, frozen=True):
    """What the operator allows over all campaigns that count: per user, and per 5 minutes in all.

    0 minutes of dwell time, and 0 messages per 5 minutes, mean none and no limit.
    """

    rules: tuple[Rule, ...] = ()
    dwell_minutes: int = 0
    messages_per_5_minutes: int = 0

    @property
    def bind_users(self) -> bool:
        """Whether there is any limit on what one user gets."""
        return bool(self.rules) or self.dwell_minutes > 0


NO_LIMITS = GlobalLimits()


def free_ms(
    rules: Sequence[Rule],
    dwell_minutes: int,
    sent_ms: Sequence[int],
    now_ms: int,
    zone: str,
    *,
    spread_ms: int = 0,
) -> int:
    """Return the first instant at or after now at which one more message breaks no rule.

    `sent_ms` are the instants of the user's messages that count, in any order; later ones than now
    are promises that are kept as well. `zone` is the user's, or the account's if it is unknown.
    Each message, and the one that is asked for, begins within `spread_ms` of its instant.
    """
    times = sorted(sent_ms)
    at_ms = now_ms
    # Each rule only ever moves the instant on, past one of finitely many messages.
    while (moved_ms := _moved(rules, dwell_minutes, times, at_ms, zone, spread_ms)) > at_ms:
        at_ms = moved_ms
    return at_ms


def _moved(
    rules: Sequence[Rule],
    dwell_minutes: int,
    times: Sequence[int],
    at_ms: int,
    zone: str,
    spread_ms: int,
) -> int:
    """Return the instant, moved on by the strictest rule."""
    latest = at_ms
    if dwell_minutes:
        dwell_ms = dwell_minutes * MINUTE_MS + spread_ms
        near = [sent for sent in times if abs(sent - at_ms) < dwell_ms]
        latest = max([latest, *(sent + dwell_ms for sent in near)])
    for rule in rules:
        match rule:
            case Rolling():
                latest = max(latest, _after_rolling(rule, times, at_ms, spread_ms))
            case Calendar():
                latest = max(latest, _after_period(rule, times, at_ms, zone, spread_ms))
    return latest


def _after_rolling(rule: Rolling, times: Sequence[int], at_ms: int, spread_ms: int) -> int:
    """Return when no window that holds `at_ms` would have one message too many."""
    length_ms = rule.minutes * MINUTE_MS + spread_ms
    around = [sent for sent in times if abs(sent - at_ms) < length_ms]
    for first, last in zip(around, around[rule.max - 1 :], strict=False):
        # These are `max` messages already: a window that holds them and the new one is too full.
        if max(last, at_ms) - min(first, at_ms) < length_ms:
            return first + length_ms
    return at_ms


def _after_period(
    rule: Calendar, times: Sequence[int], at_ms: int, zone: str, spread_ms: int
) -> int:
    """Return the instant itself, or when a period ends that it may be in, and that is full."""
    for moment_ms in (at_ms, at_ms + spread_ms):
        day = local_wall(moment_ms, zone).date()
        first, following = _period(rule.period, day)
        from_ms = resolve_local(first, time(), zone) - spread_ms
        until_ms = resolve_local(following, time(), zone)
        if sum(from_ms <= sent < until_ms for sent in times) >= rule.max:
            return until_ms
    return at_ms


def _period(period: Period, day: date) -> tuple[date, date]:
    """Return the first day of the period that has this day, and of the next one."""
    match period:
        case "day":
            return day, day + timedelta(days=1)
        case "week":
            monday = day - timedelta(days=day.weekday())
            return monday, monday + timedelta(days=7)
        case "month":
            first = day.replace(day=1)
            return first, (first + timedelta(days=31)).replace(day=1)


def remembered_ms(rules: Sequence[Rule], dwell_minutes: int) -> int:
    """Return for how long a message can matter to the rules, in milliseconds: keep it that long."""
    spans = [dwell_minutes * MINUTE_MS]
    days_ms = 24 * 60 * MINUTE_MS
    for rule in rules:
        match rule:
            case Rolling(minutes=minutes):
                spans.append(minutes * MINUTE_MS)
            case Calendar(period=period):
                spans.append({"day": 2, "week": 8, "month": 32}[period] * days_ms)
    return max(spans)
