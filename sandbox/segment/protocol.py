"""What a request body must be: Segment's sizes and shapes, on the exact bytes of the wire.

Only two things are ever answered with 400: a body that is no JSON of the right shape, and one
that is too large. Everything else gets 200, whatever becomes of it (`rules`).
"""

import base64
import binascii
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

EVENT_BYTES_MAX = 32 * 1024
BATCH_BYTES_MAX = 500 * 1024
BATCH_EVENTS_MAX = 2_500

SINGLE_CALLS = ("identify", "track", "page", "screen", "group", "alias")
BATCH_CALLS = ("batch", "import")
CALLS = SINGLE_CALLS + BATCH_CALLS


class BadRequest(msgspec.Struct, frozen=True):
    """A request that gets 400: `code` for programs, `message` for people."""

    code: str
    message: str


class Event(msgspec.Struct, frozen=True):
    """One event as it came: its exact bytes, and the JSON value they spell."""

    raw: bytes
    body: Any


class Call(msgspec.Struct, frozen=True):
    """One request understood: its events in order, the key in its body, the sender's clock."""

    events: Sequence[Event]
    write_key: str | None
    sent_at: str | None


class _Envelope(msgspec.Struct):
    """The fields of a batch that matter to more than one event."""

    batch: msgspec.Raw = msgspec.Raw()
    writeKey: Any = None  # noqa: N815 - the wire's name
    sentAt: Any = None  # noqa: N815 - the wire's name


def unzip(body: bytes, encoding: str) -> bytes | BadRequest:
    """The body itself; `encoding` is the Content-Encoding header, empty when there is none.

    Never yields more than one byte over the batch limit, however small the bomb.
    """
    match encoding.strip().lower():
        case "" | "identity":
            return body
        case "gzip":
            inflate = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
            try:
                plain = inflate.decompress(body, BATCH_BYTES_MAX + 1)
            except zlib.error as error:
                return BadRequest("invalid_gzip", f"The body is not gzip: {error}.")
            if len(plain) <= BATCH_BYTES_MAX and not inflate.eof:
                return BadRequest("invalid_gzip", "The gzip body ends before its end.")
            return plain
        case other:
            return BadRequest("invalid_encoding", f"Content-Encoding {other!r} is not known.")


def parse(call: str, body: bytes) -> Call | BadRequest:
    """Read the body of `/v1/{call}`, already unzipped."""
    limit = BATCH_BYTES_MAX if call in BATCH_CALLS else EVENT_BYTES_MAX
    if len(body) > limit:
        return BadRequest("too_large", f"The body has more than {limit} bytes.")
    try:
        body.decode("utf-8")  # msgspec does not look inside what it skips
        return _parse_batch(body) if call in BATCH_CALLS else _parse_single(body)
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError) as error:
        return BadRequest("invalid_json", f"The body is not the JSON that is wanted: {error}.")


def write_key_of(authorization: str) -> str | None:
    """The user name of a Basic header (Segment's write key; the password is empty)."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value, validate=True).decode("utf-8").partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return None


def corrected_ms(event: Any, sent_at: str | None, received_ms: int) -> int:
    """When it happened by Segment's clock, in epoch ms: received - (sentAt - timestamp)."""
    happened = _epoch_ms(event.get("timestamp")) if isinstance(event, dict) else None
    if happened is None:
        return received_ms
    sent = _epoch_ms(sent_at)
    return happened if sent is None else received_ms - (sent - happened)


def _parse_single(body: bytes) -> Call:
    event = msgspec.json.decode(body, type=dict[str, Any])
    return Call(
        events=(Event(body, event),),
        write_key=_text(event.get("writeKey")),
        sent_at=_text(event.get("sentAt")),
    )


def _parse_batch(body: bytes) -> Call | BadRequest:
    envelope = msgspec.json.decode(body, type=_Envelope)
    listed = bytes(envelope.batch) or b"null"
    raws = msgspec.json.decode(listed, type=list[msgspec.Raw] | None) or []
    events = []
    for place, raw in enumerate(raws):
        if len(raw) > EVENT_BYTES_MAX:
            message = f"batch[{place}] has more than {EVENT_BYTES_MAX} bytes."
            return BadRequest("too_large", message)
        wire = bytes(raw)  # a copy: the slice would keep the whole body alive
        events.append(Event(wire, msgspec.json.decode(wire)))
    return Call(
        events=events,
        write_key=_text(envelope.writeKey),
        sent_at=_text(envelope.sentAt),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _epoch_ms(value: Any) -> int | None:
    """Epoch ms of an ISO-8601 text; without a zone it is read as UTC, as Segment reads it."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
