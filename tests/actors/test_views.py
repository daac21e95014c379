from pathlib import Path

import msgspec
from trio.testing import MockClock

from actors.mail import (
    Approve,
    CampaignLine,
    Draft,
    ListAll,
    Listed,
    Publish,
    RaiseLimit,
    Stop,
    Submit,
)
from domain.campaign import Limits, Trigger, What, When
from domain.recurrence import EveryDays
from domain.variants import Part, Split
from tests.actors.house import ANA, BEN, CLEO, HOUR_MS, LIVE, PAST, START_MS, House, open_house
from tests.actors.timing import then


async def listed(house: House) -> tuple[CampaignLine, ...]:
    answer = await house.desk.ask(ListAll())
    assert isinstance(answer, Listed)
    return answer.campaigns


async def test_a_view_tells_who_did_what_and_what_may_be_done(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.asks(Draft(definition=LIVE, by=ANA, channel="C1"))
        await house.asks(Draft(definition=msgspec.structs.replace(LIVE, labels=("x",)), by=CLEO))
        view = await house.view("COUPON")
        assert (view.author, view.editors, view.revision) == (ANA, (ANA, CLEO), 2)
        assert (view.channel, view.allowed) == ("C1", ("edit", "submit"))


async def test_a_held_run_that_waits_for_a_higher_limit_may_be_approved(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    held = msgspec.structs.replace(PAST, limits=Limits(safety_limit=1))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        await house.publish(held)
        view = await house.until(PAST.name, "blocked")
        assert "approve" not in view.allowed
        (run,) = view.runs
        assert (run.state, run.qualified, run.safety_limit) == ("blocked", 3, 1)
        await house.asks(RaiseLimit(name=PAST.name, by=CLEO, run=run.run, limit=3))
        view = await house.view(PAST.name)
        assert {"approve", "request_changes"} <= set(view.allowed)
        assert (view.approved_by, view.published, view.revision) == ("", 1, 2)


async def test_the_books_of_all_runs_add_up_to_the_campaigns(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(4)
        await house.publish(PAST)
        view = await house.until(PAST.name, "completed")
        assert view.books == view.runs[0].books
        assert (view.approved_by, view.books.sent) == (BEN, 4)


async def test_a_view_tells_the_next_runs_until_it_is_over(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    daily = msgspec.structs.replace(
        PAST, when=When(start="2026-03-20T11:00", repeat=EveryDays(), end="2026-03-22T11:00")
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await house.asks(Draft(definition=daily, by=ANA))
        assert [run.name[8:10] for run in (await house.view(PAST.name)).next_runs] == [
            "20",
            "21",
            "22",
        ]
        await house.asks(Submit(PAST.name, ANA))
        await house.asks(Approve(PAST.name, BEN))
        await house.asks(Publish(PAST.name, ANA))
        view = await then(house, PAST.name, "awaiting_next_run", seconds=900)
        assert [run.name[8:10] for run in view.next_runs] == ["21", "22"]
        await house.asks(Stop(PAST.name, ANA))
        assert (await house.view(PAST.name)).next_runs == ()


async def test_variants_and_values_that_were_empty_show_beside_the_books(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    split = Split((Part("A", 50), Part("B", 50)))
    what = What(key_values={"hello": "{{ Profile.name }}"})
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(20)
        await house.publish(msgspec.structs.replace(PAST, variants=split, what=what))
        view = await house.until(PAST.name, "completed")
        (run,) = view.runs
        assert [one.name for one in run.variants] == ["A", "B"]
        assert sum(one.sent for one in run.variants) == run.books.sent == 20
        assert view.blanks == {"Profile.name": 20}


async def test_a_live_campaign_shows_how_many_wait_and_when_the_next_falls_due(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    waits = msgspec.structs.replace(LIVE, trigger=Trigger("Order Completed", delay_minutes=60))
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(waits)
        at_ms = house.clock.now_ms()
        await house.feed(house.event("ann", at_ms=at_ms), house.event("ben", at_ms=at_ms))
        await house.idle()
        view = await house.view(LIVE.name)
        assert (view.waiting, view.next_due_ms) == (2, at_ms + HOUR_MS)
        await house.asks(Stop(name=LIVE.name, by=ANA))
        assert (await house.view(LIVE.name)).waiting == 0


async def test_a_list_tells_the_next_run_and_the_last_message(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    daily = msgspec.structs.replace(PAST, when=When(start="2026-03-20T11:00", repeat=EveryDays()))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(1)
        await house.approved(daily)
        await house.asks(Publish(PAST.name, ANA))
        await house.asks(Draft(definition=LIVE, by=ANA))
        lines = {line.name: line for line in await listed(house)}
        first_ms = lines[PAST.name].next_ms or 0
        assert (first_ms - START_MS) // 60_000 == 13
        assert lines[PAST.name].last_ms is None
        draft = lines[LIVE.name]
        assert (draft.published_ms, draft.next_ms, draft.last_ms) == (None, None, None)
        await then(house, PAST.name, "awaiting_next_run", seconds=900)
        (line,) = [one for one in await listed(house) if one.name == PAST.name]
        assert line.next_ms == first_ms + 24 * HOUR_MS
        assert first_ms <= (line.last_ms or 0) < first_ms + 60_000
        await house.asks(Stop(PAST.name, ANA))
        (line,) = [one for one in await listed(house) if one.name == PAST.name]
        assert line.next_ms is None
