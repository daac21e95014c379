"""Every rule of Segment's, held against a local Segment that imports nothing of ours."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.books import SkipReason
from domain.payload import (
    DEVICE_TYPES,
    Message,
    PushToken,
    Unsendable,
    Written,
    build,
    encode,
    refused,
)
from sandbox.segment import protocol
from sandbox.segment.rules import fault_of
from tests.domain.test_payload import BARE

TRACK = build(BARE, library_version="1")
TEXTS = st.text(max_size=30) | st.sampled_from(["", " ", "\ud800", "a\x00b", "é" * 120, "m" * 100])
VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=4)
MOMENTS = st.integers(-(10**15), 10**15)
TOKENS = st.builds(PushToken, TEXTS, st.sampled_from([*DEVICE_TYPES, "web", ""]))
MESSAGES = st.builds(
    Message,
    message_id=TEXTS,
    campaign=st.just(BARE.campaign),
    run_id=TEXTS,
    timestamp_ms=MOMENTS,
    expires_at_ms=MOMENTS,
    user_id=st.none() | TEXTS,
    anonymous_id=st.none() | TEXTS,
    event_name=TEXTS,
    email=st.none() | TEXTS,
    profile=st.none() | OBJECTS,
    push_tokens=st.none() | st.lists(TOKENS, max_size=2).map(tuple),
    event=st.none() | OBJECTS,
    traits=st.none() | OBJECTS,
    key_values=OBJECTS | st.integers(0, 20_000).map(lambda n: {"pad": "é" * n}),
)
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", " ", "x", 7, 0, True, [], {}, "m" * 100, "2026-03-29T09:00:00", "2026-03-29T09:00Z"]
)
DEVICES = st.fixed_dictionaries({}, optional={"token": ODD, "type": ODD | st.just("ios")}) | ODD
TRACKS = st.fixed_dictionaries(
    {},
    optional={
        "type": ODD,
        "messageId": ODD,
        "userId": ODD,
        "anonymousId": ODD,
        "event": ODD,
        "timestamp": ODD,
        "properties": ODD,
        "context": ODD | st.fixed_dictionaries({"device": DEVICES}),
    },
).map(lambda changed: {**TRACK, **changed})


@given(MESSAGES)
def test_what_we_send_segment_keeps_and_reads_as_we_meant_it(message: Message) -> None:
    written = encode(message, library_version="1")
    if isinstance(written, Unsendable):
        return
    wires = [wire for wire in (written.track, written.identify) if wire is not None]
    assert max(map(len, wires)) <= protocol.EVENT_BYTES_MAX
    call = protocol.parse("batch", b'{"batch":[' + b",".join(wires) + b"]}")
    assert isinstance(call, protocol.Call), call
    assert [fault_of(each.body, "batch") for each in call.events] == [None] * len(wires)
    event, *identify = call.events
    assert [each.body["traits"] for each in identify] == [message.traits] * len(identify)
    properties = event.body["properties"]
    assert properties["key_values"] == message.key_values
    assert properties.get("profile") == message.profile


@given(TRACKS)
def test_what_segment_would_silently_drop_we_refuse(track: dict[str, Any]) -> None:
    if fault_of(track, "batch") is not None:
        assert isinstance(refused(track), Unsendable)


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "purchase"},
        {"userId": 7},
        {"userId": ""},
        {"event": ""},
        {"event": 7},
        {"properties": []},
        {"context": "x"},
        {"context": {"device": "x"}},
        {"context": {"device": {"token": "t"}}},
        {"context": {"device": {"token": "t", "type": "web"}}},
        {"messageId": ""},
        {"messageId": "m" * 100},
        {"timestamp": "2026-03-29T09:00:00"},
        {"timestamp": "soon"},
        {"timestamp": 1_774_000_000_000},
    ],
    ids=str,
)
def test_what_we_refuse_segment_drops(broken: dict[str, Any]) -> None:
    track = {**TRACK, **broken}
    assert refused(track) is not None
    assert fault_of(track, "batch") is not None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [1.0, {"x": float("-inf")}]])
def test_a_number_that_json_has_not_is_refused_and_never_becomes_null(value: object) -> None:
    answer = encode(msgspec.structs.replace(BARE, key_values={"k": value}), library_version="1")
    assert isinstance(answer, Unsendable)
    assert answer.reason is SkipReason.INVALID_MESSAGE
    assert json.loads(msgspec.json.encode({"k": float("nan")})) == {"k": None}  # what it would do


@pytest.mark.parametrize("field", ["message_id", "user_id", "event_name", "run_id", "email"])
def test_half_a_character_anywhere_is_refused(field: str) -> None:
    answer = encode(msgspec.structs.replace(BARE, **{field: "a\ud800"}), library_version="1")
    assert isinstance(answer, Unsendable)
    assert answer.reason is SkipReason.INVALID_MESSAGE


@pytest.mark.parametrize("at_ms", [10**15, -(10**15)])
def test_a_moment_beyond_the_calendar_is_refused_and_breaks_nothing(at_ms: int) -> None:
    answer = encode(msgspec.structs.replace(BARE, timestamp_ms=at_ms), library_version="1")
    assert isinstance(answer, Unsendable)


def test_an_id_of_blanks_is_left_out_beside_a_good_one() -> None:
    message = msgspec.structs.replace(BARE, user_id=" ", anonymous_id="a-1")
    wire = encode(message, library_version="1")
    assert isinstance(wire, Written)
    assert "userId" not in json.loads(wire.track)
