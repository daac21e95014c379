"""Which runs a campaign that repeats has, whatever happens at the time of one."""

from functools import partial
from pathlib import Path

import pytest
import trio
from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail import Approve, Pause, RaiseLimit, Resume, SkipRun
from actors.segment import Accepted, NotSent, Outcome
from domain.campaign import Limits, When
from domain.recurrence import EveryDays
from store import adoption
from tests.actors.house import ANA, BEN, HOUR_MS, PAST, START_MS, House, Posted, Wire, open_house
from tests.actors.timing import DAY, HOUR, QUARTER, then

DAILY = replace(PAST, when=When(start="2026-03-20T11:00", repeat=EveryDays()))  # in 13 minutes
DUE_MS = START_MS + 800_000


async def states(house: House) -> list[tuple[str, str]]:
    rows = await house.rows("SELECT substr(run, 9, 2) AS day, state FROM run ORDER BY due_ms")
    return [tuple(row) for row in rows]


async def said(house: House) -> list[str]:
    rows = await house.rows("SELECT body FROM announcement WHERE kind = 'reply' ORDER BY id")
    return [row[0] for row in rows]


async def test_it_runs_every_day_and_everyone_gets_one_each_time(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.publish(DAILY)
        assert (await house.view(PAST.name)).state == "scheduled"
        await then(house, PAST.name, "awaiting_next_run", seconds=QUARTER)
        await trio.sleep(2 * DAY)
        assert await states(house) == [("20", "done"), ("21", "done"), ("22", "done")]
        assert len(house.wire.accepted) == 6
        assert house.wire.twice() == []
        assert (await house.view(PAST.name)).state == "awaiting_next_run"
        await house.check()


async def test_two_dates_in_the_hour_that_spring_leaves_out_are_two_runs(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    dates = ("2026-03-29T02:15", "2026-03-29T02:45")
    eve_ms = START_MS + 8 * DAY * 1_000
    async with open_house(tmp_path, autojump_clock, start_ms=eve_ms) as house:
        await house.people(2)
        await house.publish(replace(PAST, when=When(dates=dates)))
        view = await then(house, PAST.name, "completed", seconds=16 * HOUR)
        assert [(run.run[11:16], run.state) for run in view.runs] == [
            ("02:15", "done"),
            ("02:45", "done"),
        ]
        assert len(house.wire.accepted) == 4
        assert house.wire.twice() == []
        await house.check()


async def test_several_dates_are_as_many_runs_and_then_it_is_completed(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    dates = ("2026-03-21T09:00", "2026-03-20T11:00")
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.publish(replace(PAST, when=When(dates=dates)))
        await then(house, PAST.name, "completed", seconds=2 * DAY)
        assert await states(house) == [("20", "done"), ("21", "done")]
        assert len(house.wire.accepted) == 4


@pytest.mark.parametrize(
    ("late_ms", "last"), [(2 * HOUR_MS - 1_000, "done"), (2 * HOUR_MS + 1_000, "missed")]
)
async def test_what_fell_due_while_the_daemon_was_down_is_missed_but_for_a_run_that_is_just_late(
    tmp_path: Path, autojump_clock: MockClock, late_ms: int, last: str
) -> None:
    async with open_house(tmp_path / "a", autojump_clock) as house:
        await house.people(2)
        await house.publish(DAILY)
        await house.crash_image(tmp_path / "b")
    then = DUE_MS + 2 * DAY * 1_000 + late_ms
    async with open_house(tmp_path / "b", autojump_clock, start_ms=then) as house:
        await trio.sleep(HOUR)
        assert await states(house) == [("20", "missed"), ("21", "missed"), ("22", last)]
        assert len(house.wire.accepted) == (2 if last == "done" else 0)
        said = await house.rows("SELECT body FROM announcement WHERE kind = 'notice'")
        assert len(said) == 1, "one notice, however many were missed"
        assert ("goes on" in said[0][0]) == (last == "done")
        await trio.sleep(DAY)
        assert (await states(house))[-1] == ("23", "done")
        await house.check()


async def test_each_of_two_runs_that_are_just_late_happens_one_after_the_other(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    dates = ("2026-03-20T11:00", "2026-03-20T11:30")
    async with open_house(tmp_path / "a", autojump_clock) as house:
        await house.people(2)
        await house.publish(replace(PAST, when=When(dates=dates)))
        await house.crash_image(tmp_path / "b")
    async with open_house(tmp_path / "b", autojump_clock, start_ms=DUE_MS + 40 * 60_000) as house:
        await then(house, PAST.name, "completed", seconds=QUARTER)
        assert await states(house) == [("20", "done"), ("20", "done")]
        assert len(house.wire.accepted) == 4


async def test_a_crash_as_it_begins_makes_no_second_run(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "a", autojump_clock, delivering=False) as house:
        await house.people(2)
        await house.publish(DAILY)
        await then(house, PAST.name, "running", seconds=802)
        await house.crash_image(tmp_path / "b")
    async with open_house(tmp_path / "b", autojump_clock, start_ms=DUE_MS + 5_000) as house:
        await then(house, PAST.name, "awaiting_next_run", seconds=QUARTER)
        assert await states(house) == [("20", "done")]
        assert len(house.wire.accepted) == 2


async def test_a_run_that_fell_due_in_a_pause_is_missed(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.publish(DAILY)
        await then(house, PAST.name, "awaiting_next_run", seconds=QUARTER)
        await house.asks(Pause(PAST.name, ANA))
        await trio.sleep(1.5 * DAY)
        await house.asks(Resume(PAST.name, ANA))
        await trio.sleep(DAY)
        assert await states(house) == [("20", "done"), ("21", "missed"), ("22", "done")]


async def test_a_run_that_is_held_makes_way_for_the_next_unless_it_shall_stop(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    held = replace(DAILY, limits=Limits(safety_limit=1))
    stops = replace(held, name="Stops", limits=Limits(safety_limit=1, stop_on_block=True))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        for campaign in (held, stops):
            await house.publish(campaign)
        await trio.sleep(QUARTER)
        for campaign in (held, stops):
            assert (await house.view(campaign.name)).state == "blocked"
        await trio.sleep(DAY + HOUR)
        runs = (await house.view(PAST.name)).runs
        assert [(run.run[8:10], run.state) for run in runs] == [
            ("20", "skipped"),
            ("21", "blocked"),
        ]
        assert [run.state for run in (await house.view("Stops")).runs] == ["blocked"]
        assert house.wire.accepted == []
        assert (await house.view(PAST.name)).books.skipped == {"run_skipped": 2}
        await house.check()


async def test_the_next_run_follows_one_that_a_person_skipped(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.publish(replace(DAILY, limits=Limits(safety_limit=1)))
        view = await then(house, PAST.name, "blocked", seconds=QUARTER)
        await house.asks(SkipRun(PAST.name, ANA, view.runs[0].run))
        assert (await house.view(PAST.name)).state == "awaiting_next_run"
        await then(house, PAST.name, "blocked", seconds=DAY)


async def test_a_higher_limit_loses_no_run_that_fell_due_while_it_was_asked_for(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    limits = Limits(safety_limit=1, stop_on_block=True)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.publish(replace(DAILY, limits=limits))
        view = await then(house, PAST.name, "blocked", seconds=QUARTER)
        await trio.sleep(2.5 * DAY)
        await house.asks(RaiseLimit(PAST.name, ANA, view.runs[0].run, 5))
        await house.asks(Approve(PAST.name, BEN))
        await trio.sleep(HOUR)
        assert await states(house) == [
            ("20", "done"),
            ("21", "skipped_overlap"),
            ("22", "skipped_overlap"),
        ]
        assert (await house.view(PAST.name)).state == "awaiting_next_run"


async def test_a_pause_between_two_runs_says_nothing_of_the_last_one(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.publish(DAILY)
        await then(house, PAST.name, "awaiting_next_run", seconds=QUARTER)
        before = await said(house)
        for _ in range(2):
            await house.asks(Pause(PAST.name, ANA))
            await trio.sleep(60)
            await house.asks(Resume(PAST.name, ANA))
            assert (await house.view(PAST.name)).state == "awaiting_next_run"
            await trio.sleep(60)
        assert (await said(house))[len(before) :] == [
            f"Paused by @{ANA}.",
            f"Resumed by @{ANA}.",
        ] * 2
        await trio.sleep(DAY)
        assert await states(house) == [("20", "done"), ("21", "done")]


async def test_a_restore_gives_up_the_run_that_was_drawn_and_the_next_one_follows(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.publish(replace(DAILY, limits=Limits(safety_limit=1)))
        await then(house, PAST.name, "blocked", seconds=QUARTER)
        await house.store.write(partial(adoption.adopt, now_ms=house.clock.now_ms()))
        assert "The run of 2026-03-20T11:00[Europe/Oslo] is given up" in (await said(house))[-1]
        await house.asks(Resume(PAST.name, ANA))
        assert (await house.view(PAST.name)).state == "awaiting_next_run"
        await trio.sleep(DAY)
        assert await states(house) == [("20", "missed"), ("21", "blocked")]
        await house.check()


async def test_a_total_cap_that_is_used_up_completes_what_repeats(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.publish(replace(DAILY, limits=Limits(cap_total=3)))
        view = await then(house, PAST.name, "completed", seconds=DAY + QUARTER)
        assert (view.reason, view.books.sent) == ("cap_reached", 3)
        assert await states(house) == [("20", "done"), ("21", "done")]


async def test_its_runs_keep_the_zone_that_was_the_accounts_when_it_was_published(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "a", autojump_clock) as house:
        await house.people(2)
        await house.publish(DAILY)
        await then(house, PAST.name, "awaiting_next_run", seconds=QUARTER)
        await house.crash_image(tmp_path / "b")
    start_ms = DUE_MS + HOUR_MS
    async with open_house(
        tmp_path / "b", autojump_clock, start_ms=start_ms, zone="Asia/Tokyo"
    ) as house:
        view = await house.view(PAST.name)
        assert [run.name[-13:] for run in view.next_runs] == ["[Europe/Oslo]"] * 5
        await trio.sleep(DAY)
        assert [row[0] for row in await house.rows("SELECT run FROM run ORDER BY due_ms")] == [
            "2026-03-20T11:00[Europe/Oslo]",
            "2026-03-21T11:00[Europe/Oslo]",
        ]


async def test_a_campaign_that_has_no_run_left_is_over(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    once = replace(PAST, when=When(start="2026-03-20T11:00"))
    async with open_house(tmp_path, autojump_clock, delivering=False) as house:
        await house.people(2)
        await house.publish(once)
        await then(house, PAST.name, "running", seconds=QUARTER)
        await trio.sleep(5)
        await house.store.write(partial(adoption.adopt, now_ms=house.clock.now_ms()))
        await house.asks(Resume(PAST.name, ANA))
        view = await house.until(PAST.name, "completed")
        assert view.reason == "0 sent, 2 failed"


@pytest.mark.parametrize(("hours", "second"), [(1.5, "done"), (3, "skipped_overlap")])
async def test_runs_do_not_overlap_one_waits_for_the_other_or_is_skipped(
    tmp_path: Path, autojump_clock: MockClock, hours: float, second: str
) -> None:
    def away(posted: Posted) -> Outcome:
        return NotSent("away") if posted.at < back else Accepted()

    dates = ("2026-03-20T11:00", "2026-03-20T11:30", "2026-03-20T14:30")
    back = trio.current_time() + hours * HOUR
    async with open_house(tmp_path, autojump_clock, Wire(away)) as house:
        await house.people(2)
        await house.publish(replace(PAST, when=When(dates=dates)))
        await then(house, PAST.name, "completed", seconds=4 * HOUR)
        assert [state for _, state in await states(house)] == ["done", second, "done"]
        await house.check()
