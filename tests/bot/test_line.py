import logging

import pytest
import trio
import trio.testing
from msgspec import structs

from actors.mail import Answer, ListAll, Listed, Publish
from bot import line
from bot.app import make_client
from bot.blocks import Message, section
from bot.line import Caller, Line, tell
from bot.settings import BotSettings
from tests.bot.fake_desk import NOW_MS, FakeDesk
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA
from tests.patience import PATIENCE_SECONDS

HELLO = Message("Hello", (section("Hello"),))


async def say(settings: BotSettings, caller: Caller) -> None:
    await trio.to_thread.run_sync(tell, make_client(settings), caller, HELLO)


async def test_a_person_is_answered_where_they_asked(
    settings: BotSettings, slack: SlackStub
) -> None:
    await say(settings, Caller(ANA, "C1", slack.response_url))
    assert [call.method for call in slack.calls] == ["respond"]


async def test_an_answer_finds_its_way_when_the_first_ways_are_closed(
    settings: BotSettings, slack: SlackStub
) -> None:
    slack.failures = {"respond": ["used_url"], "chat.postEphemeral": ["not_in_channel"]}
    await say(settings, Caller(ANA, "C1", slack.response_url))
    assert [call.method for call in slack.calls] == [
        "respond",
        "chat.postEphemeral",
        "chat.postMessage",
    ]


async def test_blocks_that_slack_does_not_know_are_said_in_words(
    settings: BotSettings, slack: SlackStub
) -> None:
    slack.failures = {"respond": ["invalid_blocks"]}
    await say(settings, Caller(ANA, "C1", slack.response_url))
    first, again = slack.of("respond")
    assert ("blocks" in first.args, "blocks" in again.args) == (True, False)
    assert again.args["text"] == "Hello"


async def test_a_slack_that_cannot_be_reached_is_logged_without_its_address(
    settings: BotSettings, slack: SlackStub, caplog: pytest.LogCaptureFixture
) -> None:
    slack.failures = {"chat.postMessage": ["channel_not_found"]}
    with caplog.at_level(logging.INFO):
        await say(settings, Caller(ANA, "", "http://127.0.0.1:1/response/secret"))
    assert "No word reached U0ANA: channel_not_found" in caplog.text
    assert "response/secret" not in caplog.text


async def test_two_questions_share_one_patience(
    settings: BotSettings, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "SLOW_SECONDS", 0.0)
    said: list[str] = []
    asked = Line(desk, settings, lambda: NOW_MS)

    def listener() -> None:
        patience = asked.patience(lambda: said.append("working"))
        for _ in range(2):
            asked.find("x", patience)

    desk.slow = trio.Event()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.to_thread.run_sync, listener)
        with trio.fail_after(PATIENCE_SECONDS):
            while not said:
                await trio.lowlevel.checkpoint()
        desk.slow.set()
    assert said == ["working"]


async def test_an_engine_that_never_answers_is_given_up(
    settings: BotSettings, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "ANSWER_SECONDS_MAX", 0.01)
    desk.slow = trio.Event()
    asked = Line(desk, settings, lambda: NOW_MS)
    with pytest.raises(trio.TooSlowError):
        await trio.to_thread.run_sync(lambda: asked.find("x", asked.patience(lambda: None)))


def test_who_asked_is_read_from_every_kind_of_request() -> None:
    command = {"user_id": "U1", "channel_id": "C1", "response_url": "http://x"}
    click = {"user": {"id": "U1"}, "channel": {"id": "C1"}, "response_url": "http://x"}
    assert Caller.of(command) == Caller.of(click) == Caller("U1", "C1", "http://x")
    assert Caller.of({"user": {"id": "U1"}, "view": {}}) == Caller("U1")


async def test_publishing_in_slack_leaves_time_to_take_it_back(
    settings: BotSettings, desk: FakeDesk
) -> None:
    asked = Line(desk, structs.replace(settings, undo_seconds=60), lambda: NOW_MS)

    def listener() -> None:
        asked.ask(Publish("x", "U0ANA00001"), asked.patience(lambda: None))

    await trio.to_thread.run_sync(listener)
    assert desk.asked[-1] == Publish("x", "U0ANA00001", undo_seconds=60)


async def test_work_in_a_thread_of_its_own_may_ask_and_is_told_of_when_it_takes_long(
    settings: BotSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "SLOW_SECONDS", 0.0)
    desk, told = FakeDesk(), trio.Event()
    asker = Line(desk, settings, lambda: NOW_MS)

    def work() -> Answer:
        trio.from_thread.run(told.wait)  # until the person was told
        return asker.ask(ListAll(), asker.patience(lambda: None))

    def press() -> Answer:
        return asker.during(work, asker.patience(lambda: trio.from_thread.run_sync(told.set)))

    with trio.fail_after(PATIENCE_SECONDS):
        assert await trio.to_thread.run_sync(press) == Listed(())


async def test_no_more_works_go_on_at_once_than_there_are_threads_to_spare(
    settings: BotSettings,
) -> None:
    asker, running, most = Line(FakeDesk(), settings, lambda: NOW_MS), 0, 0
    gate, full, limiter = trio.Event(), trio.Event(), trio.CapacityLimiter(40)

    def begun(change: int) -> None:
        nonlocal running, most
        running += change
        most = max(most, running)
        if running == line.WORKS_AT_ONCE_MAX:
            full.set()

    def work() -> None:
        trio.from_thread.run_sync(begun, 1)
        trio.from_thread.run(gate.wait)
        trio.from_thread.run_sync(begun, -1)

    async def press() -> None:
        patience = await trio.to_thread.run_sync(asker.patience, lambda: None)
        await trio.to_thread.run_sync(asker.during, work, patience, limiter=limiter)

    with trio.fail_after(PATIENCE_SECONDS):
        async with trio.open_nursery() as nursery:
            for _ in range(line.WORKS_AT_ONCE_MAX + 3):
                nursery.start_soon(press)
            await full.wait()
            await trio.testing.wait_all_tasks_blocked(0.05)
            gate.set()
    assert (most, running) == (line.WORKS_AT_ONCE_MAX, 0)
