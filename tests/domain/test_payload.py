import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.books import SkipReason
from domain.pace import EVENT_BYTES_MAX
from domain.payload import (
    Campaign,
    Message,
    PushToken,
    Unsendable,
    Written,
    build,
    encode,
    iso,
    refused,
)

PHONE = PushToken("t-1", "ios")
BARE = Message(
    message_id="m1_abc",
    campaign=Campaign("c_1", "Spring", "live"),
    run_id="r_1",
    timestamp_ms=1_774_785_600_123,
    expires_at_ms=1_774_785_600_000,
    user_id="ann",
)
FULL = Message(
    message_id="m1_abc",
    campaign=Campaign("c_1", "Spring", "past", ("sale", "eu")),
    run_id="2026-03-29T09:00[Europe/Kyiv]",
    timestamp_ms=1_774_785_600_123,
    expires_at_ms=1_774_872_000_000,
    user_id="ann",
    anonymous_id="anon-1",
    event_name="Spring Sale",
    variant="B",
    is_test=True,
    email="ann@example.com",
    identity="ann",
    object_id="g_1",
    profile={"name": "Ann"},
    push_tokens=(PHONE,),
    event={"total": 19.5},
    key_values={"title": "Hi", "n": 1},
)


def sent(message: Message) -> dict[str, Any]:
    written = encode(message, library_version="1.2.3")
    assert isinstance(written, Written), written
    decoded: dict[str, Any] = json.loads(written.track)
    return decoded


def with_padding(chars: int) -> Message:
    return msgspec.structs.replace(BARE, key_values={"pad": "x" * chars})


def test_a_full_message_is_this_track_call() -> None:
    assert sent(FULL) == {
        "type": "track",
        "messageId": "m1_abc",
        "userId": "ann",
        "anonymousId": "anon-1",
        "event": "Spring Sale",
        "timestamp": "2026-03-29T12:00:00.123Z",
        "properties": {
            "campaign_id": "c_1",
            "campaign_name": "Spring",
            "campaign_type": "past",
            "labels": ["sale", "eu"],
            "run_id": "2026-03-29T09:00[Europe/Kyiv]",
            "variant": "B",
            "is_test": True,
            "expires_at": "2026-03-30T12:00:00.000Z",
            "delivery_id": "m1_abc",
            "email": "ann@example.com",
            "identity": "ann",
            "object_id": "g_1",
            "profile": {"name": "Ann"},
            "push_tokens": [{"token": "t-1", "type": "ios"}],
            "event": {"total": 19.5},
            "key_values": {"title": "Hi", "n": 1},
        },
        "context": {
            "library": {"name": "clarion", "version": "1.2.3"},
            "device": {"token": "t-1", "type": "ios"},
        },
    }


def test_a_block_that_was_not_chosen_is_not_sent() -> None:
    assert sent(BARE) == {
        "type": "track",
        "messageId": "m1_abc",
        "userId": "ann",
        "event": "Campaign Message Sent",
        "timestamp": "2026-03-29T12:00:00.123Z",
        "properties": {
            "campaign_id": "c_1",
            "campaign_name": "Spring",
            "campaign_type": "live",
            "labels": [],
            "run_id": "r_1",
            "variant": None,
            "is_test": False,
            "expires_at": "2026-03-29T12:00:00.000Z",
            "delivery_id": "m1_abc",
            "key_values": {},
        },
        "context": {"library": {"name": "clarion", "version": "1.2.3"}},
    }


@pytest.mark.parametrize("field", Message.__struct_fields__)
def test_every_field_of_a_message_reaches_the_wire(field: str) -> None:
    """A field that nothing writes would be a promise that nobody keeps."""
    changed: dict[str, Any] = {
        "campaign": Campaign("c_2", "Spring", "past", ("sale", "eu")),
        "timestamp_ms": 0,
        "expires_at_ms": 0,
        "is_test": False,
        "profile": {"name": "Bea"},
        "push_tokens": (),
        "event": {},
        "key_values": {},
        "traits": {"name": "Bea"},
    }
    other = msgspec.structs.replace(FULL, **{field: changed.get(field, "other")})
    assert encode(other, library_version="1") != encode(FULL, library_version="1")


@pytest.mark.parametrize(
    ("tokens", "device"),
    [
        ((), None),
        ((PHONE,), {"token": "t-1", "type": "ios"}),
        ((PushToken("t-2", "android"),), {"token": "t-2", "type": "android"}),
        ((PushToken("t-3", "web"),), None),
        ((PHONE, PushToken("t-2", "android")), None),
    ],
)
def test_the_device_is_named_only_if_there_is_exactly_one_that_segment_knows(
    tokens: tuple[PushToken, ...], device: dict[str, str] | None
) -> None:
    track = sent(msgspec.structs.replace(BARE, push_tokens=tokens))
    assert track["context"].get("device") == device
    assert len(track["properties"]["push_tokens"]) == len(tokens)


