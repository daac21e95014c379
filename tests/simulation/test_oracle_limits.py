from typing import Any

import pytest
from msgspec.structs import replace

from tests.simulation.history import Books, Daemon, Entry, Planned
from tests.simulation.made import (
    BLAST,
    GOOD,
    HOUR,
    LIVE,
    MINUTE,
    NOON,
    act,
    blast,
    books,
    broken,
    sent,
    taken,
    user,
)

TWO_AN_HOUR: dict[str, Any] = {"frequency": ((2, 60, ""),)}
ONE_A_DAY: dict[str, Any] = {"frequency": ((1, 0, "day"),)}
OTHER = replace(BLAST, name="Live 2", kind="live", event="Paid")


def got(*times: tuple[int, str] | tuple[int, str, str], **plan: Any) -> list[Entry]:
    """A history in which `ann`, of Tokyo, gets messages at these times after noon."""
    ann = replace(user("ann", "Asia/Tokyo"), at_ms=NOON - HOUR)
    entries: list[Entry] = [ann, replace(LIVE, **plan), OTHER]
    for n, (at_ms, name, *campaign) in enumerate(times, start=1):
        message = replace(sent(name), campaign=campaign[0] if campaign else "Live", run="live")
        entries += taken(NOON + at_ms, n, message)
    return entries


@pytest.mark.parametrize(
    ("times", "wrong"),
    [
        ([(0, "m1"), (MINUTE, "m2"), (HOUR - 1, "m3")], True),
        ([(0, "m1"), (MINUTE, "m2"), (HOUR, "m3")], False),
        ([(0, "m1"), (MINUTE, "m2", "Live 2"), (HOUR - 1, "m3")], True),
        ([(0, "m1"), (MINUTE, "m1"), (2 * MINUTE, "m2")], False),
    ],
)
def test_a_rolling_window_has_no_message_too_many_over_all_campaigns(
    times: list[tuple[int, str]], wrong: bool
) -> None:
    assert ("P6" in broken(got(*times), **TWO_AN_HOUR)) == wrong


@pytest.mark.parametrize(
    ("plan", "wrong"), [({}, True), ({"counts": False}, False), ({"ignores_limits": True}, False)]
)
def test_what_does_not_count_or_is_not_held_to_the_limits_breaks_none(
    plan: dict[str, Any], wrong: bool
) -> None:
    times = [(0, "m1"), (MINUTE, "m2"), (2 * MINUTE, "m3")]
    assert ("P6" in broken(got(*times, **plan), **TWO_AN_HOUR)) == wrong


@pytest.mark.parametrize(("apart_ms", "wrong"), [(0, False), (4_000, False), (6_000, True)])
def test_one_that_does_not_count_may_be_claimed_before_one_that_began_seconds_sooner(
    apart_ms: int, wrong: bool
) -> None:
    times: list[Any] = [(0, "m1", "Live 2"), (apart_ms, "m2")]
    history = got(*times, counts=False)
    assert ("P6" in broken(history, frequency=((1, 60, ""),))) == wrong


def test_a_campaign_that_is_not_held_to_the_limits_counts_for_the_others() -> None:
    times: list[Any] = [(0, "m1"), (MINUTE, "m2"), (2 * MINUTE, "m3", "Live 2")]
    assert "P6" in broken(got(*times, ignores_limits=True), **TWO_AN_HOUR)


@pytest.mark.parametrize(("at_ms", "wrong"), [(3 * HOUR - 1, True), (3 * HOUR, False)])
def test_a_calendar_day_is_the_users(at_ms: int, wrong: bool) -> None:
    """It is 21:00 in Tokyo."""
    history = got((0, "m1"), (at_ms, "m2"))
    assert ("P6" in broken(history, zone="UTC", **ONE_A_DAY)) == wrong


@pytest.mark.parametrize(("at_ms", "wrong"), [(HOUR - 1, True), (HOUR, False)])
def test_the_dwell_time_lies_between_any_two(at_ms: int, wrong: bool) -> None:
    history = got((0, "m1"), (at_ms, "m2", "Live 2"))
    assert ("P6" in broken(history, dwell_minutes=60)) == wrong


