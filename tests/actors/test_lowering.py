import sqlite3
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from trio.testing import MockClock

from actors import scheduled
from actors.mail import Approve, Draft, Publish, Reached, Submit
from actors.mail_audience import ReachCampaign
from actors.mail_limits import LimitsShown, LowerCap, ShowLimits
from domain.campaign import Limits, When
from domain.recurrence import EveryDays
from store import lowered, runs
from tests.actors.house import ANA, BEN, LIVE, PAST, House, open_house

DAY_SECONDS = 86_400
DAILY = replace(
    PAST,
    when=When("2026-03-20T11:00", repeat=EveryDays()),
    limits=Limits(cap_per_run=4, cap_total=9),
)


def to(lim: int, name: str = LIVE.name, **which: Any) -> LowerCap:
    return LowerCap(name, ANA, lim, **which)


async def test_a_lower_cap_holds_at_once_and_ends_the_campaign_as_a_cap_does(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "0", autojump_clock) as house:
        await house.running(replace(LIVE, limits=Limits(cap_total=100)))
        await house.orders(["u1", "u2"])
        await house.idle()
        answer = await house.asks(to(3))
        assert answer.message == (
            f"The cap of “{LIVE.name}” is lowered from 100 to 3 messages in all; it holds now."
        )
        assert (ANA, "lower_cap", "total: 100 -> 3") in await house.audit()
        image = await house.crash_image(tmp_path / "1")
    async with open_house(image, autojump_clock) as house:
        await house.orders(["u3", "u4", "u5"])
        view = await house.until(LIVE.name, "completed")
        assert (view.reason, view.books.sent) == ("cap_reached", 3)
        assert view.definition.limits.cap_total == 100, "what was approved is what it was"
        assert view.caps == Limits(cap_total=3)
        await house.check()


async def test_what_was_promised_before_keeps_its_place(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, rate=2) as house:
        await house.running(replace(LIVE, limits=Limits(cap_total=100)))
        await house.orders(f"u{n}" for n in range(20))
        await house.idle(2)
        await house.asks(to(5))
        await house.orders(["late"])
        view = await house.until(LIVE.name, "completed")
        assert (view.books.sent, view.books.skipped) == (20, {"cap_reached": 1})
        await house.check()


@pytest.mark.parametrize("limits", [Limits(cap_per_run=8), Limits(cap_total=8)])
async def test_a_run_that_is_just_drawn_is_drawn_again(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, limits: Limits
) -> None:
    draw_chunk = runs.draw_chunk
    drawn: list[int] = []

    def lowers(conn: sqlite3.Connection, *args: Any, **more: Any) -> int:
        n = draw_chunk(conn, *args, **more)
        if drawn:
            kind = "run" if limits.cap_per_run else "total"
            lowered.lower(conn, more["run"].campaign, kind, 3)
        drawn.append(n)
        return n

    monkeypatch.setattr(scheduled, "CHUNK", 2)
    monkeypatch.setattr(runs, "draw_chunk", lowers)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(10)
        await house.publish(replace(PAST, limits=limits))
        view = await house.until(PAST.name, "completed")
        assert view.books.sent == len(set(house.wire.users)) == 3
        await house.check()


async def test_the_runs_that_follow_have_the_lower_cap_and_the_reach_knows_it(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(10)
        await house.publish(DAILY)
        await house.idle(1_000)
        await house.asks(to(2, PAST.name, which="run"))
        await house.asks(to(7, PAST.name, which="total"))
        await house.idle(DAY_SECONDS)
        assert [run.books.sent for run in (await house.view(PAST.name)).runs] == [4, 2]
        found = await house.desk.ask(ShowLimits(PAST.name))
        assert isinstance(found, LimitsShown)
        assert [
            (line.allows, line.used) for line in found.lines if line.what.startswith("Cap")
        ] == [
            ("7 messages, lowered from 9", 6),
            ("2 messages, lowered from 4", 2),
        ]
        answer = await house.desk.ask(ReachCampaign(PAST.name))
        assert isinstance(answer, Reached)
        assert answer.estimate.expected == 1
        await house.check()


async def no(house: House, request: LowerCap) -> str:
    refused = await house.refused(request)
    return f"{refused.what} {refused.fix}"


async def test_only_a_cap_that_there_is_can_be_lowered_and_only_to_less(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        assert "is a draft" in await no(house, to(3))
        await house.running(LIVE)
        assert "has no cap that could be lowered" in await no(house, to(3))
        await house.running(replace(LIVE, name="Two", limits=Limits(cap_total=9, cap_per_day=5)))
        assert "it has 9 in all and 5 a day" in await no(house, to(3, "Two"))
        assert "has no cap a run" in await no(house, to(3, "Two", which="run"))
        for lim in (5, 6, 0, -1):
            said = await no(house, to(lim, "Two", which="day"))
            assert f"{lim} is not lower than the cap of 5 a day" in said
        await house.asks(to(4, "Two", which="day"))
        assert "4 is not lower than the cap of 4 a day" in await no(
            house, to(4, "Two", which="day")
        )


async def test_an_edit_before_the_first_run_has_the_caps_that_are_approved_then(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    later = replace(PAST, when=When("2026-03-20T10:50"), limits=Limits(cap_total=8))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(10)
        await house.publish(later)
        await house.asks(to(2, PAST.name))
        higher = replace(later, limits=Limits(cap_total=6))
        for request in (
            Draft(definition=higher, by=ANA),
            Submit(name=PAST.name, by=ANA),
            Approve(name=PAST.name, by=BEN),
            Publish(name=PAST.name, by=ANA),
        ):
            await house.asks(request)
        await house.until(PAST.name, "completed", seconds=400)
        assert len(house.wire.users) == 6


async def test_of_a_total_that_was_used_up_before_the_next_run_has_nothing(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(10)
        await house.publish(DAILY)
        await house.idle(1_000)
        await house.asks(to(2, PAST.name, which="total"))
        await house.idle(DAY_SECONDS)
        view = await house.view(PAST.name)
        assert (view.state, view.reason, view.books.sent) == ("completed", "cap_reached", 4)
        await house.check()
