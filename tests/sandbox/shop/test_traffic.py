from datetime import datetime
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from sandbox.shop import Shop, backfill, traffic
from sandbox.shop.traffic import BATCH_EVENTS_MAX, TICK_SECONDS

START_MS = 1_790_000_000_000
Batch = list[dict[str, Any]]


class Post:
    """Remembers what was posted and when; each post takes `seconds`."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.batches: list[tuple[float, Batch]] = []
        self._seconds = seconds

    async def __call__(self, batch: Batch) -> None:
        self.batches.append((trio.current_time(), batch))
        await trio.sleep(self._seconds)

    @property
    def events(self) -> Batch:
        return [event for _, batch in self.batches for event in batch]


async def run(post: Post, rate: float, seconds: float, *, introduce: bool = False) -> None:
    shop = Shop(3, users=60, start=START_MS)
    with trio.move_on_after(seconds):
        await traffic(shop, post, rate, now=lambda: START_MS / 1000, introduce=introduce)


async def test_events_come_at_the_rate_that_was_set(autojump_clock: MockClock) -> None:
    post = Post()
    await run(post, rate=20, seconds=300)
    assert len(post.events) == pytest.approx(6_000, rel=0.1)


async def test_no_event_is_posted_before_it_happens_nor_much_after(
    autojump_clock: MockClock,
) -> None:
    post = Post()
    await run(post, rate=20, seconds=60)
    for at, batch in post.batches:
        for event in batch:
            happened = datetime.fromisoformat(event["timestamp"]).timestamp() - START_MS / 1000
            assert -0.001 <= at - happened <= TICK_SECONDS + 0.01


async def test_everybody_is_introduced_first(autojump_clock: MockClock) -> None:
    post = Post()
    await run(post, rate=5, seconds=10, introduce=True)
    assert {event["type"] for event in post.events[:60]} == {"identify"}
    assert {event["type"] for event in post.events[60:]} == {"track"}


async def test_a_slow_ingest_holds_the_stream_back_and_nothing_is_left_out(
    autojump_clock: MockClock,
) -> None:
    slow, fast = Post(seconds=20), Post()
    await run(fast, rate=100, seconds=100)
    await run(slow, rate=100, seconds=400)
    assert max(len(batch) for _, batch in slow.batches) <= BATCH_EVENTS_MAX
    assert slow.events == fast.events[: len(slow.events)]
    assert len(slow.events) > 2 * BATCH_EVENTS_MAX


async def test_a_backfill_posts_everything_in_order_in_batches() -> None:
    post = Post()
    events = list(Shop(3, users=60, start=START_MS).history(10))
    assert await backfill(iter(events), post) == len(events)
    assert post.events == events
    assert {len(batch) for _, batch in post.batches[:-1]} == {BATCH_EVENTS_MAX}
