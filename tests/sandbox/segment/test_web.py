import httpx
import pytest
import trio
from trio.testing import MockClock

from sandbox.segment import LocalSegment
from sandbox.segment.protocol import BATCH_BYTES_MAX
from sandbox.segment.web import app_of
from tests.sandbox.segment.conftest import WRITE_KEY, an_event

Client = httpx.AsyncClient


async def test_every_call_of_the_tracking_api_answers(
    client: Client, segment: LocalSegment
) -> None:
    more = {"groupId": "g", "previousId": "p", "type": None}
    calls = ("identify", "track", "page", "screen", "group", "alias")
    for number, call in enumerate(calls):
        answer = await client.post(f"/v1/{call}", json=an_event(number, **more))
        assert (answer.status_code, answer.json()) == (200, {"success": True})
    for number, call in enumerate(("batch", "import"), start=90):
        await client.post(f"/v1/{call}", json={"batch": [an_event(number)]})
    assert [m.type for m in segment.accepted] == [*calls, "track", "track"]


async def test_a_call_that_segment_does_not_have_is_not_found(client: Client) -> None:
    assert (await client.post("/v1/purchase", json={})).status_code == 404


async def test_broken_json_gets_400_and_the_next_request_is_fine(client: Client) -> None:
    answers = [await client.post("/v1/batch", content=body) for body in (b"{", b"{}")]
    assert [answer.status_code for answer in answers] == [400, 200]


async def test_a_body_far_over_the_limit_gets_400_and_is_counted_whole(
    client: Client, segment: LocalSegment
) -> None:
    answer = await client.post("/v1/batch", content=b"x" * (3 * BATCH_BYTES_MAX))
    assert answer.status_code == 400
    assert segment.requests[0].bytes == 3 * BATCH_BYTES_MAX


@pytest.mark.parametrize("kind", ["refuse", "reset_in_body", "reset_in_answer"])
async def test_a_reset_breaks_the_connection_and_the_next_is_fine(
    client: Client, segment: LocalSegment, kind: str
) -> None:
    segment.faults.next(kind)
    with pytest.raises(httpx.TransportError):
        await client.post("/v1/batch", json={"batch": [an_event()]})
    assert (await client.post("/v1/batch", json={"batch": [an_event()]})).status_code == 200


async def test_a_reset_in_the_answer_is_ambiguous_the_events_did_arrive(
    client: Client, segment: LocalSegment
) -> None:
    segment.faults.next("reset_in_answer")
    with pytest.raises(httpx.TransportError):
        await client.post("/v1/batch", json={"batch": [an_event()]})
    await client.post("/v1/batch", json={"batch": [an_event()]})
    assert [m.outcome for m in segment.receipts.messages] == ["accepted", "duplicate"]
    assert [r.answer for r in segment.requests] == ["reset in answer", "200"]


async def test_a_reset_in_the_body_comes_before_the_body_ends(
    url: str, segment: LocalSegment
) -> None:
    segment.faults.next("reset_in_body", after_bytes=100)
    async with await trio.open_tcp_stream("127.0.0.1", int(url.rpartition(":")[2])) as stream:
        await stream.send_all(b"POST /v1/batch HTTP/1.1\r\nhost: segment\r\n")
        await stream.send_all(b"content-length: 5000000\r\n\r\n" + b"x" * 200)
        with pytest.raises(trio.BrokenResourceError):
            await stream.receive_some()
    assert 100 <= segment.requests[0].bytes < 5_000_000
    assert segment.counters.answers == {"reset in body": 1}


async def test_silence_lasts_as_long_as_was_asked(
    client: Client, segment: LocalSegment, autojump_clock: MockClock
) -> None:
    segment.faults.next("hang", seconds=20)
    with pytest.raises(httpx.ReadError):
        await client.post("/v1/track", json=an_event())
    assert 20 <= trio.current_time() < 21
    assert segment.accepted == []


async def test_a_client_that_gives_up_on_silence_is_let_go(
    client: Client, segment: LocalSegment, autojump_clock: MockClock
) -> None:
    segment.faults.next("hang", seconds=600)
    with pytest.raises(httpx.ReadTimeout):
        await client.post("/v1/track", json=an_event(), timeout=5)
    assert (await client.post("/v1/track", json=an_event())).status_code == 200
    assert trio.current_time() < 6


async def test_a_late_answer_is_whole_and_the_events_arrived_early(
    client: Client, segment: LocalSegment, autojump_clock: MockClock
) -> None:
    segment.faults.next("late", seconds=8)
    answer = await client.post("/v1/track", json=an_event())
    assert (answer.status_code, segment.counters.accepted) == (200, 1)
    assert 8 <= trio.current_time() < 9


async def test_a_slow_answer_dribbles_and_then_ends(
    client: Client, segment: LocalSegment, autojump_clock: MockClock
) -> None:
    segment.faults.next("slow", seconds=12)
    answer = await client.post("/v1/track", json=an_event())
    assert answer.json() == {"success": True}
    assert 11 <= trio.current_time() < 14


async def test_down_resets_every_request_but_the_control_still_answers(
    client: Client, segment: LocalSegment
) -> None:
    segment.faults.next("down", seconds=5)
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            await client.post("/v1/track", json=an_event())
    assert (await client.get("/control/state")).json()["counters"]["answers"] == {"refused": 2}


async def test_who_follows_a_redirect_is_noticed(client: Client, segment: LocalSegment) -> None:
    segment.faults.next("redirect")
    await client.post("/v1/track", json=an_event(), follow_redirects=True)
    assert segment.counters.redirects_followed == 1


async def test_401_lasts_until_it_is_cleared(client: Client, segment: LocalSegment) -> None:
    segment.faults.next("unauthorized")
    statuses = [(await client.post("/v1/track", json=an_event())).status_code for _ in range(2)]
    segment.faults.clear()
    statuses.append((await client.post("/v1/track", json=an_event())).status_code)
    assert statuses == [401, 401, 200]


async def test_without_a_port_a_reset_is_raised_to_the_client(segment: LocalSegment) -> None:
    segment.faults.next("refuse")
    transport = httpx.ASGITransport(app_of(segment))
    async with Client(
        transport=transport, base_url="http://segment", auth=(WRITE_KEY, "")
    ) as client:
        with pytest.raises(ConnectionResetError):
            await client.post("/v1/track", json=an_event())
        assert (await client.post("/v1/track", json=an_event())).status_code == 200
