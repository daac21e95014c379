"""Segment's webhook destinations at the door: one event as an object, or an array of them.

Segment signs an array by its first element only, so a signature alone proves nothing of the
others: the key is demanded as well, as a bearer token.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence

import msgspec

from actors import doors, mending, protocol, unreadable
from actors.doors import Asked, Opened, Refusal
from actors.protocol import Posted
from actors.segment_door import told
from actors.sources import Kind, Source, find
from store.log import Appended

CALLS = frozenset({"segment"})
_KINDS: frozenset[Kind] = frozenset({"webhook"})


class WebhookDoor:
    """Reads `/hooks/segment`."""

    headers: Mapping[str, str] = {}

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources

    def knows(self, headers: Mapping[str, str]) -> bool:
        """Whether there is a key of ours; the signature shows only later."""
        source = find(self._sources, doors.basic_user(headers.get("authorization", "")) or "")
        return doors.objection(source, _KINDS, where="") is None

    def open(self, asked: Asked, *, now_ms: int) -> Opened | Refusal:
        """Ask for key and signature before anything else, then read the events.

        Segment has put their times right already, so `sentAt` counts for nothing here.
        """
        if asked.call not in CALLS:
            what = f"There is no /hooks/{asked.call[:40]}."
            return Refusal(404, "path", what, "Post to /hooks/segment.")
        key = doors.basic_user(asked.headers.get("authorization", ""))
        source = find(self._sources, key or "")
        objection = doors.objection(source, _KINDS, where="Authorization")
        if objection is not None:
            return objection
        assert source is not None, "a key of nobody is objected to"
        try:
            items, first = _items(asked.body)
        except unreadable.ERRORS as error:
            what = f"This is not readable: {error}."
            return Refusal(400, "body", what, "Send a JSON object, or an array of them.")
        if not _is_signed(asked, first, source.secret):
            what = "The signature is missing, or is not that of this body and the shared secret."
            fix = "Give Segment's destination this source's secret; change no byte on the way."
            return Refusal(401, "X-Signature", what, fix)
        if (too_many := protocol.objection(len(items), "body")) is not None:
            return Refusal(400, too_many.where, too_many.what, too_many.fix)
        found = protocol.read(
            Posted(items), kind=None, source=source, received_ms=now_ms, nth=asked.nth
        )
        return Opened(source, len(items), found.records, found.problems, found.left_out)

    def answer(self, opened: Opened, kept: Appended) -> tuple[int, object]:
        """Say 200, or 400 when nothing was good; with everything that is wrong."""
        return told(opened, kept)

    def refuse(self, refusal: Refusal) -> object:
        """Say why nothing was taken, as one problem."""
        return {"success": False, "problems": [refusal.problem]}


def _items(body: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """Return the events, and the bytes of the first as they came: those are signed."""
    try:
        items = _cut(body)
        return items, items[0] if items else b""
    except unreadable.ERRORS:
        if (whole := mending.mended(body)) is None:
            raise
    items = _cut(whole)
    first = items[0] if items else b""
    if len(whole) == len(body):  # nothing moved: halves of emoji are mended in their place
        begin = whole.index(first)
        first = body[begin : begin + len(first)]
    return items, first


def _cut(body: bytes) -> tuple[bytes, ...]:
    if not body.lstrip(b" \t\r\n").startswith(b"["):
        msgspec.json.decode(body, type=msgspec.Raw)
        return (body,)
    return tuple(bytes(raw) for raw in msgspec.json.decode(body, type=list[msgspec.Raw]))


def _is_signed(asked: Asked, first: bytes, secret: str) -> bool:
    """Tell whether the signature is of the body, or of an array's first element."""
    given = asked.headers.get("x-signature", "").strip().lower().encode()
    if not secret or not first:
        return False
    rights = [
        hmac.new(secret.encode(), signed, hashlib.sha1).hexdigest().encode()
        for signed in {asked.body, first}
    ]
    return any([hmac.compare_digest(given, right) for right in rights])  # noqa: C419 - all of them
