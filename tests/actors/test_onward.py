"""Runs beside each other: where users have times of their own, the next need not wait for all."""

from pathlib import Path

import pytest
import trio
from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail import Pause, Resume, SkipRun, Stop
from actors.onward import onward, outcome
from actors.scheduled import Scheduled
from domain.books import Books, SkipReason
from domain.campaign import DoNotDisturb, Limits, When
from domain.personal import UserProperty, UserZone
from domain.recurrence import EveryDays
from domain.review import Action
from domain.schedule import Slot
from store.campaigns import CampaignRow
from store.runs import Run
from tests.actors.house import ANA, HOUR_MS, PAST, START_MS, House, open_house
from tests.actors.timing import HOUR, then

# It is 09:46:40 in London on 20 March 2026.
OWN = UserProperty("minute", otherwise="15:00")
DAILY = When(start="2026-03-21T00:00", end="2026-03-22T00:00", repeat=EveryDays(), personal=OWN)
EACH = replace(PAST, when=DAILY)
HOURS = [("east", "21", 9), ("east", "22", 33), ("west", "21", 35), ("west", "22", 59)]
"""Who is messaged by which run, and how many hours from now."""


async def people(house: House) -> None:
    await house.feed(
        house.profile("east", timezone="Pacific/Auckland", minute=8 * 60),
        house.profile("west", timezone="America/Los_Angeles", minute=14 * 60),
    )


