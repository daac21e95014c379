from functools import partial
from pathlib import Path

import msgspec
import trio
from trio.testing import MockClock

from actors.campaign import CampaignActor
from actors.mail import Draft, Pause, Resume
from actors.mailbox import Stop
from domain import schedule
from domain.campaign import When
from store import adoption
from tests.actors.house import ANA, LIVE, PAST, open_house

replace = msgspec.structs.replace


async def test_an_actor_leaves_when_it_is_told_and_hears_nothing_more(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        actor = CampaignActor(await house.campaign_id(LIVE.name), house.context)
        actor.mailbox.post(Stop())
        await actor.run()
        assert house.router.names == frozenset()


async def test_an_edit_before_its_time_ends_the_actor_and_nothing_starts(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    later = replace(LIVE, when=When(start="2026-03-20T10:48"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.publish(later)
        await house.asks(Draft(definition=replace(later, labels=("x",)), by=ANA))
        await house.idle(200)
        assert (await house.view(LIVE.name)).state == "draft"


async def test_what_comes_in_at_the_start_counts_though_the_actor_begins_a_little_later(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.publish(replace(LIVE, when=When(start="2026-03-20T10:48")))
        starts_ms = schedule.moment("2026-03-20T10:48", house.context.zone)
        await trio.sleep((starts_ms - house.context.clock.now_ms()) / 1000)
        await house.orders(["u1"])
        await house.idle()
        view = await house.view(LIVE.name)
        assert (view.state, view.books.qualified) == ("running", 1)


async def test_a_pause_before_its_time_keeps_it_from_starting(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.publish(replace(LIVE, when=When(start="2026-03-20T10:48")))
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await house.idle(200)
        await house.orders(["u1"])
        await house.idle()
        view = await house.view(LIVE.name)
        assert (view.state, view.books.qualified) == ("paused", 0)


async def test_a_time_that_came_before_an_adoption_is_missed_even_a_minute_later(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """The lost database may have sent it: within its lateness a run must not surprise anyone."""
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        await house.publish(replace(PAST, when=When(start="2026-03-20T11:00")))
        await house.asks(Pause(name=PAST.name, by=ANA))
        await house.idle(14 * 60)  # 11:00 has come and gone
        await house.store.write(partial(adoption.adopt, now_ms=house.clock.now_ms()))
        await house.asks(Resume(name=PAST.name, by=ANA))
        view = await house.until(PAST.name, "completed")
        assert (view.reason, house.wire.requests) == ("given_up", [])
