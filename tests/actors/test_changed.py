from pathlib import Path

import msgspec
from trio.testing import MockClock

from actors.mail import Approve, Draft, RaiseLimit, Submit
from actors.mail_audience import SaveAudience
from domain.audience import Property, Saved
from domain.campaign import Campaign, Limits, What
from tests.actors.house import ANA, BEN, CLEO, PAST, open_house
from tests.actors.living import House

replace = msgspec.structs.replace
CAPPED = replace(PAST, limits=Limits(cap_per_run=1_000))
HIGHER = replace(PAST, limits=Limits(cap_per_run=5_000))


async def edited(house: House, definition: Campaign) -> None:
    await house.asks(Draft(definition=definition, by=ANA))
    await house.asks(Submit(name=definition.name, by=ANA))


async def test_who_approves_again_sees_what_changed_since_the_last_approval(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await edited(house, CAPPED)
        assert (await house.view(PAST.name)).since is None
        await house.asks(Approve(PAST.name, BEN))
        await edited(house, replace(CAPPED, what=What(key_values={"a": "b"})))
        await edited(house, HIGHER)
        since = (await house.view(PAST.name)).since
        assert since is not None
        assert (since.revision, since.by) == (1, BEN)
        assert since.changes == (("How many", "At most 1,000 a run → At most 5,000 a run"),)


async def test_what_was_approved_shows_no_change_once_it_is_published(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.publish(CAPPED)
        assert (await house.view(PAST.name)).since is None


async def test_a_higher_limit_of_a_held_run_is_a_change_from_what_runs(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    held = replace(PAST, limits=Limits(safety_limit=1))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        await house.publish(held)
        (run,) = (await house.until(PAST.name, "blocked")).runs
        await house.asks(RaiseLimit(name=PAST.name, by=CLEO, run=run.run, limit=3))
        since = (await house.view(PAST.name)).since
        assert since is not None
        ((label, said),) = since.changes
        assert label == "How many"
        assert "more than 1 qualify →" in said
        assert said.endswith("more than 3 qualify")


async def test_a_saved_audience_that_became_another_is_a_change(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    named = replace(PAST, who=Saved("Buyers"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.asks(SaveAudience("Buyers", Property("plan", "equals", "pro"), ANA))
        await edited(house, named)
        await house.asks(Approve(PAST.name, BEN))
        await house.asks(SaveAudience("Buyers", Property("plan", "exists"), ANA))
        await edited(house, named)
        since = (await house.view(PAST.name)).since
        assert since is not None
        assert since.changes == (('Saved audience "Buyers"', "version 1 → version 2"),)