@pytest.mark.parametrize(("user", "anonymous"), [(None, None), ("", None), ("", ""), (" ", None)])
def test_a_message_without_an_identity_is_refused(user: str | None, anonymous: str | None) -> None:
    answer = encode(
        msgspec.structs.replace(BARE, user_id=user, anonymous_id=anonymous), library_version="1"
    )
    assert isinstance(answer, Unsendable)
    assert answer.reason is SkipReason.NO_IDENTITY


def test_an_anonymous_user_is_an_identity() -> None:
    track = sent(msgspec.structs.replace(BARE, user_id=None, anonymous_id="anon-1"))
    assert track["anonymousId"] == "anon-1"
    assert "userId" not in track


def test_a_message_may_have_32_000_bytes_on_the_wire_and_not_one_more() -> None:
    empty = encode(with_padding(0), library_version="1")
    assert isinstance(empty, Written)
    room = EVENT_BYTES_MAX - len(empty.track)
    fits = encode(with_padding(room), library_version="1")
    assert isinstance(fits, Written)
    assert len(fits.track) == EVENT_BYTES_MAX
    too_large = encode(with_padding(room + 1), library_version="1")
    assert too_large == Unsendable(
        SkipReason.TOO_LARGE, "its track call has 32,001 bytes; Segment takes 32,000"
    )


def test_the_size_counts_bytes_and_not_characters() -> None:
    answer = encode(msgspec.structs.replace(BARE, event_name="é" * 16_000), library_version="1")
    assert isinstance(answer, Unsendable)
    assert answer.reason is SkipReason.TOO_LARGE


@pytest.mark.parametrize(
    "broken",
    [
        {"userId": 7},
        {"anonymousId": 7},
        {"event": ""},
        {"event": 7},
        {"event": None},
        {"messageId": ""},
        {"messageId": "m" * 100},
        {"messageId": 7},
        {"properties": []},
        {"properties": None},
    ],
)
def test_whatever_segment_would_silently_drop_is_refused_here(broken: dict[str, Any]) -> None:
    problem = refused(build(BARE, library_version="1") | broken)
    assert problem is not None
    assert problem.reason is SkipReason.INVALID_MESSAGE


def test_a_message_id_of_99_characters_is_taken() -> None:
    assert sent(msgspec.structs.replace(BARE, message_id="m" * 99))


@pytest.mark.parametrize("value", [object(), "\ud800", {(1, 2): 3}])
def test_a_value_that_json_cannot_hold_is_refused_and_not_quoted(value: object) -> None:
    answer = encode(msgspec.structs.replace(BARE, key_values={"k": value}), library_version="1")
    assert isinstance(answer, Unsendable)
    assert answer.reason is SkipReason.INVALID_MESSAGE


@given(
    st.dictionaries(st.text(max_size=10), st.text(max_size=20) | st.integers(-(2**53), 2**53)),
    st.text(min_size=1).filter(str.strip),
)
def test_what_was_put_in_comes_out_at_the_other_end(values: dict[str, Any], user: str) -> None:
    track = sent(msgspec.structs.replace(BARE, key_values=values, user_id=user))
    assert track["properties"]["key_values"] == values
    assert track["userId"] == user


def test_an_identify_call_may_go_beside_the_message() -> None:
    written = encode(msgspec.structs.replace(BARE, traits={"name": "Ann"}), library_version="1")
    assert isinstance(written, Written)
    assert written.identify is not None
    assert json.loads(written.identify) == {
        "type": "identify",
        "messageId": "m1_abc.i",
        "userId": "ann",
        "timestamp": "2026-03-29T12:00:00.123Z",
        "traits": {"name": "Ann"},
        "context": {"library": {"name": "clarion", "version": "1"}},
    }
    without = encode(BARE, library_version="1")
    assert isinstance(without, Written)
    assert (without.track, without.identify) == (written.track, None)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"traits": {"x": "y" * 32_000}}, SkipReason.TOO_LARGE),
        ({"traits": {"x": float("nan")}}, SkipReason.INVALID_MESSAGE),
        ({"traits": {"x": "y"}, "message_id": "m" * 98}, SkipReason.INVALID_MESSAGE),
    ],
)
def test_a_message_whose_identify_call_segment_would_drop_is_refused(
    change: dict[str, Any], reason: SkipReason
) -> None:
    answer = encode(msgspec.structs.replace(BARE, **change), library_version="1")
    assert isinstance(answer, Unsendable)
    assert answer.reason is reason


def test_times_are_iso_8601_with_a_zone() -> None:
    assert iso(0) == "1970-01-01T00:00:00.000Z"
    assert iso(-1) == "1969-12-31T23:59:59.999Z"
