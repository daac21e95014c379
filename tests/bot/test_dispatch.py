import logging

import pytest
import trio
from slack_bolt import Ack, App, BoltRequest

from bot.dispatch import Dispatcher
from bot.settings import BotSettings
from tests.bot.fake_desk import FakeDesk
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire
from tests.patience import PATIENCE_SECONDS


def request(wire: Wire, text: str) -> BoltRequest:
    fields = dict(pair.split("=") for pair in wire.command_body(ANA, text).split("&"))
    return BoltRequest(mode="socket_mode", body={**fields, "command": "/campaign", "text": text})


async def test_slack_has_its_answer_while_the_engine_still_thinks(
    wire: Wire, desk: FakeDesk, nursery: trio.Nursery
) -> None:
    desk.slow = trio.Event()
    with trio.fail_after(PATIENCE_SECONDS):
        response = await Dispatcher(wire.app, nursery)(request(wire, "list"))
    assert response.status == 200
    nursery.cancel_scope.cancel()


async def test_one_too_many_is_turned_away_at_once(
    wire: Wire, desk: FakeDesk, nursery: trio.Nursery
) -> None:
    desk.slow = trio.Event()
    dispatch = Dispatcher(wire.app, nursery, threads_max=1)
    await dispatch(request(wire, "list"))
    turned_away = await dispatch(request(wire, "list"))
    pressed = {"type": "button", "action_id": "stop"}
    body = {"type": "block_actions", "user": {"id": ANA}, "actions": [pressed]}
    click = await dispatch(BoltRequest(mode="socket_mode", body=body))
    assert "Try again" in turned_away.body
    assert click.status == 503
    nursery.cancel_scope.cancel()


async def test_the_bot_ends_at_once_while_its_listeners_wait_for_the_engine(
    wire: Wire, desk: FakeDesk
) -> None:
    desk.slow = trio.Event()
    with trio.fail_after(PATIENCE_SECONDS):
        async with trio.open_nursery() as nursery:
            await Dispatcher(wire.app, nursery)(request(wire, "list"))
            nursery.cancel_scope.cancel()


async def test_forty_requests_are_answered_side_by_side(
    settings: BotSettings, slack: SlackStub, nursery: trio.Nursery
) -> None:
    desk = FakeDesk()
    desk.slow = trio.Event()
    wire = Wire(settings, desk, slack)
    dispatch = Dispatcher(wire.app, nursery)
    with trio.fail_after(PATIENCE_SECONDS):
        statuses = [(await dispatch(request(wire, "list"))).status for _ in range(40)]
    assert set(statuses) == {200}
    nursery.cancel_scope.cancel()


async def test_a_failure_of_bolt_itself_ends_one_request_only(
    nursery: trio.Nursery, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(App):
        def __init__(self) -> None:  # nothing of Bolt is set up
            pass

        def dispatch(self, req: BoltRequest) -> None:  # type: ignore[override]  # it never returns
            raise RuntimeError("broken")

    with caplog.at_level(logging.CRITICAL):
        body = {"command": "/campaign", "user_id": ANA}
        response = await Dispatcher(Broken(), nursery)(BoltRequest(mode="socket_mode", body=body))
    assert response.status == 500


async def test_only_the_first_answer_is_sent(nursery: trio.Nursery, wire: Wire) -> None:
    def twice(ack: Ack) -> None:
        ack("first")
        ack("second")

    wire.app.shortcut("twice")(twice)
    body = {"type": "shortcut", "callback_id": "twice", "user": {"id": ANA, "team_id": "T1"}}
    asked = BoltRequest(mode="socket_mode", body={**body, "team": {"id": "T1"}})
    assert (await Dispatcher(wire.app, nursery)(asked)).body == "first"
