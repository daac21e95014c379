"""A local Segment on a port, a clock that one sets, and a client with the right key."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import trio
from trio.testing import MockClock

from sandbox.segment import LocalSegment
from tests.patience import PATIENCE_SECONDS

WRITE_KEY = "wk-test"
A_MOMENT = 1_790_000_000.0


class SetClock:
    """Epoch seconds that stand still until they are set."""

    def __init__(self) -> None:
        self.seconds = A_MOMENT

    def __call__(self) -> float:
        return self.seconds


def an_event(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A good track call; a change to None leaves the field out."""
    event = {
        "type": "track",
        "userId": f"user-{number}",
        "event": "Product Viewed",
        "messageId": f"m-{number}",
        "properties": {"price": number},
    } | changes
    return {name: value for name, value in event.items() if value is not None}


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def autojump_clock(autojump_clock: MockClock) -> MockClock:
    """Wait with every jump for what is on its way over a real connection, on a busy machine too."""
    autojump_clock.autojump_threshold = 0.1
    return autojump_clock


@pytest.fixture
def segment(clock: SetClock) -> LocalSegment:
    return LocalSegment(write_key=WRITE_KEY, now=clock)


@pytest.fixture
async def url(segment: LocalSegment, nursery: trio.Nursery) -> str:
    started: str = await nursery.start(segment.serve)
    return started


@pytest.fixture
async def client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=url, auth=(WRITE_KEY, ""), timeout=PATIENCE_SECONDS
    ) as made:
        yield made
