from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import trio

from sandbox.slack import LocalSlack
from sandbox.slack.world import World
from tests.patience import PATIENCE_SECONDS
from tests.sandbox.slack.bots import APP_TOKEN, BOT_TOKEN, SECRET, Clock, ScriptedCourier


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    world = World(clock, seed=1)
    world.base = "http://127.0.0.1:1"
    return world


@pytest.fixture
def courier() -> ScriptedCourier:
    return ScriptedCourier()


@pytest.fixture
async def slack(nursery: trio.Nursery, clock: Clock) -> LocalSlack:
    local = LocalSlack(
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        signing_secret=SECRET,
        now=clock,
        answer_seconds_max=PATIENCE_SECONDS,
    )
    await nursery.start(local.serve)
    return local


Api = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def api(slack: LocalSlack) -> Api:
    """Call a Web API method as a bot does, with JSON."""

    async def call(method: str, token: str = BOT_TOKEN, **args: Any) -> dict[str, Any]:
        async with httpx.AsyncClient(
            base_url=slack.base_url, trust_env=False, timeout=PATIENCE_SECONDS
        ) as client:
            headers = {"Authorization": f"Bearer {token}"}
            answer = await client.post(f"/api/{method}", json=args, headers=headers)
            body: dict[str, Any] = answer.json()
            return body

    return call
