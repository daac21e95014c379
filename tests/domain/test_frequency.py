import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from domain.frequency import MINUTE_MS, Calendar, Rolling, Rule, free_ms, remembered_ms

BERLIN = "Europe/Berlin"
HOUR = 60


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1_000)


NOW = ms("2026-03-28T22:00+01:00")


def test_without_rules_a_message_goes_at_once() -> None:
    assert free_ms([], 0, [NOW], NOW, BERLIN) == NOW


def test_a_rolling_window_frees_when_its_oldest_message_leaves_it() -> None:
    two_a_day = Rolling(max=2, minutes=24 * HOUR)
    sent = [NOW - 23 * HOUR * MINUTE_MS, NOW - 2 * HOUR * MINUTE_MS]
    assert free_ms([two_a_day], 0, sent[:1], NOW, BERLIN) == NOW
    assert free_ms([two_a_day], 0, sent, NOW, BERLIN) == NOW + HOUR * MINUTE_MS


def test_a_calendar_day_is_the_users_and_may_have_23_hours() -> None:
    daily = Calendar(max=1, period="day")
    morning = ms("2026-03-29T08:00+02:00")
    assert free_ms([daily], 0, [NOW], NOW, BERLIN) == ms("2026-03-29T00:00+01:00")
    assert free_ms([daily], 0, [NOW], morning, BERLIN) == morning
    assert free_ms([daily], 0, [morning], morning, BERLIN) == ms("2026-03-30T00:00+02:00")
    assert free_ms([daily], 0, [NOW], NOW, "Asia/Tokyo") == ms("2026-03-30T00:00+09:00")


def test_a_week_begins_on_monday_and_a_month_on_its_first() -> None:
    assert free_ms([Calendar(1, "week")], 0, [NOW], NOW, BERLIN) == ms("2026-03-30T00:00+02:00")
    assert free_ms([Calendar(1, "month")], 0, [NOW], NOW, BERLIN) == ms("2026-04-01T00:00+02:00")


def test_the_dwell_time_keeps_two_messages_apart_on_either_side() -> None:
    later = NOW + 10 * MINUTE_MS
    assert free_ms([], 30, [NOW - MINUTE_MS], NOW, BERLIN) == NOW + 29 * MINUTE_MS
    assert free_ms([], 30, [later], NOW, BERLIN) == later + 30 * MINUTE_MS


def test_all_rules_must_hold_at_the_same_instant() -> None:
    """The rolling window frees inside a day that is full, so the next day it is."""
    rules: list[Rule] = [Rolling(max=1, minutes=HOUR), Calendar(max=1, period="day")]
    assert free_ms(rules, 0, [NOW], NOW, "UTC") == ms("2026-03-29T00:00+00:00")


RULES = st.one_of(
    st.builds(Rolling, max=st.integers(1, 3), minutes=st.integers(5, 3 * 24 * HOUR)),
    st.builds(Calendar, max=st.integers(1, 3), period=st.sampled_from(["day", "week", "month"])),
)


SPREADS = (0, 5_000)
"""A message begins at its instant, or a little later."""


def holds(
    rules: Sequence[Rule], dwell: int, sent: Sequence[int], zone: str, spread_ms: int = 0
) -> bool:
    """The promise, wherever in its spread each message began: the last of them early, or late."""
    return all(
        kept(rules, dwell, [*(at + late for at in sent[:-1]), sent[-1] + last], zone)
        for late in {0, spread_ms}
        for last in {0, spread_ms}
    )


def kept(rules: Sequence[Rule], dwell: int, sent: Sequence[int], zone: str) -> bool:
    """The promise over a whole history, said plainly."""
    times = sorted(sent)
    apart = all(b - a >= dwell * MINUTE_MS for a, b in itertools.pairwise(times))
    return apart and all(most(rule, times, zone) <= rule.max for rule in rules)


def most(rule: Rule, times: Sequence[int], zone: str) -> int:
    if isinstance(rule, Rolling):
        length = rule.minutes * MINUTE_MS
        return max((sum(0 <= t - first < length for t in times) for first in times), default=0)
    keys = [period_of(rule.period, at, zone) for at in times]
    return max((keys.count(key) for key in keys), default=0)


def period_of(period: str, at_ms: int, zone: str) -> str:
    wall = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)).astimezone(
        ZoneInfo(zone)
    )
    return wall.strftime({"day": "%Y-%m-%d", "week": "%G-%V", "month": "%Y-%m"}[period])


@given(
    st.lists(RULES, max_size=3),
    st.sampled_from([0, 0, 5, 90]),
    st.lists(st.integers(0, 4 * 24 * HOUR), min_size=1, max_size=12),
    st.sampled_from([BERLIN, "America/St_Johns", "Pacific/Kiritimati"]),
    st.sampled_from(SPREADS),
)
@example([Rolling(max=2, minutes=60)], 0, [0, 59, 59, 60], BERLIN, 0)
@example([Calendar(max=1, period="day")], 0, [0, 119, 120], BERLIN, 5_000)
def test_a_history_made_of_free_instants_breaks_no_rule_and_none_was_later_than_needed(
    rules: list[Rule], dwell: int, wishes: list[int], zone: str, spread_ms: int
) -> None:
    sent: list[int] = []
    for wish in wishes:
        now = NOW + wish * MINUTE_MS
        at = free_ms(rules, dwell, sent, now, zone, spread_ms=spread_ms)
        assert at >= now
        assert holds(rules, dwell, [*sent, at], zone, spread_ms)
        for earlier in {now, (now + at) // 2, at - MINUTE_MS, at - 1}:
            if now <= earlier < at and not spread_ms:
                assert not holds(rules, dwell, [*sent, earlier], zone)
        sent.append(at)


def test_a_message_that_may_have_begun_after_midnight_counts_on_both_days() -> None:
    daily = Calendar(max=1, period="day")
    at_the_edge = ms("2026-03-28T23:59:57+01:00")
    next_day, later = ms("2026-03-29T08:00+02:00"), ms("2026-03-30T00:00+02:00")
    assert free_ms([daily], 0, [at_the_edge], next_day, BERLIN) == next_day
    assert free_ms([daily], 0, [at_the_edge], next_day, BERLIN, spread_ms=5_000) == later


def test_a_message_is_remembered_for_as_long_as_it_matters() -> None:
    assert remembered_ms([Rolling(1, 90), Calendar(1, "day")], 5) == 48 * HOUR * MINUTE_MS
    assert remembered_ms([], 30) == 30 * MINUTE_MS
