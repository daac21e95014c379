import httpx
import pytest
import trio

from bot import http
from bot.dispatch import Dispatcher
from bot.settings import BotSettings
from tests.bot.fake_desk import FakeDesk
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire, signed
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
async def address(settings: BotSettings, wire: Wire, nursery: trio.Nursery) -> str:
    started: str = await nursery.start(http.serve, settings, Dispatcher(wire.app, nursery))
    return started


async def post(address: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client:
        return await client.post(address + http.PATH, content=body, headers=headers)


async def test_a_signed_command_is_answered(
    address: str, wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    body = wire.command_body(ANA, "list")
    answer = await post(address, body.encode(), signed(body))
    assert answer.status_code == 200
    await slack.wait_until(lambda: len(slack.of("respond")) == 1)
    assert len(desk.asked) == 1


async def test_a_wrong_signature_is_refused(address: str, wire: Wire, desk: FakeDesk) -> None:
    body = wire.command_body(ANA, "list")
    answer = await post(address, body.encode(), signed(body, secret="another"))
    assert (answer.status_code, desk.asked) == (401, [])


async def test_a_body_that_is_too_long_is_refused(address: str, desk: FakeDesk) -> None:
    answer = await post(address, b"x" * (http.BODY_BYTES_MAX + 1), {})
    assert (answer.status_code, desk.asked) == (413, [])


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{", b"[]", b'{"user": 5, "a":', b"payload=%7B"])
async def test_what_is_no_request_of_slack_is_refused(
    address: str, desk: FakeDesk, body: bytes
) -> None:
    answer = await post(address, body, {"content-type": "application/json"})
    assert answer.status_code in (400, 401)
    assert desk.asked == []


async def test_the_address_that_slack_asks_to_be_confirmed_is_confirmed(address: str) -> None:
    body = '{"type": "url_verification", "challenge": "abc"}'
    headers = signed(body) | {"content-type": "application/json"}
    assert (await post(address, body.encode(), headers)).json() == {"challenge": "abc"}


async def test_there_is_nothing_else_to_call(address: str) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client:
        assert (await client.get(address + http.PATH)).status_code == 405
        assert (await client.get(address + "/")).status_code == 404


async def test_control_headers_of_bolt_are_none_of_the_outsides_business(
    address: str, wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    body = wire.command_body(ANA, "list")
    headers = signed(body) | {"x-slack-bolt-lazy-only": "1"}
    await post(address, body.encode(), headers)
    await slack.wait_until(lambda: len(slack.of("respond")) == 1)
