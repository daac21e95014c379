"""The wire contract: one Segment `track` call for one message of one user.

Beside it may go an `identify` call with properties of the user, for destinations that read those.

Segment answers 200 and drops what breaks its rules, so each rule is checked here, before anything
leaves. `sentAt` is not here: it is stamped on the batch anew at each attempt.
"""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import msgspec

from domain.books import SkipReason
from domain.pace import EVENT_BYTES_MAX

EVENT_NAME_DEFAULT = "Campaign Message Sent"
LIBRARY_NAME = "clarion"
MESSAGE_ID_CHARS_MAX = 99
"""Segment says: fewer than 100."""
IDENTIFY_MARK = ".i"
"""What follows a message's id in that of its `identify`; no id has a point in it."""
DEVICE_TYPES = ("ios", "android")
"""The only ones that Segment takes beside a push token."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PushToken(msgspec.Struct, frozen=True):
    """One device of the user. `type` is `ios`, `android` or whatever the app once said."""

    token: str
    type: str


class Campaign(msgspec.Struct, frozen=True):
    """What a message says about its campaign."""

    id: str
    name: str
    type: str
    labels: tuple[str, ...] = ()


class Message(msgspec.Struct, frozen=True):
    """Everything that one message carries. A block that is None was not chosen and is left out."""

    message_id: str
    campaign: Campaign
    run_id: str
    timestamp_ms: int
    expires_at_ms: int
    user_id: str | None = None
    anonymous_id: str | None = None
    event_name: str = EVENT_NAME_DEFAULT
    variant: str | None = None
    is_test: bool = False
    email: str | None = None
    identity: str | None = None
    object_id: str | None = None
    profile: Mapping[str, Any] | None = None
    push_tokens: tuple[PushToken, ...] | None = None
    event: Mapping[str, Any] | None = None
    key_values: Mapping[str, Any] = {}
    traits: Mapping[str, Any] | None = None  # for an `identify` beside the `track`


class Written(msgspec.Struct, frozen=True):
    """The exact wire bytes of a message: its `track`, and its `identify` if one was asked for."""

    track: bytes
    identify: bytes | None = None


class Unsendable(msgspec.Struct, frozen=True):
    """Why a message cannot be sent. `detail` is for people and quotes no value of the user's."""

    reason: SkipReason
    detail: str


def encode(message: Message, *, library_version: str) -> Written | Unsendable:
    """Return the message's exact wire bytes, or why Segment would not keep it."""
    track = _encode(partial(build, message, library_version=library_version), refused)
    if message.traits is None or isinstance(track, Unsendable):
        return track if isinstance(track, Unsendable) else Written(track)
    call = partial(build_identify, message, library_version=library_version)
    identify = _encode(call, _refused_identify)
    return identify if isinstance(identify, Unsendable) else Written(track, identify)


def _encode(
    make: Callable[[], dict[str, Any]], check: Callable[[Mapping[str, Any]], Unsendable | None]
) -> bytes | Unsendable:
    try:
        call = make()
        if problem := check(call):
            return problem
        wire = msgspec.json.encode(call)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        return _invalid(f"a value cannot be written as JSON ({type(error).__name__})")
    if len(wire) > EVENT_BYTES_MAX:
        said = f"its {call['type']} call has {len(wire):,} bytes; Segment takes {EVENT_BYTES_MAX:,}"
        return Unsendable(reason=SkipReason.TOO_LARGE, detail=said)
    return wire


def build(message: Message, *, library_version: str) -> dict[str, Any]:
    """Return the `track` call as JSON values, unchecked."""
    properties: dict[str, Any] = {
        "campaign_id": message.campaign.id,
        "campaign_name": message.campaign.name,
        "campaign_type": message.campaign.type,
        "labels": list(message.campaign.labels),
        "run_id": message.run_id,
        "variant": message.variant,
        "is_test": message.is_test,
        "expires_at": iso(message.expires_at_ms),
        "delivery_id": message.message_id,
    }
    chosen: dict[str, Any] = {
        "email": message.email,
        "identity": message.identity,
        "object_id": message.object_id,
        "profile": message.profile,
        "push_tokens": message.push_tokens,
        "event": message.event,
    }
    properties |= {name: block for name, block in chosen.items() if block is not None}
    properties["key_values"] = message.key_values
    context: dict[str, Any] = {"library": {"name": LIBRARY_NAME, "version": library_version}}
    match message.push_tokens:
        case (PushToken(token=token, type=kind),) if kind in DEVICE_TYPES:
            context["device"] = {"token": token, "type": kind}
        case _:
            pass
    return {
        "type": "track",
        "messageId": message.message_id,
        **_ids(message),
        "event": message.event_name,
        "timestamp": iso(message.timestamp_ms),
        "properties": properties,
        "context": context,
    }


