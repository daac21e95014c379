"""The silent drops: why an event that was answered with 200 never arrives.

Reasons that concern the request or the source (`bad_write_key`, `source_disabled`,
`wrong_region`, `empty_batch`, `over_2500`) are found by `local`; those of one event are here.
"""

from datetime import datetime
from typing import Any

from sandbox.segment.protocol import SINGLE_CALLS

MESSAGE_ID_LENGTH_BELOW = 100
DEVICE_TYPES = ("ios", "android")

BAD_WRITE_KEY = "bad_write_key"
SOURCE_DISABLED = "source_disabled"
WRONG_REGION = "wrong_region"
EMPTY_BATCH = "empty_batch"
OVER_BATCH_EVENTS = "over_2500"


def fault_of(event: Any, call: str) -> str | None:
    """The reason why Segment drops this event, or None; `call` is `batch` or the event's type."""
    if not isinstance(event, dict):
        return "message_not_object"
    kind = type_of(event, call)
    if kind not in SINGLE_CALLS:
        return "type_unknown"
    return (
        _fault_of_ids(event, kind) or _fault_of_fields(event, kind) or _fault_of_message_id(event)
    )


def type_of(event: dict[str, Any], call: str) -> Any:
    """What the event says it is; on its own endpoint it need not say."""
    return call if call in SINGLE_CALLS else event.get("type")


def _fault_of_ids(event: dict[str, Any], kind: Any) -> str | None:
    for name in ("userId", "anonymousId", "groupId", "previousId"):
        if event.get(name) is not None and not isinstance(event[name], str):
            return "id_not_string"
    if not (event.get("userId") or event.get("anonymousId")):
        return "no_user_anon_id"
    if kind == "group" and not event.get("groupId"):
        return "no_group_id"
    if kind == "alias" and not event.get("previousId"):
        return "no_previous_id"
    return None


def _fault_of_fields(event: dict[str, Any], kind: Any) -> str | None:
    if kind == "track" and not (isinstance(event.get("event"), str) and event["event"]):
        return "event_not_string"
    for name in ("properties", "traits", "context"):
        if event.get(name) is not None and not isinstance(event[name], dict):
            return f"{name}_not_object"
    return _fault_of_timestamp(event) or _fault_of_device(event)


def _fault_of_timestamp(event: dict[str, Any]) -> str | None:
    """A moment without a zone would be read as anybody's: here it is lost, so that tests see it."""
    match event.get("timestamp"):
        case None:
            return None
        case str() as text:
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                return "timestamp_not_iso"
            return None if moment.tzinfo else "timestamp_without_zone"
        case _:
            return "timestamp_not_iso"


def _fault_of_device(event: dict[str, Any]) -> str | None:
    """Destinations cannot use a push token of which nobody knows whose phone it is for."""
    device = (event.get("context") or {}).get("device")
    if device is None:
        return None
    if not isinstance(device, dict):
        return "device_not_object"
    if device.get("token") is not None and device.get("type") not in DEVICE_TYPES:
        return "device_type_missing"
    return None


def _fault_of_message_id(event: dict[str, Any]) -> str | None:
    match event.get("messageId"):
        case None | "":
            return "message_id_missing"
        case str() as message_id if len(message_id) < MESSAGE_ID_LENGTH_BELOW:
            return None
        case str():
            return "message_id_too_long"
        case _:
            return "message_id_not_string"
