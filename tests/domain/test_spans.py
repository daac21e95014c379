from datetime import UTC, datetime
from itertools import pairwise

from domain.periods import DAY_MS, HOUR_MS
from domain.spans import SPANS_MAX, Span, spans

NOON_MS = 1_774_008_000_000  # 2026-03-20T12:00:00Z


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000)


def test_a_few_days_are_shown_by_the_hour_with_the_empty_ones_between() -> None:
    found = spans([(NOON_MS + 60_000, 2), (NOON_MS + 5, 1), (NOON_MS + 2 * HOUR_MS, 4)], "UTC")
    assert found == (
        Span(NOON_MS, 3),
        Span(NOON_MS + HOUR_MS, 0),
        Span(NOON_MS + 2 * HOUR_MS, 4),
    )


def test_more_are_shown_by_the_day_of_the_account() -> None:
    found = spans([(at("2026-03-20T23:30"), 1), (at("2026-03-24T12:00"), 2)], "Europe/Oslo")
    assert [(one.from_ms, one.n) for one in found if one.n] == [
        (at("2026-03-20T23:00"), 1),
        (at("2026-03-23T23:00"), 2),
    ]
    assert len(found) == 4
    assert all(one.days for one in found)


def test_days_have_their_own_length_where_the_clocks_change() -> None:
    found = spans([(at("2026-03-27T12:00"), 1), (at("2026-03-31T12:00"), 1)], "Europe/Oslo")
    lengths = [b.from_ms - a.from_ms for a, b in pairwise(found)]
    assert lengths == [DAY_MS, DAY_MS, 23 * HOUR_MS, DAY_MS]


def test_hours_begin_where_those_of_the_wall_do() -> None:
    (found,) = spans([(at("2026-03-20T12:10"), 1)], "Asia/Kolkata")
    assert found.from_ms == at("2026-03-20T11:30")


def test_what_is_too_long_ago_is_added_up_in_the_first() -> None:
    found = spans([(NOON_MS + n * DAY_MS, 1) for n in range(SPANS_MAX + 10)], "UTC")
    assert len(found) == SPANS_MAX
    assert (found[0].n, sum(one.n for one in found)) == (11, SPANS_MAX + 10)


def test_nothing_has_no_spans() -> None:
    assert spans([], "UTC") == ()
