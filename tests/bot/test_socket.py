from typing import Any

import pytest
import trio
from trio.testing import MockClock

from bot import socket
from bot.app import make_client
from bot.dispatch import Dispatcher
from bot.settings import BotSettings
from tests.bot.fake_desk import FakeDesk
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire


def envelope(name: str, text: str, slack: SlackStub) -> dict[str, Any]:
    payload = {
        "command": "/campaign",
        "text": text,
        "user_id": ANA,
        "team_id": "T1",
        "channel_id": "C1",
        "trigger_id": "t",
        "response_url": slack.response_url,
    }
    kind = {"type": "slash_commands", "accepts_response_payload": True}
    return {"envelope_id": name, "payload": payload, **kind}


@pytest.fixture
async def connected(
    settings: BotSettings, wire: Wire, slack: SlackStub, nursery: trio.Nursery
) -> None:
    dispatch = Dispatcher(wire.app, nursery)
    client = make_client(settings)
    nursery.start_soon(socket.run_socket, client, settings.app_token, dispatch)
    await slack.wait_until(lambda: len(slack.sockets) == 1)


async def test_an_envelope_is_acknowledged_and_done(
    slack: SlackStub, desk: FakeDesk, connected: None
) -> None:
    await slack.send(envelope("e1", "list", slack))
    await slack.wait_until(lambda: slack.acks == [{"envelope_id": "e1"}])
    await slack.wait_until(lambda: len(slack.of("respond")) == 1)


async def test_a_modals_errors_travel_with_the_acknowledgement(
    slack: SlackStub, connected: None
) -> None:
    view = {"id": "V1", "type": "modal", "callback_id": "changes", "hash": "h"}
    view["private_metadata"] = '{"ref": {"campaign": "c1"}}'
    state = {"comment": {"value": {"type": "plain_text_input", "value": " "}}}
    payload = {"type": "view_submission", "user": {"id": ANA, "team_id": "T1"}}
    payload |= {"team": {"id": "T1"}, "view": {**view, "state": {"values": state}}}
    await slack.send(
        {"envelope_id": "e1", "payload": payload, "type": "x", "accepts_response_payload": True}
    )
    await slack.wait_until(lambda: len(slack.acks) == 1)
    assert slack.acks[0]["payload"]["response_action"] == "errors"


async def test_an_envelope_that_comes_twice_is_done_once_and_acknowledged_twice(
    slack: SlackStub, desk: FakeDesk, connected: None
) -> None:
    for _ in range(2):
        await slack.send(envelope("e1", "list", slack))
        await slack.wait_until(lambda: bool(slack.acks))
    await slack.send(envelope("e2", "list", slack))
    await slack.wait_until(lambda: len(slack.acks) == 3 and len(slack.of("respond")) == 2)
    assert len(desk.asked) == 2


async def test_envelopes_do_not_wait_for_each_other(
    slack: SlackStub, desk: FakeDesk, connected: None
) -> None:
    desk.slow = trio.Event()
    for number in range(5):
        await slack.send(envelope(f"e{number}", "list", slack))
    await slack.wait_until(lambda: len(slack.acks) == 5)
    assert slack.of("respond") == []
    desk.slow.set()
    await slack.wait_until(lambda: len(slack.of("respond")) == 5)


async def test_a_fresh_connection_is_opened_when_slack_asks(
    slack: SlackStub, connected: None
) -> None:
    await slack.send({"type": "disconnect", "reason": "refresh_requested"})
    await slack.wait_until(lambda: len(slack.sockets) == 2)
    await slack.send(envelope("e1", "list", slack))
    await slack.wait_until(lambda: slack.acks == [{"envelope_id": "e1"}])


async def test_a_connection_that_ends_is_replaced(slack: SlackStub, connected: None) -> None:
    await slack.sockets[0].close()
    await slack.wait_until(lambda: len(slack.sockets) == 2)


@pytest.mark.parametrize("nonsense", ["no JSON", "[]", "{}", '{"envelope_id": 5}', "null"])
async def test_nonsense_is_ignored(slack: SlackStub, connected: None, nonsense: str) -> None:
    await slack.sockets[0].send_text(nonsense)
    await slack.send(envelope("e1", "list", slack))
    await slack.wait_until(lambda: slack.acks == [{"envelope_id": "e1"}])


async def test_a_slack_that_refuses_is_asked_again(
    settings: BotSettings,
    wire: Wire,
    slack: SlackStub,
    nursery: trio.Nursery,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(socket, "RETRY_SECONDS", (0.0,))
    slack.failures["apps.connections.open"] = ["internal_error", 503]
    dispatch = Dispatcher(wire.app, nursery)
    client = make_client(settings)
    nursery.start_soon(socket.run_socket, client, settings.app_token, dispatch)
    await slack.wait_until(lambda: len(slack.sockets) == 1)
    assert "No connection to Slack (internal_error)" in caplog.text


async def test_a_connection_that_no_longer_answers_is_given_up(
    autojump_clock: MockClock,
) -> None:
    class Silent:
        closed = False

        async def ping(self) -> None:
            await trio.sleep_forever()

        async def aclose(self, _code: int, _reason: str) -> None:
            self.closed = True

    silent = Silent()
    start = trio.current_time()
    connection = socket._Connection.__new__(socket._Connection)
    await connection._keep_alive(silent)  # type: ignore[arg-type]  # only what it uses
    assert (silent.closed, trio.current_time() - start) == (True, 20.0)


async def test_a_slack_that_hangs_up_again_and_again_is_asked_ever_less_often(
    settings: BotSettings,
    wire: Wire,
    slack: SlackStub,
    nursery: trio.Nursery,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(socket, "RETRY_SECONDS", (0.0, 0.001, 0.002))
    client, dispatch = make_client(settings), Dispatcher(wire.app, nursery)
    with caplog.at_level("INFO"):
        nursery.start_soon(socket.run_socket, client, settings.app_token, dispatch)
        for number in range(1, 5):
            await slack.wait_until(lambda number=number: len(slack.sockets) == number)  # type: ignore[misc]  # bound early
            await slack.send({"type": "disconnect", "reason": "warning"})
        await slack.wait_until(lambda: len(slack.sockets) == 5)
    waits = [record.getMessage().rsplit(" in ")[-1] for record in caplog.records]
    assert [wait for wait in waits if wait.endswith(" s")][:4] == [
        "0 s",
        "0.001 s",
        "0.002 s",
        "0.002 s",
    ]
