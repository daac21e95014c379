from collections.abc import AsyncIterator
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from sandbox.segment import LocalSegment
from sandbox.shop import Sender, Shop, backfill
from tests.patience import PATIENCE_SECONDS

WRITE_KEY = "wk-shop"
A_MOMENT = 1_790_000_000.0


def events(number: int, pad: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "type": "track",
            "userId": "user-1",
            "event": "Order Completed",
            "messageId": f"m-{n}",
            "properties": {"pad": "é" * pad},
        }
        for n in range(number)
    ]


@pytest.fixture
def ingest() -> LocalSegment:
    """The local Segment speaks the protocol of an ingest, and can fail as one."""
    return LocalSegment(write_key=WRITE_KEY, now=lambda: A_MOMENT)


@pytest.fixture
async def sender(ingest: LocalSegment, nursery: trio.Nursery) -> AsyncIterator[Sender]:
    url: str = await nursery.start(ingest.serve)
    async with Sender(url, WRITE_KEY, now=lambda: A_MOMENT) as made:
        yield made


async def test_what_was_acknowledged_is_counted(sender: Sender, ingest: LocalSegment) -> None:
    await sender.post(events(30))
    assert (sender.sent.acknowledged, ingest.counters.accepted) == (30, 30)


async def test_a_whole_history_arrives(sender: Sender, ingest: LocalSegment) -> None:
    posted = await backfill(Shop(1, users=30, start=1_790_000_000_000).history(20), sender.post)
    assert posted == sender.sent.acknowledged == ingest.counters.accepted > 100


async def test_no_batch_is_larger_than_an_ingest_takes(
    sender: Sender, ingest: LocalSegment
) -> None:
    await sender.post(events(80, pad=14_000))
    assert ingest.counters.answers == {"200": 5}
    assert ingest.counters.accepted == 80


@pytest.mark.parametrize("style", ["seconds", "date"])
async def test_it_waits_as_long_as_a_429_says(
    sender: Sender, ingest: LocalSegment, autojump_clock: MockClock, style: str
) -> None:
    ingest.faults.next("throttle", retry_after=40, style=style)
    await sender.post(events(1))
    assert 40 <= trio.current_time() < 41
    assert [r.answer for r in ingest.requests] == ["429", "200"]


@pytest.mark.parametrize(
    "kind", ["refuse", "reset_in_body", "reset_in_answer", "server_error", "throttle"]
)
async def test_it_sends_again_until_the_ingest_has_them(
    sender: Sender, ingest: LocalSegment, autojump_clock: MockClock, kind: str
) -> None:
    ingest.faults.next(kind, count=3)
    await sender.post(events(2))
    assert (sender.sent.acknowledged, sender.sent.retries) == (2, 3)
    assert ingest.counters.accepted == 2
    assert ingest.requests[-1].retry_count == "3"


async def test_it_waits_less_than_ten_seconds_where_nobody_said_how_long(
    sender: Sender, ingest: LocalSegment, autojump_clock: MockClock
) -> None:
    ingest.faults.next("throttle", count=30, style="none")
    await sender.post(events(1))
    assert 10 < trio.current_time() < 300


@pytest.mark.parametrize(
    ("kind", "words"),
    [("too_large", "answered 413"), ("unauthorized", "answered 401"), ("redirect", "307")],
)
async def test_what_is_refused_for_good_is_counted_with_the_reason(
    sender: Sender, ingest: LocalSegment, kind: str, words: str
) -> None:
    ingest.faults.next(kind)
    await sender.post(events(3))
    assert (sender.sent.acknowledged, sender.sent.refused) == (0, 3)
    assert words in (sender.sent.problem or "")
    assert ingest.counters.redirects_followed == 0


async def test_it_stops_at_once_while_it_waits(sender: Sender, ingest: LocalSegment) -> None:
    ingest.faults.next("throttle", retry_after=300)
    with trio.fail_after(PATIENCE_SECONDS):
        async with trio.open_nursery() as inner:
            inner.start_soon(sender.post, events(1))
            await ingest.wait_until(lambda: ingest.counters.requests == 1)
            inner.cancel_scope.cancel()
    assert sender.sent.acknowledged == 0
