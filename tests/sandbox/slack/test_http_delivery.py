from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import hypercorn.trio
import msgspec
import pytest
import trio
from hypercorn.config import Config
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.slack.http_delivery import HttpCourier
from sandbox.slack.limits import ANSWER_SECONDS_MAX
from sandbox.slack.world import World
from tests.patience import PATIENCE_SECONDS
from tests.sandbox.slack.bots import SECRET, Clock

Received = list[tuple[dict[str, str], bytes]]


class Door:
    """A bot's HTTP door: keeps what comes, answers what it is told to."""

    def __init__(self) -> None:
        self.received: Received = []
        self.answer: Callable[[], Response] = Response

    async def take(self, request: Request) -> Response:
        self.received.append((dict(request.headers), await request.body()))
        return self.answer()


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
async def courier(nursery: trio.Nursery, door: Door, world: World, clock: Clock) -> HttpCourier:
    config = Config()
    config.bind = ["127.0.0.1:0"]
    app: Any = Starlette(routes=[Route("/slack/events", door.take, methods=["POST"])])
    binds = await nursery.start(hypercorn.trio.serve, app, config)
    url = f"{binds[0]}/slack/events"
    return HttpCourier(url, SECRET, clock, world.complain, PATIENCE_SECONDS)


async def test_a_command_comes_as_a_signed_form(courier: HttpCourier, door: Door) -> None:
    await courier.deliver("slash_commands", {"command": "/campaign", "text": "a & b"})
    ((headers, body),) = door.received
    assert parse_qs(body.decode())["text"] == ["a & b"]
    clock = Clock()
    clock.now = clock  # type: ignore[attr-defined] # the verifier asks a clock for `now()`
    assert SignatureVerifier(SECRET, clock=clock).is_valid_request(body, headers)  # type: ignore[arg-type] # the same


async def test_an_interaction_comes_as_json_in_a_form(courier: HttpCourier, door: Door) -> None:
    await courier.deliver("interactive", {"type": "block_actions"})
    ((_, body),) = door.received
    payload = parse_qs(body.decode())["payload"][0]
    assert msgspec.json.decode(payload) == {"type": "block_actions"}


async def test_a_retried_event_says_which_try_it_is(courier: HttpCourier, door: Door) -> None:
    await courier.deliver("events_api", {"event_id": "Ev1"}, attempt=2)
    ((headers, body),) = door.received
    assert headers["x-slack-retry-num"] == "2"
    assert msgspec.json.decode(body) == {"event_id": "Ev1"}


async def test_the_answer_is_json_or_text_or_nothing(courier: HttpCourier, door: Door) -> None:
    assert (await courier.deliver("interactive", {})).body is None
    door.answer = lambda: JSONResponse({"response_action": "clear"})
    assert (await courier.deliver("interactive", {})).body == {"response_action": "clear"}
    door.answer = lambda: PlainTextResponse("words")
    assert (await courier.deliver("interactive", {})).body == "words"
    door.answer = lambda: Response(b"{", media_type="application/json")
    assert (await courier.deliver("interactive", {})).body == "{"


@pytest.mark.parametrize("code", [302, 401, 404, 500])
async def test_any_other_status_is_a_failure(
    courier: HttpCourier,
    door: Door,
    world: World,
    code: int,
) -> None:
    door.answer = lambda: Response(status_code=code, headers={"Location": "/elsewhere"})
    assert (await courier.deliver("interactive", {})).error == "dispatch_failed"
    assert world.complaints.listed()[0].messages == (f"the bot answered {code}",)


async def test_a_bot_that_is_not_there_is_a_failure(world: World, clock: Clock) -> None:
    nowhere = HttpCourier("http://127.0.0.1:9/slack/events", SECRET, clock, world.complain)
    assert (await nowhere.deliver("interactive", {})).error == "dispatch_failed"


@pytest.mark.parametrize("limit", [3.0, 60.0])
async def test_a_bot_that_is_silent_for_three_seconds_or_as_long_as_told_is_given_up(
    nursery: trio.Nursery,
    world: World,
    clock: Clock,
    mock_clock: trio.testing.MockClock,
    limit: float,
) -> None:
    asked, errors = trio.Event(), list[str | None]()

    async def never_answer(stream: trio.SocketStream) -> None:
        await stream.receive_some()
        asked.set()
        await trio.sleep_forever()

    async def deliver() -> None:
        errors.append((await patient.deliver("interactive", {})).error)

    listeners = await nursery.start(trio.serve_tcp, never_answer, 0)
    url = f"http://127.0.0.1:{listeners[0].socket.getsockname()[1]}/"
    told = {} if limit == ANSWER_SECONDS_MAX else {"answer_seconds_max": limit}
    patient = HttpCourier(url, SECRET, clock, world.complain, **told)
    nursery.start_soon(deliver)
    await asked.wait()  # real time, in which the bot's own stands still
    for seconds, expected in ((limit - 0.1, []), (0.2, ["operation_timeout"])):
        mock_clock.jump(seconds)
        await trio.testing.wait_all_tasks_blocked()
        assert errors == expected
