import logging
from collections.abc import Callable
from typing import Any

import pytest
import trio
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from trio.testing import MockClock

from actors.mail_attention import Need
from bot.directory import Directory
from bot.home_tab import FOLLOWED_MAX, FOLLOWED_SECONDS, LOOK_AGAIN_SECONDS, Homes
from bot.retries import Stuck
from bot.settings import BotSettings
from tests.bot.fake_desk import NOW_MS, FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, CHLOE, Wire, look_home

AWAY = Need("away", "Segment cannot be reached.")


class Screen(WebClient):
    """Slack, as far as it shows home tabs; `fails` is what it says instead for somebody."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[tuple[str, dict[str, Any]]] = []
        self.fails: dict[str, Exception] = {}

    def views_publish(self, *, user_id: str, view: Any, **_: Any) -> Any:
        if user_id in self.fails:
            raise self.fails[user_id]
        self.shown.append((user_id, view))

    @property
    def users(self) -> list[str]:
        return [user for user, _ in self.shown]


class Everybody(Directory):
    """Lets everybody in, without a word to Slack."""

    def keeps_out(self, user: str) -> str:
        return ""


async def at_once(call: Callable[[], object]) -> object:
    """In place of a thread, of which a test's clock knows nothing."""
    await trio.lowlevel.checkpoint()
    return call()


def homes_on(screen: Screen, desk: FakeDesk, stuck: Stuck | None = None) -> Homes:
    directory = Everybody(screen, desk.members)
    return Homes(
        screen,
        desk,
        directory,
        BotSettings(zone="Europe/Oslo"),
        now_ms=lambda: NOW_MS,
        stuck=lambda: stuck,
        in_thread=at_once,
    )


async def played(homes: Homes, *acts: Callable[[], object], seconds: float = 5) -> None:
    """Let things happen half a second apart, and then nothing for so long."""
    async with trio.open_nursery() as nursery:
        nursery.start_soon(homes.run)
        for act in acts:
            act()
            await trio.sleep(0.5)
        await trio.sleep(seconds)
        nursery.cancel_scope.cancel()


async def test_whoever_opens_a_tab_sees_it_at_once(autojump_clock: MockClock) -> None:
    screen = Screen()
    homes = homes_on(screen, FakeDesk())
    await played(homes, lambda: homes.looked(ANA), seconds=0)
    assert screen.users == [ANA]


async def test_whoever_has_looked_is_shown_once_what_changed(autojump_clock: MockClock) -> None:
    screen, desk = Screen(), FakeDesk()
    homes = homes_on(screen, desk)

    def changes() -> None:
        desk.keep(draft(PAST, state="running"))
        homes.changed()

    await played(
        homes, lambda: homes.looked(ANA), lambda: homes.looked(BEN), changes, changes, changes
    )
    assert screen.users == [ANA, BEN, ANA, BEN]
    assert PAST.name in str(screen.shown[-1])


async def test_a_tab_that_would_show_the_same_is_left_alone(autojump_clock: MockClock) -> None:
    screen = Screen()
    homes = homes_on(screen, FakeDesk())
    await played(homes, lambda: homes.looked(ANA), homes.changed)
    assert screen.users == [ANA]


async def test_what_nobody_announces_is_seen_within_a_minute(autojump_clock: MockClock) -> None:
    screen, desk = Screen(), FakeDesk()
    homes = homes_on(screen, desk)

    def fails() -> None:
        desk.needs = (AWAY,)

    await played(homes, lambda: homes.looked(ANA), fails, seconds=LOOK_AGAIN_SECONDS)
    assert "Segment cannot be reached" in str(screen.shown[-1])


async def test_while_nobody_looks_nothing_is_asked(autojump_clock: MockClock) -> None:
    desk = FakeDesk()
    homes = homes_on(Screen(), desk)
    await played(homes, homes.changed, seconds=300)
    assert desk.asked == []


async def test_a_tab_that_nobody_uses_for_a_day_at_work_is_left(autojump_clock: MockClock) -> None:
    screen, desk = Screen(), FakeDesk()
    homes = homes_on(screen, desk)
    await played(homes, lambda: homes.looked(ANA), seconds=FOLLOWED_SECONDS)
    desk.asked.clear()
    await played(homes, homes.changed, seconds=3_600)
    assert desk.asked == []


async def test_of_many_the_latest_lookers_are_followed(autojump_clock: MockClock) -> None:
    screen, desk = Screen(), FakeDesk()
    homes = homes_on(screen, desk)
    looks = [lambda n=n: homes.looked(f"U{n}") for n in range(FOLLOWED_MAX + 5)]

    def changes() -> None:
        screen.shown.clear()
        desk.needs = (AWAY,)
        homes.changed()

    await played(homes, *looks, changes)
    assert screen.users == [f"U{n}" for n in range(5, FOLLOWED_MAX + 5)]


@pytest.mark.parametrize("error", [SlackClientError("ratelimited"), RuntimeError("broken")])
async def test_a_tab_that_cannot_be_drawn_keeps_no_other_from_it(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    caplog.set_level(logging.CRITICAL)
    screen = Screen()
    screen.fails[ANA] = error
    homes = homes_on(screen, FakeDesk())
    await played(homes, lambda: homes.looked(ANA), lambda: homes.looked(BEN), homes.changed)
    assert screen.users == [BEN]


async def test_what_slack_does_not_take_needs_somebody_after_a_while() -> None:
    at_first = homes_on(Screen(), FakeDesk(), Stuck(1, 5.0, "not_in_channel"))
    assert await at_first.needs() == ()
    later = homes_on(Screen(), FakeDesk(), Stuck(3, 600.0, "not_in_channel"))
    (need,) = await later.needs()
    assert (need.kind, need.since_ms) == ("slack", NOW_MS - 600_000)


async def test_the_home_tab_follows_a_pause_that_was_typed_elsewhere(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub, nursery: trio.Nursery
) -> None:
    wire = Wire(settings, desk, slack, nursery)
    desk.keep(draft(PAST, state="running"))
    await look_home(wire, ANA)
    await slack.wait_until(lambda: len(slack.of("views.publish")) == 1)
    await wire.command(CHLOE, f"pause {PAST.name}")
    await slack.wait_until(lambda: len(slack.of("views.publish")) == 2)
    first, second = slack.of("views.publish")
    assert ["Paused" in str(each.args["view"]) for each in (first, second)] == [False, True]
    assert second.args["user_id"] == ANA
