"""The pace: hands the shop's events over as time goes by, on Trio's clock."""

import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from itertools import islice
from typing import Any

import trio

from sandbox.shop.shop import Shop

Post = Callable[[list[dict[str, Any]]], Awaitable[None]]

BATCH_EVENTS_MAX = 250
TICK_SECONDS = 0.25


async def traffic(
    shop: Shop,
    post: Post,
    rate: float,
    *,
    now: Callable[[], float] = time.time,
    introduce: bool = True,
) -> None:
    """Post the live stream, `rate` events a second, until cancelled.

    `now` (epoch seconds) is asked once, at the beginning. With `introduce` everybody is identified
    first. A `post` that is slower than the rate holds the stream back: nothing piles up in memory,
    and the events keep the times at which they happened.
    """
    begin_ms = int(now() * 1000)
    if introduce:
        await backfill(shop.identifies(begin_ms), post)
    begin = trio.current_time()
    events = shop.live(rate, begin_ms)
    event = next(events)
    while True:
        await trio.sleep_until(begin + _after(event, begin_ms) + TICK_SECONDS)
        passed = trio.current_time() - begin
        due: list[dict[str, Any]] = []
        while _after(event, begin_ms) <= passed and len(due) < BATCH_EVENTS_MAX:
            due.append(event)
            event = next(events)
        await post(due)


async def backfill(events: Iterable[dict[str, Any]], post: Post) -> int:
    """Post all of these in batches, as fast as they are taken; the number of them."""
    left = iter(events)
    posted = 0
    while batch := list(islice(left, BATCH_EVENTS_MAX)):
        await post(batch)
        posted += len(batch)
    return posted


def _after(event: dict[str, Any], begin_ms: int) -> float:
    """How many seconds after the beginning it happens."""
    return datetime.fromisoformat(event["timestamp"]).timestamp() - begin_ms / 1000
