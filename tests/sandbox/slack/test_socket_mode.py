from contextlib import AsyncExitStack

import httpx
import msgspec
import pytest
import trio
import trio_websocket

from sandbox.slack import LocalSlack
from sandbox.slack.limits import SOCKET_CONNECTIONS_MAX
from sandbox.slack.workspace import ANA, BOT_USER, CAMPAIGNS, direct_channel
from tests.patience import PATIENCE_SECONDS
from tests.sandbox.slack.bots import APP_TOKEN, Clock, answer_once, socket_bot
from tests.sandbox.slack.conftest import Api


async def test_a_command_and_its_answer_travel_over_the_socket(
    slack: LocalSlack,
    nursery: trio.Nursery,
) -> None:
    async with socket_bot(slack) as bot:
        nursery.start_soon(answer_once, bot, lambda _: {"text": "here is help"})
        assert (await slack.command(ANA, CAMPAIGNS, "/campaign help")).ok
    assert [each.text for each in slack.ephemerals(ANA, CAMPAIGNS)] == ["here is help"]
    assert slack.complaints == []


async def test_an_event_is_an_envelope_that_takes_no_answer(slack: LocalSlack) -> None:
    async with socket_bot(slack) as bot:
        slack.say(ANA, direct_channel(ANA).id, "nothing that it subscribes to")
        slack.say(ANA, CAMPAIGNS, f"<@{BOT_USER}> hello")
        envelope = await answer_once(bot, lambda _: None)
    assert envelope["type"] == "events_api"
    assert envelope["accepts_response_payload"] is False
    assert envelope["payload"]["event"]["type"] == "app_mention"


async def test_without_a_connection_a_command_fails_at_once(slack: LocalSlack) -> None:
    assert (await slack.command(ANA, CAMPAIGNS, "/campaign")).error == "dispatch_failed"


async def test_each_event_goes_to_one_connection_in_turn(
    slack: LocalSlack,
    nursery: trio.Nursery,
) -> None:
    async with socket_bot(slack) as first, socket_bot(slack) as second:
        for bot in (first, second):  # either must get exactly one
            nursery.start_soon(answer_once, bot, lambda _: None)
        for _ in range(2):
            assert (await slack.command(ANA, CAMPAIGNS, "/campaign")).ok


async def test_the_eleventh_connection_is_turned_away(slack: LocalSlack, api: Api) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(SOCKET_CONNECTIONS_MAX):
            await stack.enter_async_context(socket_bot(slack))
        url = (await api("apps.connections.open", APP_TOKEN))["url"]
        async with trio_websocket.open_websocket_url(url) as extra:
            message = msgspec.json.decode(await extra.get_message())
    assert (message["type"], message["reason"]) == ("disconnect", "too_many_websockets")


async def test_an_address_works_once_and_for_half_a_minute(
    slack: LocalSlack,
    api: Api,
    clock: Clock,
) -> None:
    used = (await api("apps.connections.open", APP_TOKEN))["url"]
    async with trio_websocket.open_websocket_url(used):
        pass
    old = (await api("apps.connections.open", APP_TOKEN))["url"]
    clock.seconds += 31
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client:
        for url in (used, old):
            answer = await client.get(url.replace("ws://", "http://"), headers=upgrade)
            assert answer.status_code == 403


async def test_a_refresh_asks_for_a_new_connection_and_spares_the_old_one(
    slack: LocalSlack,
) -> None:
    async with socket_bot(slack) as bot:
        await slack.refresh_connections()
        message = msgspec.json.decode(await bot.get_message())
        assert (message["type"], message["reason"]) == ("disconnect", "refresh_requested")
        assert slack.connections == 0


async def test_a_missing_and_a_late_acknowledgement_are_complaints(
    slack: LocalSlack,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slack.world, "answer_seconds_max", 0.05)
    async with socket_bot(slack) as bot:
        assert (await slack.command(ANA, CAMPAIGNS, "/campaign")).error == "operation_timeout"
        await answer_once(bot, lambda _: None)
        with trio.fail_after(PATIENCE_SECONDS):
            await slack.wait_until(lambda: len(slack.complaints) == 2)
    assert [each.error for each in slack.complaints] == ["operation_timeout", "late_ack"]


@pytest.mark.parametrize(
    "nonsense", ["", "{", "[]", "[" * 9999, '{"envelope_id": 7}', '{"envelope_id": "x"}']
)
async def test_nonsense_on_the_socket_is_a_complaint_and_no_crash(
    slack: LocalSlack,
    nursery: trio.Nursery,
    nonsense: str,
) -> None:
    async with socket_bot(slack) as bot:
        await bot.send_message(nonsense)
        with trio.fail_after(PATIENCE_SECONDS):
            await slack.wait_until(lambda: len(slack.complaints) == 1)
        nursery.start_soon(answer_once, bot, lambda _: None)
        assert (await slack.command(ANA, CAMPAIGNS, "/campaign")).ok


async def test_a_bot_that_hangs_up_is_forgotten(slack: LocalSlack) -> None:
    async with socket_bot(slack):
        assert slack.connections == 1
    with trio.fail_after(PATIENCE_SECONDS):
        await slack.wait_until(lambda: slack.connections == 0)


async def test_the_page_is_not_a_socket(slack: LocalSlack) -> None:
    async with httpx.AsyncClient(
        base_url=slack.base_url, trust_env=False, timeout=PATIENCE_SECONDS
    ) as client:
        assert (await client.get("/link/")).status_code == 404
