import base64
import gzip
import json
from typing import Any

import pytest

from sandbox.segment.protocol import (
    BATCH_BYTES_MAX,
    EVENT_BYTES_MAX,
    BadRequest,
    Call,
    corrected_ms,
    parse,
    unzip,
    write_key_of,
)


def padded(event: dict[str, Any], size: int) -> bytes:
    """The event in exactly `size` bytes of UTF-8, with characters of more than one byte."""
    bare = len(json.dumps(event | {"pad": "é"}, ensure_ascii=False).encode())
    text = json.dumps(event | {"pad": "é" + "x" * (size - bare)}, ensure_ascii=False).encode()
    assert len(text) == size, "the padding fills up exactly"
    return text


def batch_of(*events: bytes) -> bytes:
    return b'{"batch":[' + b",".join(events) + b"]}"


def code_of(answer: Call | BadRequest) -> str:
    return answer.code if isinstance(answer, BadRequest) else "fine"


def test_an_event_of_exactly_32_kilobytes_on_the_wire_is_taken() -> None:
    assert code_of(parse("batch", batch_of(padded({}, EVENT_BYTES_MAX)))) == "fine"


def test_one_byte_more_than_32_kilobytes_is_refused_with_its_place() -> None:
    answer = parse("batch", batch_of(b"{}", padded({}, EVENT_BYTES_MAX + 1)))
    assert isinstance(answer, BadRequest)
    assert (answer.code, answer.message.split()[0]) == ("too_large", "batch[1]")


def test_a_single_call_has_the_limit_of_one_event() -> None:
    sizes = (EVENT_BYTES_MAX, EVENT_BYTES_MAX + 1)
    assert [code_of(parse("track", padded({}, size))) for size in sizes] == ["fine", "too_large"]


def test_a_batch_of_exactly_500_kilobytes_is_taken_and_one_byte_more_is_not() -> None:
    events = [padded({}, 30_000) for _ in range(16)]
    rest = BATCH_BYTES_MAX - len(batch_of(*events)) - 1
    sizes = (rest, rest + 1)
    answers = [parse("batch", batch_of(*events, padded({}, size))) for size in sizes]
    assert [code_of(answer) for answer in answers] == ["fine", "too_large"]


def test_the_bytes_of_an_event_are_kept_exactly_as_they_came() -> None:
    answer = parse("batch", b'{"batch": [ {"a" : 1.0} , {"b":"\xc3\xa9"}]}')
    assert isinstance(answer, Call)
    assert [event.raw for event in answer.events] == [b'{"a" : 1.0}', b'{"b":"\xc3\xa9"}']


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{nope",
        b"[]",
        b'"text"',
        b'{"batch": 7}',
        b'{"batch": [{"a": NaN}]}',
        b'{"batch": [{"a": "\xff"}]}',
        b'{"batch": [], "x": "\xff"}',
        b'{"batch": [' + b"[" * 200_000 + b"]}",
    ],
)
def test_what_is_no_json_of_the_right_shape_is_refused(body: bytes) -> None:
    assert code_of(parse("batch", body)) == "invalid_json"


@pytest.mark.parametrize("body", [b"{}", b'{"batch": null}', b'{"batch": []}'])
def test_a_batch_without_events_is_understood_as_empty(body: bytes) -> None:
    answer = parse("batch", body)
    assert isinstance(answer, Call)
    assert list(answer.events) == []


def test_the_key_and_the_senders_clock_are_read_from_the_body() -> None:
    answer = parse("track", b'{"writeKey": "k", "sentAt": "2026-01-01T00:00:00Z"}')
    assert isinstance(answer, Call)
    assert (answer.write_key, answer.sent_at) == ("k", "2026-01-01T00:00:00Z")


def test_a_gzip_body_is_unpacked() -> None:
    assert unzip(gzip.compress(b"{}"), "gzip") == b"{}"


def test_a_gzip_bomb_is_unpacked_to_one_byte_over_the_limit_only() -> None:
    plain = unzip(gzip.compress(b"0" * 50_000_000), "gzip")
    assert isinstance(plain, bytes)
    assert len(plain) == BATCH_BYTES_MAX + 1


@pytest.mark.parametrize(
    ("body", "encoding", "code"),
    [
        (b"plain", "gzip", "invalid_gzip"),
        (gzip.compress(b"{}", mtime=0)[:-9], "gzip", "invalid_gzip"),
        (b"{}", "br", "invalid_encoding"),
    ],
)
def test_a_body_that_cannot_be_unpacked_is_refused(body: bytes, encoding: str, code: str) -> None:
    answer = unzip(body, encoding)
    assert isinstance(answer, BadRequest)
    assert answer.code == code


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Basic " + base64.b64encode(b"key:").decode(), "key"),
        ("basic " + base64.b64encode(b"key").decode(), "key"),
        ("Basic ???", None),
        ("Basic " + base64.b64encode(b"\xff:").decode(), None),
        ("Bearer token", None),
        ("", None),
    ],
)
def test_the_write_key_is_the_user_name_of_basic_auth(header: str, key: str | None) -> None:
    assert write_key_of(header) == key


@pytest.mark.parametrize(
    ("timestamp", "sent_at", "expected"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:05Z", 95_000),  # the sender's clock is far off
        ("1970-01-01T02:00:10+02:00", None, 10_000),
        ("1970-01-01T00:00:10", None, 10_000),
        ("yesterday", "2026-01-01T00:00:05Z", 100_000),
        (None, None, 100_000),
        (7, None, 100_000),
    ],
)
def test_a_timestamp_is_corrected_by_the_senders_clock(
    timestamp: object, sent_at: str | None, expected: int
) -> None:
    assert corrected_ms({"timestamp": timestamp}, sent_at, 100_000) == expected
