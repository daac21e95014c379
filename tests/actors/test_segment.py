import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors.clock import WallClock
from actors.segment import (
    Accepted,
    Ambiguous,
    Misdirected,
    NotSent,
    Outcome,
    Rejected,
    Segment,
    Throttled,
)
from sandbox.segment import LocalSegment
from store.hold import Hold
from tests.patience import PATIENCE_SECONDS

KEY = "segment-write-key"
SHORT_SECONDS = 1.2
"""A time-out that a test waits for; an answer of the local Segment takes a few milliseconds."""

IN_FLIGHT_SECONDS = 0.1
"""Of real time: so long virtual time waits for what is on its way over a real connection. If that
comes later still, a byte of an answer that drips is overtaken by the next, and by nothing else."""


def message(number: int, **properties: Any) -> bytes:
    return msgspec.json.encode(
        {
            "type": "track",
            "messageId": f"m{number}",
            "userId": "u",
            "event": "E",
            "timestamp": "2026-03-20T09:00:00.000Z",
            "properties": properties,
        }
    )


def segment(url: str, key: str = KEY, seconds: float = PATIENCE_SECONDS) -> Segment:
    return Segment(url, key, clock=WallClock(), timeout_seconds=seconds, hold=Hold())


async def post(ours: Segment, events: Sequence[bytes]) -> Outcome:
    return await ours.send(await ours.pack(events))


def be_patient(ours: Segment) -> None:
    """Wait from now on as tests do: what comes next is not silent, and this machine may be busy."""
    ours._client.timeout = httpx.Timeout(PATIENCE_SECONDS)
    ours._answer_seconds_max = PATIENCE_SECONDS


@asynccontextmanager
async def both(seconds: float = PATIENCE_SECONDS) -> AsyncIterator[tuple[Segment, LocalSegment]]:
    local = LocalSegment(write_key=KEY)
    async with trio.open_nursery() as nursery:
        url = await nursery.start(local.serve)
        async with segment(url, seconds=seconds) as ours:
            yield ours, local
        nursery.cancel_scope.cancel()


async def test_small_and_large_batches_arrive_whole() -> None:
    async with both() as (ours, local):
        assert await post(ours, [message(1)]) == Accepted()
        assert await post(ours, [message(n, text="x" * 900) for n in range(2, 400)]) == Accepted()
        assert len(local.accepted) == 399
        assert local.dropped == []


@pytest.mark.parametrize(
    ("fault", "rest", "outcome"),
    [
        ("reset_in_body", {}, Ambiguous),
        ("reset_in_answer", {}, Ambiguous),
        ("hang", {}, Ambiguous),
        ("slow", {"seconds": 20}, Ambiguous),
        ("server_error", {"status": 500}, Ambiguous),
        ("server_error", {"status": 503, "records": True}, Ambiguous),
        ("server_error", {"status": 501}, Misdirected),
        ("garbage", {}, Ambiguous),
        ("too_large", {}, Rejected),
        ("redirect", {}, Misdirected),
    ],
)
async def test_each_fault_is_told_by_what_is_certain(
    fault: str, rest: dict[str, Any], outcome: type[Outcome]
) -> None:
    silent = fault in {"hang", "slow"}
    async with both(seconds=SHORT_SECONDS if silent else PATIENCE_SECONDS) as (ours, local):
        local.faults.next(fault, **rest)
        with trio.fail_after(PATIENCE_SECONDS):
            found = await post(ours, [message(1)])
        assert isinstance(found, outcome), found
        assert local.counters.redirects_followed == 0
        be_patient(ours)
        assert await post(ours, [message(2)]) == Accepted()


async def test_an_answer_that_drips_for_ever_is_given_up(autojump_clock: MockClock) -> None:
    autojump_clock.autojump_threshold = IN_FLIGHT_SECONDS
    async with both(seconds=3) as (ours, local):
        local.faults.next("slow", seconds=60)
        assert await post(ours, [message(1)]) == Ambiguous("an answer without end")


@pytest.mark.parametrize(
    ("style", "wait_ms"), [("seconds", 3_000), ("reset", 3_000), ("none", None)]
)
async def test_a_throttle_says_how_long(style: str, wait_ms: int | None) -> None:
    async with both() as (ours, local):
        local.faults.next("throttle", retry_after=3, style=style)
        assert await post(ours, [message(1)]) == Throttled(wait_ms)


