import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from tests.actors.doorway import SHARED_SECRET, Door, open_door

ONE: dict[str, Any] = {
    "type": "track",
    "userId": "u",
    "event": "E",
    "messageId": "m1",
    "timestamp": "2026-03-20T09:00:00.000Z",
    "sentAt": "2020-01-01T00:00:00.000Z",
}
TWO = ONE | {"messageId": "m2"}


def sign(signed: bytes, secret: str = SHARED_SECRET) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha1).hexdigest()


async def hook(door: Door, body: bytes, signature: str, key: str = "hook-key") -> int:
    status, _ = await door.post(
        body, "hooks/segment", Authorization=f"Bearer {key}", X_Signature=signature
    )
    return status


async def test_one_event_comes_in_with_the_time_that_segment_has_put_right(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        body = json.dumps(ONE).encode()
        assert await hook(door, body, sign(body)) == 200
        rows = await door.house.rows("SELECT source_id, user, time_ms FROM log")
        assert [tuple(row) for row in rows] == [("hook:m1", "u", 1_773_997_200_000)]


async def test_a_batch_is_signed_by_its_first_element_as_it_stands_there(tmp_path: Path) -> None:
    first, second = json.dumps(ONE, indent=1).encode(), json.dumps(TWO).encode()
    async with open_door(tmp_path) as door:
        assert await hook(door, b" [ " + first + b" , " + second + b"]", sign(first)) == 200
        whole = b"[" + second + b"]"
        assert await hook(door, whole, sign(whole)) == 200
        assert await door.kept() == ["hook:m1", "hook:m2"]


BODY = b"[" + json.dumps(ONE).encode() + b"," + json.dumps(TWO).encode() + b"]"
FIRST = json.dumps(ONE).encode()


@pytest.mark.parametrize(
    ("body", "signature", "key"),
    [
        (BODY, "", "hook-key"),
        (BODY, sign(FIRST, "other"), "hook-key"),
        (BODY, sign(json.dumps(TWO).encode()), "hook-key"),
        (BODY, sign(FIRST)[:-1], "hook-key"),
        (BODY, sign(FIRST), "wrong"),
        (BODY, sign(FIRST), "gone-key"),
        (BODY, sign(FIRST), "ingest-key"),
        (BODY.replace(b'"u"', b'"w"'), sign(FIRST), "hook-key"),
        (b"[]", sign(b""), "hook-key"),
        (b"[]", sign(b"[]"), "hook-key"),
        (b"[", sign(b"["), "hook-key"),
        (b"\xff", sign(b"\xff"), "hook-key"),
    ],
)
async def test_without_key_and_signature_nothing_changes(
    tmp_path: Path, body: bytes, signature: str, key: str
) -> None:
    async with open_door(tmp_path) as door:
        assert await hook(door, body, signature, key) in {400, 401, 403}
        assert await door.kept() == []


async def test_a_request_that_is_replayed_changes_nothing(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        for _ in range(3):
            assert await hook(door, BODY, sign(FIRST)) == 200
        assert await door.kept() == ["hook:m1", "hook:m2"]


async def test_a_signature_that_is_no_ascii_is_none(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        headers: dict[str, Any] = {"X_Signature": b"\xff\xfe"}
        status, _ = await door.post(
            FIRST, "hooks/segment", Authorization="Bearer hook-key", **headers
        )
        assert status == 401


async def test_half_an_emoji_and_a_number_that_is_none_cost_no_more_than_their_event(
    tmp_path: Path,
) -> None:
    cut = json.dumps(ONE | {"properties": {"title": "\ud83d"}}).encode()
    none = json.dumps(TWO | {"properties": {"price": float("nan")}}).encode()
    three = json.dumps(ONE | {"messageId": "m3"}).encode()
    async with open_door(tmp_path) as door:
        assert await hook(door, b"[" + cut + b"]", sign(cut)) == 200
        assert await hook(door, b"[" + three + b"," + none + b"]", sign(b"wrong")) == 401
        assert await hook(door, b"[" + three + b"," + none + b"]", sign(three)) == 200
        assert await door.kept() == ["hook:m1", "hook:m3"]
