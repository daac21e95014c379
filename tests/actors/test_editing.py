"""What may be edited between two runs, and what an edit does to those to come."""

from pathlib import Path

import trio
from msgspec.structs import replace
from trio.testing import MockClock

from actors.editing import fixed_problems
from actors.mail import Approve, Draft, Publish, Submit
from domain.audience import Property
from domain.campaign import Limits, What, When
from domain.recurrence import EveryDays
from tests.actors.house import ANA, BEN, PAST, House, open_house
from tests.actors.timing import DAY, HOUR, QUARTER, then

DAILY = replace(PAST, when=When(start="2026-03-20T11:00", repeat=EveryDays()))  # in 13 minutes
OTHER = replace(DAILY, what=What(key_values={"offer": "new"}), labels=("spring",))


async def between_two_runs(house: House) -> None:
    await house.people(2)
    await house.publish(DAILY)
    await then(house, PAST.name, "awaiting_next_run", seconds=QUARTER)


async def test_between_two_runs_the_content_may_change_and_a_second_person_approves_it(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await between_two_runs(house)
        done = await house.asks(Draft(OTHER, ANA, edits=PAST.name))
        assert "no run until that is approved and published" in done.message
        for request in (Submit(PAST.name, ANA), Approve(PAST.name, BEN), Publish(PAST.name, ANA)):
            await house.asks(request)
        await trio.sleep(DAY)
        rows = await house.rows("SELECT substr(run, 9, 2), revision, state FROM run ORDER BY 1")
        assert [tuple(row) for row in rows] == [("20", 1, "done"), ("21", 2, "done")]
        assert len(house.wire.accepted) == 4
        await house.check()


async def test_as_long_as_the_edit_is_a_draft_nothing_is_sent(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await between_two_runs(house)
        await house.asks(Draft(OTHER, ANA, edits=PAST.name))
        await trio.sleep(2 * DAY)
        assert len(house.wire.accepted) == 2
        for request in (Submit(PAST.name, ANA), Approve(PAST.name, BEN), Publish(PAST.name, ANA)):
            await house.asks(request)
        await trio.sleep(HOUR)
        assert len(house.wire.accepted) == 2, "what fell due meanwhile is not sent in arrears"


async def test_whom_and_when_and_how_many_stays_also_in_a_second_edit(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wider = replace(OTHER, who=Property("plan", "exists"), limits=Limits(cap_per_run=9))
    async with open_house(tmp_path, autojump_clock) as house:
        await between_two_runs(house)
        before = await house.snapshot()
        refused = await house.refused(Draft(wider, ANA, edits=PAST.name))
        assert [problem.where for problem in refused.problems] == ["who", "limits"]
        assert await house.snapshot() == before
        await house.asks(Draft(OTHER, ANA, edits=PAST.name))
        await house.refused(Draft(wider, ANA, edits=PAST.name))


async def test_dates_that_are_past_do_not_keep_the_content_from_being_changed(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    when = When(dates=("2026-03-20T11:00", "2026-03-20T12:00"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.publish(replace(DAILY, when=when))
        await then(house, PAST.name, "awaiting_next_run", seconds=QUARTER)
        for request in (
            Draft(replace(OTHER, when=when), ANA, edits=PAST.name),
            Submit(PAST.name, ANA),
            Approve(PAST.name, BEN),
            Publish(PAST.name, ANA),
        ):
            await house.asks(request)
        await then(house, PAST.name, "completed", seconds=HOUR + QUARTER)
        assert len(house.wire.accepted) == 4


def test_each_part_that_may_not_change_is_a_problem_of_its_own() -> None:
    changed = replace(OTHER, name="Other", who=Property("plan", "exists"), when=When())
    assert [one.where for one in fixed_problems(DAILY, changed)] == ["who", "when"]
    assert fixed_problems(DAILY, replace(OTHER, name="Other")) == []