def build_identify(message: Message, *, library_version: str) -> dict[str, Any]:
    """Return the `identify` call as JSON values, unchecked. Its id is the message's, and a mark."""
    return {
        "type": "identify",
        "messageId": f"{message.message_id}{IDENTIFY_MARK}",
        **_ids(message),
        "timestamp": iso(message.timestamp_ms),
        "traits": message.traits,
        "context": {"library": {"name": LIBRARY_NAME, "version": library_version}},
    }


def _ids(message: Message) -> dict[str, str]:
    ids = {"userId": message.user_id, "anonymousId": message.anonymous_id}
    return {name: value for name, value in ids.items() if value is not None and value.strip()}


def refused(track: Mapping[str, Any]) -> Unsendable | None:
    """Return the first of Segment's rules that a `track` call breaks, or None.

    Values that JSON cannot hold are found by the encoder; it would write NaN as null, unasked.
    """
    event = track.get("event")
    if problem := _refused_ids(track):
        return problem
    if track.get("type") != "track":
        return _invalid("the type must be track")
    if not isinstance(event, str) or not event.strip():
        return _invalid("the event's name must be text that is not empty")
    if not isinstance(track.get("properties"), dict):
        return _invalid("properties must be an object")
    if not _has_zone(track.get("timestamp")):
        return _invalid("timestamp must be an ISO 8601 moment with its zone")
    if problem := _refused_context(track.get("context", {})):
        return problem
    if not _all_finite(track):
        return _invalid("a number is not finite; JSON has no such number")
    return None


def _refused_identify(identify: Mapping[str, Any]) -> Unsendable | None:
    if problem := _refused_ids(identify):
        return problem
    if not _all_finite(identify):
        return _invalid("a number is not finite; JSON has no such number")
    return None


def _refused_ids(track: Mapping[str, Any]) -> Unsendable | None:
    message_id = track.get("messageId")
    if not isinstance(message_id, str) or not 1 <= len(message_id) <= MESSAGE_ID_CHARS_MAX:
        return _invalid(f"messageId must be text of 1 to {MESSAGE_ID_CHARS_MAX} characters")
    ids = [track[name] for name in ("userId", "anonymousId") if name in track]
    if not all(isinstance(value, str) for value in ids):
        return _invalid("userId and anonymousId must be text; Segment drops numbers")
    if not any(value.strip() for value in ids):
        return Unsendable(
            reason=SkipReason.NO_IDENTITY, detail="the message has no userId and no anonymousId"
        )
    return None


def _refused_context(context: object) -> Unsendable | None:
    if not isinstance(context, dict):
        return _invalid("context must be an object")
    device = context.get("device", {})
    if not isinstance(device, dict):
        return _invalid("context.device must be an object")
    if "token" in device and device.get("type") not in DEVICE_TYPES:
        return _invalid(f"a push token needs a device type: {' or '.join(DEVICE_TYPES)}")
    return None


def _has_zone(timestamp: object) -> bool:
    if not isinstance(timestamp, str):
        return False
    try:
        return datetime.fromisoformat(timestamp).tzinfo is not None
    except ValueError:
        return False


def _all_finite(value: object) -> bool:
    """Whether no number is NaN or endless. Raises RecursionError for a value without an end."""
    match value:
        case float():
            return math.isfinite(value)
        case Mapping():
            return all(_all_finite(inner) for inner in value.values())
        case list() | tuple():
            return all(_all_finite(inner) for inner in value)
        case _:
            return True


def iso(at_ms: int) -> str:
    """Return an instant as Segment wants it: `2026-03-29T06:00:00.000Z`."""
    text = (_EPOCH + timedelta(milliseconds=at_ms)).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"


def _invalid(detail: str) -> Unsendable:
    return Unsendable(reason=SkipReason.INVALID_MESSAGE, detail=detail)
