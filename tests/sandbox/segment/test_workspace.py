import base64
import gzip
import json
from typing import Any

import pytest

from sandbox.segment import LocalSegment
from sandbox.segment.answers import Answer
from sandbox.segment.faults import (
    Counted,
    Garbage,
    Hang,
    ResetInAnswer,
    ServerError,
    SourceDisabled,
    Standing,
    WrongRegion,
)
from sandbox.segment.workspace import Arrival
from tests.sandbox.segment.conftest import A_MOMENT, WRITE_KEY, SetClock, an_event


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def send(
    segment: LocalSegment, *events: Any, call: str = "batch", key: str = WRITE_KEY, **more: Any
) -> Answer:
    body = json.dumps({"batch": events} if call == "batch" else events[0]).encode()
    arrival = Arrival(call=call, body=body, bytes_read=len(body), authorization=basic(key), **more)
    return segment.receive(arrival)


def outcomes(segment: LocalSegment) -> list[tuple[str | None, str, str | None]]:
    return [(m.message_id, m.outcome, m.reason) for m in segment.receipts.messages]


def test_a_good_event_is_accepted_with_all_that_is_known_of_it(segment: LocalSegment) -> None:
    send(segment, an_event(timestamp="2026-01-01T00:00:00Z"))
    (message,) = segment.accepted
    told = (message.seq, message.request, message.type, message.user, message.event)
    assert told == (1, 1, "track", "user-1", "Product Viewed")
    assert message.at_ms == A_MOMENT * 1000
    assert message.body["properties"] == {"price": 1}


def test_the_same_message_id_is_a_duplicate_within_24_hours_and_new_after(
    segment: LocalSegment, clock: SetClock
) -> None:
    for seconds in (0, 24 * 3600 - 1, 1):
        clock.seconds += seconds
        send(segment, an_event())
    assert [m.outcome for m in segment.receipts.messages] == ["accepted", "duplicate", "accepted"]


def test_a_dropped_event_does_not_use_up_its_message_id(segment: LocalSegment) -> None:
    send(segment, an_event(userId=None))
    send(segment, an_event())
    assert outcomes(segment) == [
        ("m-1", "dropped", "no_user_anon_id"),
        ("m-1", "accepted", None),
    ]


def test_the_2501st_event_is_lost_without_a_word(segment: LocalSegment) -> None:
    answer = send(segment, *({"type": "track", "messageId": f"{n}"} for n in range(2502)))
    assert answer.status == 200
    assert segment.counters.dropped == {"no_user_anon_id": 2500, "over_2500": 2}


def test_an_empty_batch_is_booked_as_dropped(segment: LocalSegment) -> None:
    assert send(segment).status == 200
    assert segment.counters.dropped == {"empty_batch": 1}
    assert segment.requests[0].events == 0


@pytest.mark.parametrize("key", ["wrong", ""])
def test_a_wrong_write_key_gets_200_and_loses_everything(segment: LocalSegment, key: str) -> None:
    assert send(segment, an_event(), key=key).status == 200
    assert outcomes(segment) == [("m-1", "dropped", "bad_write_key")]


def test_the_write_key_may_stand_in_the_body(segment: LocalSegment) -> None:
    body = json.dumps(an_event(writeKey=WRITE_KEY)).encode()
    segment.receive(Arrival(call="track", body=body, bytes_read=len(body)))
    assert segment.counters.accepted == 1


def test_a_gzip_body_is_read(segment: LocalSegment) -> None:
    body = gzip.compress(json.dumps({"batch": [an_event()]}).encode())
    arrival = Arrival(
        call="batch",
        body=body,
        bytes_read=len(body),
        encoding="gzip",
        authorization=basic(WRITE_KEY),
    )
    segment.receive(arrival)
    assert segment.counters.accepted == 1


@pytest.mark.parametrize(
    ("fault", "status", "outcome"),
    [
        (WrongRegion(), 200, ("m-1", "dropped", "wrong_region")),
        (SourceDisabled(), 200, ("m-1", "dropped", "source_disabled")),
        (ResetInAnswer(), 200, ("m-1", "accepted", None)),
        (ServerError(records=True), 503, ("m-1", "accepted", None)),
        (Garbage(records=True), 200, ("m-1", "accepted", None)),
        (ServerError(), 503, None),
        (Garbage(), 200, None),
        (Hang(), 0, None),
    ],
)
def test_a_fault_decides_whether_the_events_are_recorded(
    segment: LocalSegment,
    fault: Counted | Standing,
    status: int,
    outcome: tuple[str, str, str | None] | None,
) -> None:
    answer = send(segment, an_event(), fault=fault)
    assert answer.status == status
    assert outcomes(segment) == ([] if outcome is None else [outcome])


def test_forgotten_duplicates_arrive_twice(segment: LocalSegment) -> None:
    segment.faults.next("dedupe_forgets")
    for _ in range(3):
        send(segment, an_event())
    assert [m.outcome for m in segment.receipts.messages] == ["accepted", "accepted", "duplicate"]


def test_a_batch_with_one_bad_apple_is_refused_whole(segment: LocalSegment) -> None:
    answer = send(segment, an_event(1), an_event(2, properties={"pad": "x" * 33_000}))
    assert answer.status == 400
    assert segment.accepted == []
    assert "batch[1]" in (segment.requests[0].problem or "")


def test_a_request_of_a_client_that_left_is_booked_without_its_events(
    segment: LocalSegment,
) -> None:
    send(segment, an_event(), complete=False)
    assert (segment.requests[0].answer, segment.counters.events) == ("client left", 0)


def test_every_request_is_booked_with_its_fault_and_retry_count(segment: LocalSegment) -> None:
    send(segment, an_event(), fault=ServerError(status=500), retry_count="3")
    (request,) = segment.requests
    told = (request.answer, request.fault, request.retry_count, request.events)
    assert told == ("500", "server_error", "3", 0)


def test_what_the_workspace_refuses_is_answered_with_400_and_nothing_is_recorded(
    segment: LocalSegment,
) -> None:
    segment.faults.next("reject_containing", text="poison")
    fault = segment.faults.take()
    assert send(segment, an_event(1), an_event(2, userId="poison"), fault=fault).status == 400
    assert segment.accepted == []
    assert send(segment, an_event(1), fault=fault).status == 200
    assert [m.message_id for m in segment.accepted] == ["m-1"]


def test_a_request_begins_when_its_head_is_there(segment: LocalSegment) -> None:
    send(segment, an_event(), began=A_MOMENT - 2.5)
    assert segment.requests[0].began == A_MOMENT - 2.5
