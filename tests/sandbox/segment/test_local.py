from functools import partial

import httpx
import pytest
import segment.analytics as official
import trio

from sandbox.segment import LocalSegment
from tests.patience import PATIENCE_SECONDS
from tests.sandbox.segment.conftest import WRITE_KEY, an_event


def play_official(url: str, *, gzip: bool) -> None:
    """What any customer of Segment's does, with Segment's own library."""
    client = official.Client(WRITE_KEY, host=url, gzip=gzip, upload_interval=0.01, send=True)
    client.identify("user-1", {"plan": "gold", "first_name": "Zoë"})
    client.track("user-1", "Order Completed", {"revenue": 12.5})
    client.group("user-1", "group-1")
    client.flush()
    client.shutdown()


@pytest.mark.parametrize("gzip", [False, True])
async def test_the_official_client_delivers(segment: LocalSegment, url: str, *, gzip: bool) -> None:
    await trio.to_thread.run_sync(partial(play_official, url, gzip=gzip))
    assert [m.type for m in segment.accepted] == ["identify", "track", "group"]
    assert segment.accepted[0].body["traits"]["first_name"] == "Zoë"
    assert segment.accepted[1].body["properties"] == {"revenue": 12.5}


async def test_the_official_client_comes_through_a_reset_in_the_answer_without_a_second_message(
    segment: LocalSegment, url: str
) -> None:
    segment.faults.next("reset_in_answer")
    await trio.to_thread.run_sync(partial(play_official, url, gzip=False))
    assert len(segment.accepted) == 3
    assert {m.message_id for m in segment.duplicates} <= {m.message_id for m in segment.accepted}
    assert segment.requests[-1].retry_count == "1"


async def test_waiting_for_a_message_ends_when_it_arrives(
    segment: LocalSegment, client: httpx.AsyncClient, nursery: trio.Nursery
) -> None:
    nursery.start_soon(partial(client.post, "/v1/track", json=an_event()))
    with trio.fail_after(PATIENCE_SECONDS):
        await segment.wait_until(lambda: segment.counters.accepted == 1)


async def cancelled_while_silent(segment: LocalSegment) -> str:
    """Serve, cancel while a client waits for an answer, and return the address."""
    async with trio.open_nursery() as nursery:
        url: str = await nursery.start(segment.serve)
        segment.faults.next("hang", seconds=600)
        async with httpx.AsyncClient(
            base_url=url, auth=(WRITE_KEY, ""), timeout=PATIENCE_SECONDS
        ) as client:
            nursery.start_soon(partial(client.post, "/v1/track", json=an_event()))
            await segment.wait_until(lambda: segment.counters.requests == 1)
            nursery.cancel_scope.cancel()
    return url


async def test_it_stops_at_once_with_a_request_in_flight_and_can_be_served_again(
    segment: LocalSegment, nursery: trio.Nursery
) -> None:
    with trio.fail_after(PATIENCE_SECONDS):
        url = await cancelled_while_silent(segment)
    async with httpx.AsyncClient(
        base_url=url, auth=(WRITE_KEY, ""), timeout=PATIENCE_SECONDS
    ) as client:
        with pytest.raises(httpx.ConnectError):
            await client.post("/v1/track", json=an_event())
        port = int(url.rpartition(":")[2])
        assert await nursery.start(partial(segment.serve, port=port)) == url
        await client.post("/v1/track", json=an_event())
    assert (segment.counters.requests, segment.counters.accepted) == (2, 1)
