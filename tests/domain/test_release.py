from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from domain.books import SkipReason
from domain.campaign import Campaign, DoNotDisturb, Limits
from domain.frequency import MINUTE_MS, NO_LIMITS, Calendar, GlobalLimits, Rolling
from domain.release import BEGINS_MS_MAX, NOTHING, Had, Release, asks, release
from tests.domain.definitions import LIVE

HOUR_MS = 60 * MINUTE_MS
NOW = int(datetime(2026, 3, 20, 9, tzinfo=UTC).timestamp() * 1_000)
ONE_A_DAY = GlobalLimits(rules=(Rolling(max=1, minutes=24 * 60),))
DWELL = GlobalLimits(dwell_minutes=60)
NEVER_MS = NOW + 1_000 * HOUR_MS


def limited(**limits: Any) -> Campaign:
    return replace(LIVE, limits=Limits(**limits), do_not_disturb=None)


def answer(campaign: Campaign, house: GlobalLimits, had: Had, **more: Any) -> Release | SkipReason:
    asked: dict[str, Any] = {"now_ms": NOW, "zone": "UTC", "latest_ms": NEVER_MS} | more
    return release(campaign, house, had, **asked)


def test_nobody_is_asked_what_a_user_had_without_a_limit() -> None:
    assert not asks(limited(), NO_LIMITS)
    assert not asks(limited(), GlobalLimits(messages_per_5_minutes=5))
    assert not asks(limited(ignore_global=True), ONE_A_DAY)
    assert asks(limited(), DWELL)
    assert asks(limited(per_user_max=1), NO_LIMITS)
    assert asks(limited(per_user_minutes=5, ignore_global=True), ONE_A_DAY)


def test_a_user_who_had_nothing_is_messaged_now() -> None:
    campaign = limited(per_user_max=1, per_user_minutes=60)
    assert answer(campaign, ONE_A_DAY, NOTHING) == Release(NOW)


def test_a_campaign_reaches_a_user_so_often_and_never_again() -> None:
    campaign = limited(per_user_max=2)
    assert answer(campaign, NO_LIMITS, Had(ever=1)) == Release(NOW)
    assert answer(campaign, NO_LIMITS, Had(ever=2)) == SkipReason.PER_USER_LIMIT


@pytest.mark.parametrize(
    ("ago_ms", "expected"),
    [
        (60 * MINUTE_MS + BEGINS_MS_MAX, Release(NOW)),
        (60 * MINUTE_MS + BEGINS_MS_MAX - 1, SkipReason.PER_USER_LIMIT),
        (-59 * MINUTE_MS, SkipReason.PER_USER_LIMIT),
    ],
)
def test_an_interval_holds_towards_what_was_sent_and_what_is_promised(
    ago_ms: int, expected: Release | SkipReason
) -> None:
    had = Had(mine=[NOW - ago_ms])
    assert answer(limited(per_user_minutes=60), NO_LIMITS, had) == expected


def test_what_is_over_a_limit_over_all_campaigns_is_dropped_with_the_reason() -> None:
    had = Had(counted=[NOW - HOUR_MS // 2])
    assert answer(limited(), ONE_A_DAY, had) == SkipReason.FREQUENCY_LIMIT
    assert answer(limited(), DWELL, had) == SkipReason.DWELL_TIME
    both = replace(ONE_A_DAY, dwell_minutes=60)
    assert answer(limited(), both, had) == SkipReason.FREQUENCY_LIMIT


def test_a_campaign_that_ignores_them_goes_all_the_same() -> None:
    had = Had(counted=[NOW])
    assert answer(limited(ignore_global=True), ONE_A_DAY, had) == Release(NOW)


def test_what_is_queued_waits_until_the_limit_allows_it() -> None:
    had = Had(counted=[NOW - HOUR_MS])
    free = NOW + 23 * HOUR_MS + BEGINS_MS_MAX
    queued = limited(over_global="queue")
    assert answer(queued, ONE_A_DAY, had) == Release(free, queued=True)
    assert answer(queued, ONE_A_DAY, had, latest_ms=free) == Release(free, queued=True)
    assert answer(queued, ONE_A_DAY, had, latest_ms=free - 1) == SkipReason.FREQUENCY_LIMIT


def test_a_queue_that_ends_at_night_goes_on_in_the_morning_and_asks_again() -> None:
    """At the end of the night another message is promised: the one here waits for the next day."""
    daily = GlobalLimits(rules=(Calendar(max=1, period="day"),))
    quiet = replace(limited(over_global="queue"), do_not_disturb=DoNotDisturb("22:00", "08:00"))
    midnight = NOW + 15 * HOUR_MS
    morning = midnight + 8 * HOUR_MS
    had = Had(counted=[NOW])
    assert answer(quiet, daily, had) == Release(morning, queued=True)
    had = Had(counted=[NOW, morning + HOUR_MS])
    assert answer(quiet, daily, had) == Release(morning + 24 * HOUR_MS, queued=True)


def test_a_message_held_by_do_not_disturb_is_placed_at_its_end() -> None:
    ends = NOW + 2 * HOUR_MS
    had = Had(counted=[NOW - 23 * HOUR_MS])
    assert answer(limited(), ONE_A_DAY, NOTHING, rests_until_ms=ends) == Release(ends)
    refused = answer(limited(), ONE_A_DAY, had, rests_until_ms=ends)
    assert refused == SkipReason.FREQUENCY_LIMIT, "who has had enough now is told so at once"


def test_what_is_awake_is_not_asked_for_do_not_disturb() -> None:
    quiet = replace(limited(), do_not_disturb=DoNotDisturb("08:00", "10:00"))
    assert answer(quiet, DWELL, NOTHING) == Release(NOW + HOUR_MS)
    assert answer(quiet, DWELL, NOTHING, awake=True) == Release(NOW)