def test_a_backup_that_came_back_does_not_know_what_went_before() -> None:
    back = Daemon(NOON + 2 * MINUTE, 2, "restored")
    before = got((0, "m1"), (MINUTE, "m2"))
    after = taken(NOON + 3 * MINUTE, 9, sent("m3"), daemon=2)
    assert "P6" not in broken([*before, back, *after], **TWO_AN_HOUR)


@pytest.mark.parametrize(
    ("plan", "wrong"),
    [
        ({"per_user_max": 2}, False),
        ({"per_user_max": 1}, True),
        ({"per_user_minutes": 1}, False),
        ({"per_user_minutes": 2}, True),
    ],
)
def test_a_campaign_reaches_a_user_no_more_often_than_it_says(
    plan: dict[str, Any], wrong: bool
) -> None:
    assert ("P6" in broken(got((0, "m1"), (MINUTE, "m2"), **plan))) == wrong


@pytest.mark.parametrize(("at_ms", "wrong"), [(5 * MINUTE - 1, True), (5 * MINUTE, False)])
def test_no_five_minutes_have_more_than_a_throttle_lets_through(at_ms: int, wrong: bool) -> None:
    history = got((0, "m1"), (MINUTE, "m1"), (at_ms, "m2"))
    slow = [
        replace(one, most_per_5_minutes=2) if isinstance(one, Planned) else one for one in history
    ]
    assert ("P18" in broken(slow)) == wrong
    assert ("P18" in broken(history, most_per_5_minutes=2)) == wrong


def surge(
    *more: Entry, qualified: int, dropped: int = 0, why: str = "paused_dropped"
) -> list[Entry]:
    def shown(at_ms: int, n: int, dropped: int) -> Books:
        skipped = {why: dropped, "unreachable": n - dropped}
        return Books(at_ms, "Live", "running", n, 0, 0, skipped, 0)

    return [
        replace(LIVE, most_per_hour=3),
        shown(NOON, 2, 0),
        *more,
        shown(NOON + HOUR, 2 + qualified, dropped),
    ]


@pytest.mark.parametrize(
    ("history", "wrong"),
    [
        (surge(qualified=3), False),
        (surge(qualified=4), True),
        (surge(qualified=9, dropped=6), False),
        (surge(qualified=9, dropped=6, why="expired"), False),
        (surge(qualified=10, dropped=6, why="expired"), True),
        (surge(*act(NOON + MINUTE, 1, "resume", "Live"), qualified=6), False),
    ],
)
def test_no_more_are_considered_within_an_hour_than_may_qualify(
    history: list[Entry], wrong: bool
) -> None:
    assert ("P5" in broken(history)) == wrong


def test_a_live_campaign_whose_cap_was_delivered_is_over() -> None:
    for most, wrong in ((1, True), (2, False)):
        capped = [replace(e, cap_total=most) if isinstance(e, Planned) else e for e in GOOD]
        assert ("cap_reached" in broken(capped)) is wrong
        over = [
            replace(e, state="completed") if isinstance(e, Books) and e.sent else e for e in capped
        ]
        assert "cap_reached" not in broken(over)


def test_a_run_of_as_many_as_its_limit_is_not_held_and_of_one_more_it_is() -> None:
    for limit, wrong in ((2, False), (3, True)):
        held = [*blast(safety_limit=limit), books(NOON + MINUTE, "Blast", "blocked", qualified=3)]
        assert ("safety" in broken(held)) is wrong


def test_a_throttle_is_smoothed_over_its_five_minutes() -> None:
    for apart_ms, wrong in ((1_000, True), (30_000, False)):
        history = got(*((n * apart_ms, f"m{n}") for n in range(6)))
        slow = [
            replace(one, most_per_5_minutes=12) if isinstance(one, Planned) else one
            for one in history
        ]
        assert ("P18" in broken(slow)) is wrong
