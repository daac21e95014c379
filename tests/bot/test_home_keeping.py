import logging
from collections.abc import Callable

import pytest
import trio
from slack_sdk.errors import SlackClientError
from trio.testing import MockClock

from bot.app import make_app, make_client
from bot.directory import Directory
from bot.home_keeping import FOLLOWED_MAX, HomeKeeping
from bot.settings import BotSettings
from tests.bot.fake_desk import NOW_MS, FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.test_home_listeners import look_home
from tests.bot.wire import ANA, BEN, CHLOE, Wire


async def at_once(call: Callable[[], object]) -> object:
    """In place of a thread, of which a test's clock knows nothing."""
    await trio.lowlevel.checkpoint()
    return call()


def keeping() -> HomeKeeping:
    return HomeKeeping(in_thread=at_once)


async def settled(homes: HomeKeeping, drawn: list[str], changes: int = 1) -> list[str]:
    """Let changes come, and wait until whoever looks has been shown them."""
    homes.draws(drawn.append)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(homes.run)
        for _ in range(changes):
            homes.changed()
            await trio.sleep(0.5)
        await trio.sleep(5)
        nursery.cancel_scope.cancel()
    return drawn


async def test_whoever_has_looked_is_shown_what_changed_once(autojump_clock: MockClock) -> None:
    homes = keeping()
    for user in (ANA, BEN, ANA):
        homes.looked(user)
    assert sorted(await settled(homes, [], changes=3)) == sorted([ANA, BEN])


async def test_without_a_change_or_a_looker_nothing_is_drawn(autojump_clock: MockClock) -> None:
    homes = keeping()
    homes.looked(ANA)
    assert await settled(homes, [], changes=0) == []
    assert await settled(keeping(), []) == []


async def test_of_many_the_latest_lookers_are_followed(autojump_clock: MockClock) -> None:
    homes = keeping()
    for n in range(FOLLOWED_MAX + 5):
        homes.looked(f"U{n}")
    drawn = await settled(homes, [])
    assert drawn == [f"U{n}" for n in range(5, FOLLOWED_MAX + 5)]


@pytest.mark.parametrize("error", [SlackClientError("ratelimited"), RuntimeError("broken")])
async def test_a_tab_that_cannot_be_drawn_keeps_no_other_from_it(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    caplog.set_level(logging.CRITICAL)
    homes, drawn = keeping(), list[str]()

    def draw(user: str) -> None:
        if user == ANA:
            raise error
        drawn.append(user)

    for user in (ANA, BEN):
        homes.looked(user)
    homes.draws(draw)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(homes.run)
        homes.changed()
        await trio.sleep(3)
        nursery.cancel_scope.cancel()
    assert drawn == [BEN]


async def test_the_home_tab_follows_a_pause_that_was_typed_elsewhere(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub, nursery: trio.Nursery
) -> None:
    wire, homes = Wire(settings, desk, slack), HomeKeeping(settle_seconds=0.0)
    directory = Directory(make_client(settings), desk.members)
    wire.app = make_app(settings, desk, directory, now_ms=lambda: NOW_MS, homes=homes)
    nursery.start_soon(homes.run)
    desk.keep(draft(PAST, state="running"))
    await look_home(wire, ANA)
    await wire.command(CHLOE, f"pause {PAST.name}")
    await slack.wait_until(lambda: len(slack.of("views.publish")) == 2)
    first, second = slack.of("views.publish")
    assert ["Paused" in str(each.args["view"]) for each in (first, second)] == [False, True]
    assert second.args["user_id"] == ANA
