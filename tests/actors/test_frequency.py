"""Limits on what one user gets, over several campaigns at once, from the trigger to the wire."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random

import pytest
import trio
from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail import Pause, Resume
from actors.segment import Accepted, Ambiguous, NotSent, Outcome
from domain.campaign import Campaign, Delivery, DoNotDisturb, Limits, When
from domain.frequency import GlobalLimits, Rolling
from store import merging
from tests.actors.house import (
    ANA,
    HOUR_MS,
    KEY,
    LIVE,
    PAST,
    START_MS,
    House,
    Posted,
    Wire,
    open_house,
)

TWO_IN_TEN_MINUTES = GlobalLimits(rules=(Rolling(max=2, minutes=10),))
HOURLY = GlobalLimits(dwell_minutes=60)
WHOLE_DAY = Delivery(expires_minutes=1_440)
QUEUED = replace(LIVE, limits=Limits(over_global="queue"), delivery=WHOLE_DAY)
MINUTE = 60


def most(requests: Sequence[Posted], seconds: float) -> int:
    """Return the most messages that one user got in so long; a re-send counts each time."""
    times: dict[str, list[float]] = {}
    for posted in requests:
        for user in posted.users:
            times.setdefault(user, []).append(posted.at)
    return max(
        sum(0 <= at - first < seconds for at in each) for each in times.values() for first in each
    )


def campaigns(*modes: str) -> list[Campaign]:
    return [
        replace(LIVE, name=f"C{n}", limits=Limits(over_global=mode), delivery=WHOLE_DAY)  # type: ignore[arg-type]
        for n, mode in enumerate(modes)
    ]


@pytest.mark.parametrize("seed", range(3))
async def test_no_user_gets_more_in_any_window_whatever_many_campaigns_want(
    tmp_path: Path, autojump_clock: MockClock, seed: int
) -> None:
    chance = Random(seed)
    async with open_house(tmp_path, autojump_clock, house_limits=TWO_IN_TEN_MINUTES) as house:
        for campaign in campaigns("drop", "queue", "drop"):
            await house.running(campaign)
        for _ in range(30):
            await house.orders(chance.choices(["u1", "u2", "u3"], k=chance.randint(1, 4)))
            await house.idle(chance.choice([0, 1, 5, 90, 240]))
        await house.idle(2 * 3_600)
        assert most(house.wire.requests, 10 * MINUTE) == 2
        assert len(house.wire.accepted) > 20
        await house.check()


async def test_a_crash_at_any_commit_lets_nobody_have_more(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(seconds=2)
    async with open_house(
        tmp_path / "0", autojump_clock, wire, house_limits=TWO_IN_TEN_MINUTES
    ) as house:
        for campaign in campaigns("drop", "queue"):
            await house.running(campaign)
        cuts = []
        for number in range(6):
            await house.orders(["u1", "u2"])
            await house.idle(0.3 * number)
            await house.crash_image(tmp_path / f"{number + 1}")
            cuts.append((trio.current_time(), house.clock.now_ms()))
    for number, (cut, now_ms) in enumerate(cuts):
        after = Wire()
        async with open_house(
            tmp_path / f"{number + 1}",
            autojump_clock,
            after,
            house_limits=TWO_IN_TEN_MINUTES,
            start_ms=now_ms + 1_000,
        ) as house:
            restarted = trio.current_time()
            await house.orders(["u1", "u2"])
            await house.idle(2 * 3_600)
            before = [posted for posted in wire.requests if posted.at <= cut]
            moved = [
                replace(posted, at=posted.at - restarted + cut + 1) for posted in after.requests
            ]
            assert most_by_id(before, moved) <= 2
            await house.check()


def most_by_id(before: Sequence[Posted], after: Sequence[Posted]) -> int:
    """Count a message that went before the crash and again after it once, at its first time."""
    known = {name for posted in before for name in posted.ids}
    fresh = [
        Posted(posted.at, tuple(m for m in posted.messages if m["messageId"] not in known))
        for posted in after
    ]
    return most([*before, *fresh], 10 * MINUTE)


async def test_at_the_end_of_the_night_the_limits_are_asked_again(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Another campaign, which goes at night and ignores the limits, had the user meanwhile."""
    night = replace(LIVE, do_not_disturb=DoNotDisturb("10:45", "10:48"))
    other = replace(LIVE, name="Alarm", limits=Limits(ignore_global=True))
    async with open_house(tmp_path, autojump_clock, house_limits=HOURLY) as house:
        await house.running(night)
        await house.orders(["u1", "u2"])
        await house.idle()
        await house.running(other)
        await house.orders(["u1"])
        await house.idle(150)
        assert sorted(house.wire.users) == ["u1", "u2"]
        books = (await house.view(LIVE.name)).books
        assert (books.sent, books.skipped) == (1, {"dwell_time": 2})
        await house.check()