async def test_a_date_to_come_back_at_is_understood() -> None:
    async with both() as (ours, local):
        local.faults.next("throttle", retry_after=30, style="date")
        found = await post(ours, [message(1)])
        assert isinstance(found, Throttled)
        assert found.retry_ms is not None
        assert 20_000 < found.retry_ms <= 31_000


async def test_a_refused_key_is_a_matter_for_people() -> None:
    async with both() as (ours, local):
        local.faults.next("unauthorized")
        assert await post(ours, [message(1)]) == Misdirected(401)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense", "ftp://host", "http://"])
async def test_what_cannot_be_reached_was_certainly_not_sent(url: str) -> None:
    async with segment(url, seconds=1) as ours:
        assert isinstance(await post(ours, [message(1)]), NotSent)


async def test_a_request_too_large_is_rejected() -> None:
    async with both() as (ours, _local):
        found = await post(ours, [message(n, text="x" * 30_000) for n in range(20)])
        assert isinstance(found, Rejected)


async def test_the_key_shows_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with both() as (ours, _local):
        await post(ours, [message(1)])
    assert KEY not in caplog.text
    assert KEY not in repr(ours)


async def test_an_answer_that_comes_too_late_is_not_read_as_the_next_ones() -> None:
    async with both(seconds=SHORT_SECONDS) as (ours, local):
        local.faults.next("late", seconds=1.5 * SHORT_SECONDS)
        assert isinstance(await post(ours, [message(1)]), Ambiguous)
        local.faults.next("server_error", status=503)
        await trio.sleep(SHORT_SECONDS)
        be_patient(ours)
        assert await post(ours, [message(2)]) == Ambiguous("status 503")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (httpx.ConnectError, NotSent),
        (httpx.ConnectTimeout, NotSent),
        (httpx.PoolTimeout, NotSent),
        (httpx.WriteError, Ambiguous),
        (httpx.WriteTimeout, Ambiguous),
        (httpx.ReadError, Ambiguous),
        (httpx.ReadTimeout, Ambiguous),
        (httpx.RemoteProtocolError, Ambiguous),
        (httpx.CloseError, Ambiguous),
        (httpx.DecodingError, Ambiguous),
    ],
)
async def test_what_breaks_before_the_body_was_not_sent_and_the_rest_is_ambiguous(
    error: type[httpx.RequestError], outcome: type[Outcome]
) -> None:
    """A kept connection that the other side had closed is a RemoteProtocolError: ambiguous."""

    def broken(request: httpx.Request) -> httpx.Response:
        raise error("x", request=request)

    clock = WallClock()
    async with Segment(
        "http://h",
        KEY,
        clock=clock,
        timeout_seconds=1,
        hold=Hold(),
        transport=httpx.MockTransport(broken),
    ) as ours:
        assert isinstance(await post(ours, [message(1)]), outcome)


@pytest.mark.parametrize(
    ("headers", "wait_ms"),
    [
        ({"Retry-After": "7"}, 7_000),
        ({"Retry-After": "soon", "X-RateLimit-Reset": "9"}, 9_000),
        ({"X-RateLimit-Reset": "4102444800"}, 3_600_000),
        ({"Retry-After": "-3"}, None),
        ({}, None),
    ],
)
async def test_every_form_of_come_back_later_is_read(
    headers: dict[str, str], wait_ms: int | None
) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(429, headers=headers))
    async with Segment(
        "http://h", KEY, clock=WallClock(), timeout_seconds=1, hold=Hold(), transport=transport
    ) as ours:
        assert await post(ours, [message(1)]) == Throttled(wait_ms)


@pytest.mark.parametrize("status", [203, 204, 206, 299])
async def test_a_yes_that_is_not_segments_may_have_arrived(status: int) -> None:
    """What lies between, such as a proxy, may have passed it on; its 20 hours run from here."""
    transport = httpx.MockTransport(lambda _: httpx.Response(status))
    async with Segment(
        "http://h", KEY, clock=WallClock(), timeout_seconds=1, hold=Hold(), transport=transport
    ) as ours:
        assert await post(ours, [message(1)]) == Ambiguous(f"status {status}")
