from collections import deque

import pytest

from sandbox.segment import receipts as module
from sandbox.segment.receipts import Message, Outcome, Receipts, Request, page


def a_message(receipts: Receipts, outcome: Outcome = "accepted", at_ms: int = 0) -> Message:
    reason = "no_user_anon_id" if outcome == "dropped" else None
    return Message(
        seq=receipts.next_message,
        request=1,
        at_ms=at_ms,
        timestamp_ms=at_ms,
        message_id="m",
        type="track",
        user="u",
        event="E",
        outcome=outcome,
        reason=reason,
        raw=b'{"a":1}',
    )


def a_request(receipts: Receipts, answer: str = "200") -> Request:
    return Request(
        began=0.0,
        seq=receipts.next_request,
        at_ms=0,
        path="/v1/batch",
        bytes=9,
        answer=answer,
        events=1,
        fault=None,
        problem=None,
        retry_count=None,
    )


def test_the_oldest_rows_go_and_the_counters_stay_exact() -> None:
    receipts = Receipts(messages_max=3, requests_max=2)
    for _ in range(10):
        receipts.add_message(a_message(receipts))
        receipts.add_request(a_request(receipts))
    assert [row.seq for row in receipts.messages] == [8, 9, 10]
    assert [row.seq for row in receipts.requests] == [9, 10]
    assert (receipts.counters.accepted, receipts.counters.requests) == (10, 10)


def test_the_bytes_that_are_kept_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MESSAGE_BYTES_KEPT_MAX", 20)
    receipts = Receipts()
    for _ in range(5):
        receipts.add_message(a_message(receipts))
    assert [row.seq for row in receipts.messages] == [4, 5]


def test_each_outcome_reason_and_answer_is_counted() -> None:
    receipts = Receipts()
    for outcome in ("accepted", "duplicate", "dropped", "dropped"):
        receipts.add_message(a_message(receipts, outcome))
    for answer in ("200", "503", "200"):
        receipts.add_request(a_request(receipts, answer))
    counters = receipts.counters
    assert (counters.events, counters.accepted, counters.duplicates) == (4, 1, 1)
    assert counters.dropped == {"no_user_anon_id": 2}
    assert counters.answers == {"200": 2, "503": 1}


def test_the_rate_is_kept_by_the_second() -> None:
    receipts = Receipts()
    outcomes: list[tuple[Outcome, int]] = [
        ("accepted", 1_000),
        ("accepted", 1_999),
        ("duplicate", 1_999),
        ("dropped", 4_000),
    ]
    for outcome, at_ms in outcomes:
        receipts.add_message(a_message(receipts, outcome, at_ms))
    told = [(s.at, s.accepted, s.duplicate, s.dropped) for s in receipts.seconds]
    assert told == [(1, 2, 1, 0), (4, 0, 0, 1)]


def test_a_message_gives_its_body_back() -> None:
    assert a_message(Receipts()).body == {"a": 1}


@pytest.mark.parametrize(
    ("after", "limit", "numbers"),
    [(None, 2, [8, 9]), (None, 99, [5, 6, 7, 8, 9]), (6, 2, [7, 8]), (0, 2, [5, 6]), (9, 2, [])],
)
def test_a_page_goes_on_where_the_last_ended(
    after: int | None, limit: int, numbers: list[int]
) -> None:
    receipts = Receipts(messages_max=5)
    for _ in range(9):
        receipts.add_message(a_message(receipts))
    assert [row.seq for row in page(receipts.messages, after, limit)] == numbers


def test_a_page_of_nothing_is_empty() -> None:
    nothing: deque[Message] = deque()
    assert list(page(nothing, None, 5)) == []