async def sent(house: House) -> list[tuple[str, str, int]]:
    rows = await house.rows(
        "SELECT user, run, claimed_ms FROM outbox WHERE state = 'accepted' ORDER BY claimed_ms"
    )
    return [(user, run[8:10], (at_ms - START_MS) // HOUR_MS) for user, run, at_ms in rows]


async def test_a_daily_run_begins_though_users_of_the_one_before_wait_for_their_time(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Run after run each user is messaged at the same time of day, all around the earth."""
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house)
        await house.publish(EACH)
        view = await then(house, PAST.name, "completed", seconds=60 * HOUR)
        assert await sent(house) == HOURS
        assert [run.state for run in view.runs] == ["done"] * 2
        assert (view.books.qualified, view.books.skipped) == (4, {})
        replies = await house.rows("SELECT body FROM announcement WHERE kind = 'reply' ORDER BY id")
        over = [body for (body,) in replies if "over" in body or "Completed" in body]
        assert over == [
            "The run of 2026-03-21T00:00[user] is over: 2 messages were sent.",
            "Completed: 2 messages were sent.",
        ]
        await house.check()


async def test_a_crash_with_two_runs_open_loses_neither_and_sends_nothing_twice(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    hours = 34
    async with open_house(tmp_path / "a", autojump_clock) as house:
        await people(house)
        await house.publish(EACH)
        await trio.sleep(hours * HOUR)
        before = await sent(house)
        await house.crash_image(tmp_path / "b")
    start_ms = START_MS + hours * HOUR_MS + 60_000
    async with open_house(tmp_path / "b", autojump_clock, start_ms=start_ms) as house:
        await then(house, PAST.name, "completed", seconds=26 * HOUR)
        assert before == [one for one in HOURS if one[2] < hours]
        assert await sent(house) == HOURS
        await house.check()


async def test_a_pause_of_two_runs_is_one_and_a_stop_ends_both(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house)
        await house.publish(EACH)
        await trio.sleep(25 * HOUR)
        await house.asks(Pause(PAST.name, ANA))
        await then(house, PAST.name, "paused", seconds=HOUR)
        await house.asks(Resume(PAST.name, ANA))
        await then(house, PAST.name, "running", seconds=HOUR)
        assert await sent(house) == HOURS[:1]
        await house.asks(Stop(PAST.name, ANA))
        view = await then(house, PAST.name, "stopped", seconds=12 * HOUR)
        assert [run.state for run in view.runs] == ["stopped", "stopped"]
        assert view.books.skipped == {"stopped": 3}
        assert await sent(house) == HOURS[:1]
        await house.check()


async def test_a_run_that_is_held_beside_another_holds_nobody_of_that_one(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """It is skipped by a person, the next one by nobody's answer; the first goes on meanwhile."""
    held = replace(EACH, limits=Limits(safety_limit=2))
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house)
        await house.publish(held)
        await trio.sleep(2 * HOUR)
        await house.people(1)
        view = await then(house, PAST.name, "blocked", seconds=25 * HOUR)
        await house.asks(SkipRun(PAST.name, ANA, view.runs[-1].run))
        assert (await house.view(PAST.name)).state == "running"
        view = await then(house, PAST.name, "completed", seconds=10 * HOUR)
        assert await sent(house) == [HOURS[0], HOURS[2]]
        assert [run.state for run in view.runs] == ["done", "skipped"]
        await house.check()


async def test_a_held_run_that_nobody_answers_makes_way_beside_another(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Do-not-disturb lasts from one evening to the next in the west, where one still waits."""
    own = replace(DAILY, end="2026-03-23T00:00")
    quiet = DoNotDisturb("13:00", "12:00")
    held = replace(EACH, when=own, limits=Limits(safety_limit=2), do_not_disturb=quiet)
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house)
        await house.publish(held)
        await trio.sleep(2 * HOUR)
        await house.people(1)
        view = await then(house, PAST.name, "blocked", seconds=47 * HOUR)
        assert [run.state for run in view.runs] == ["sending", "skipped", "blocked"]
        await house.check()


async def test_two_runs_of_a_day_go_around_the_earth_one_behind_the_other(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    when = When(dates=("2026-03-20T12:00", "2026-03-20T15:00"), personal=UserZone())
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(
            house.profile("east", timezone="Europe/Oslo"),
            house.profile("west", timezone="America/Los_Angeles"),
        )
        await house.publish(replace(PAST, when=when))
        view = await then(house, PAST.name, "completed", seconds=18 * HOUR)
        rows = await house.rows("SELECT user, run, claimed_ms FROM outbox ORDER BY claimed_ms")
        assert [(user, run[11:16]) for user, run, _ in rows] == [
            ("east", "12:00"),
            ("east", "15:00"),
            ("west", "12:00"),
            ("west", "15:00"),
        ]
        assert [run.state for run in view.runs] == ["done", "done"]
        await house.check()


async def test_the_waves_of_a_run_go_on_while_the_next_one_is_held(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """It is 09:00 in Kiribati an hour before it is in Midway, a day later."""
    when = When("2026-03-21T09:00", repeat=EveryDays(), personal=UserZone())
    held = replace(PAST, when=when, limits=Limits(safety_limit=2))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(
            house.profile("first", timezone="Pacific/Kiritimati"),
            house.profile("last", timezone="Pacific/Midway"),
        )
        await house.publish(held)
        await trio.sleep(30 * HOUR)
        await house.people(1)
        view = await then(house, PAST.name, "blocked", seconds=4 * HOUR)
        assert [run.state for run in view.runs] == ["sending", "blocked"]
        assert await sent(house) == [("first", "21", 9)]
        view = await then(house, PAST.name, "blocked", seconds=HOUR)
        assert [run.state for run in view.runs] == ["done", "blocked"]
        assert await sent(house) == [("first", "21", 9), ("last", "21", 34)]
        await house.check()


async def test_a_run_that_would_be_held_beside_a_held_one_waits_and_is_not_drawn_without_end(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People are asked about one run at a time; both are due at once around the earth."""
    steps, step = [0], Scheduled.step

    async def counted(self: Scheduled, row: CampaignRow, run: Run) -> float:
        steps[0] += 1
        assert steps[0] < 1_000, "it does not come to rest"
        return await step(self, row, run)

    monkeypatch.setattr(Scheduled, "step", counted)
    when = When(dates=("2026-03-20T12:00", "2026-03-20T12:30"), personal=UserZone())
    held = replace(PAST, when=when, limits=Limits(safety_limit=1))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.publish(held)
        view = await then(house, PAST.name, "blocked", seconds=3 * HOUR)
        assert [run.state for run in view.runs] == ["blocked", "drawing"]
        before = steps[0]
        await trio.sleep(600)
        assert steps[0] - before <= 11, "once a minute"
        await house.asks(SkipRun(PAST.name, ANA, view.runs[0].run))
        view = await then(house, PAST.name, "blocked", seconds=120)
        assert [run.state for run in view.runs] == ["skipped", "blocked"]
        await house.check()


def test_what_failed_is_not_called_sent() -> None:
    assert outcome(Books(sent=3)) == ("all sent", "Completed: 3 messages were sent.")
    found = Books(sent=3, skipped={SkipReason.DEAD: 1, SkipReason.UNKNOWN: 1})
    assert outcome(found)[0] == "3 sent, 2 failed"


def test_after_its_last_run_a_campaign_is_completed() -> None:
    said = "Completed: 3 messages were sent."
    assert onward(None, said) == (Action.COMPLETE, said)
    assert onward(Slot(1, "S"), said) == (
        Action.FINISH_RUN,
        "This run is over: 3 messages were sent. The next run is that of S.",
    )