@pytest.mark.parametrize(("mode", "later", "skipped"), [("drop", 0, 1), ("queue", 1, 0)])
async def test_what_waited_for_do_not_disturb_and_is_over_a_limit_then_is_dropped_or_waits_on(
    tmp_path: Path, autojump_clock: MockClock, mode: str, later: int, skipped: int
) -> None:
    campaign = replace(
        QUEUED,
        limits=Limits(over_global=mode),  # type: ignore[arg-type]
        do_not_disturb=DoNotDisturb("10:45", "10:48"),
    )
    other = replace(LIVE, name="Alarm", limits=Limits(ignore_global=True))
    async with open_house(tmp_path, autojump_clock, house_limits=HOURLY) as house:
        await house.running(campaign)
        await house.orders(["u1"])
        await house.idle()
        await house.running(other)
        await house.feed(house.event("u1"))
        await house.idle(150)
        first = len(house.wire.accepted)
        await house.idle(3_700)
        assert first == 1
        got = (await house.view(LIVE.name)).books
        assert (len(house.wire.accepted) - first, got.sent) == (later, later)
        assert got.skipped.get("dwell_time", 0) >= skipped
        assert most(house.wire.requests, 60 * MINUTE) == 1
        await house.check()


async def test_what_may_have_arrived_counts_and_is_sent_again_under_its_own_id(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    tries = iter([Ambiguous("ReadTimeout")] * 2)

    def doubtful(_posted: Posted) -> Outcome:
        return next(tries, Accepted())

    async with open_house(tmp_path, autojump_clock, Wire(doubtful), house_limits=HOURLY) as house:
        await house.running(QUEUED)
        await house.orders(["u1"])
        await house.idle(600)
        await house.orders(["u1"])
        await house.idle(3_000)
        assert len(house.wire.requests) == 3
        assert len(house.wire.accepted) == 1
        await house.idle(4_000)
        assert len(house.wire.accepted) == 2
        assert house.wire.requests[-1].at - house.wire.requests[-2].at >= 3_600
        await house.check()


def several(runs: int) -> When:
    return When(dates=tuple(f"2026-03-20T10:{50 + n}" for n in range(runs)))


async def test_a_repeating_campaign_reaches_a_user_so_often_and_no_more(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    often = replace(PAST, when=several(5), limits=Limits(per_user_max=2))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        await house.publish(often)
        view = await house.until(PAST.name, "completed", seconds=3_600)
        assert (view.books.qualified, view.books.sent) == (15, 6)
        assert view.books.skipped == {"per_user_limit": 9}
        await house.check()


async def test_a_total_cap_holds_over_the_runs_and_each_run_keeps_its_own(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    often = replace(PAST, when=several(4), limits=Limits(cap_total=10, cap_per_run=4))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(6)
        await house.publish(often)
        view = await house.until(PAST.name, "completed", seconds=3_600)
        assert [run.books.sent for run in view.runs] == [4, 4, 2], "a full cap ends it"
        assert view.books.skipped == {"cap_run": 4, "cap_reached": 4}
        await house.check()


async def test_a_paused_campaign_keeps_no_place_and_asks_again_when_it_goes_on(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    night = replace(LIVE, do_not_disturb=DoNotDisturb("10:45", "10:48"), delivery=WHOLE_DAY)
    async with open_house(tmp_path, autojump_clock, house_limits=HOURLY) as house:
        await house.running(night)
        await house.orders(["u1"])
        await house.idle()
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await house.running(replace(LIVE, name="Other"))
        await house.orders(["u1"])
        await house.idle(200)
        assert len(house.wire.accepted) == 1
        await house.asks(Resume(name=LIVE.name, by=ANA))
        await house.idle()
        view = await house.view(LIVE.name)
        assert view.books.skipped == {"dwell_time": 1, "paused_dropped": 1}
        await house.check()


async def test_two_ids_of_one_person_share_what_a_user_may_get(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(LIVE, limits=Limits(per_user_minutes=60)))
        await house.orders(["u1", "u2"])
        await house.idle()
        await merged(house, "u2", "u1")
        await house.idle(600)
        await house.orders(["u1", "u2"])
        await house.idle(600)
        assert len(house.wire.accepted) == 2
        await house.idle(3_000)
        await house.orders(["u1"])
        await house.idle()
        assert len(house.wire.accepted) == 3
        assert house.clock.now_ms() - START_MS < 2 * HOUR_MS
        await house.check()


async def merged(house: House, old: str, user: str) -> None:
    now = house.clock.now_ms()
    job = partial(merging.merge, old=old, user=user, now_ms=now, install_key=KEY)
    assert await house.store.write(job) == "merged"


async def test_nothing_of_a_run_begins_after_its_cut_off_retries_included(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Segment is away until just after it; one more run finds its cut-off past at its start."""
    cut = replace(PAST, when=When("2026-03-20T10:50", cutoff="11:00"))
    away = Wire(lambda posted: NotSent("ConnectError") if posted.at - began < 1_000 else Accepted())
    async with open_house(tmp_path, autojump_clock, away) as house:
        began = trio.current_time()
        await house.people(3)
        await house.publish(cut)
        view = await house.until(PAST.name, "completed", seconds=7_200)
        assert (view.books.sent, view.books.skipped) == (0, {"cutoff": 3})
        last = max(posted.at for posted in away.requests) - began
        assert last < 800 + 1, "10:46:40 is when it began, 11:00 is 800 s later"
        await house.check()
