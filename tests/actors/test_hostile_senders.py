"""Whatever a sender posts, at whichever door: never a 500, and never an accepted item lost."""

import hashlib
import hmac
import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import msgspec
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.mending import mended
from tests.actors.doorway import INGEST_KEY, SHARED_SECRET, Door, open_door

EXAMPLES = 200
BASIC = {"Authorization": "Basic " + b64encode(f"{INGEST_KEY}:".encode()).decode()}
CLEVERTAP = {"X-CleverTap-Account-Id": "ACC-1", "X-CleverTap-Passcode": "passcode"}

_ODD = st.sampled_from(["\0", "a\0b", "anon:", "null", "$D_99999999999", "💩", "", " ", "-1"])
_texts = _ODD | st.text(max_size=8) | st.sampled_from(["ana", "ben", "d1", "E", "plan"])
_numbers = (
    st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([-0.0, 1e308, 2**63, 2**64])
)
_leaves = st.none() | st.booleans() | _numbers | _texts
_values = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=10,
)


def _nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


_no_json = st.sampled_from(["\ud800", "\udfff\ud800", float("nan"), float("inf"), 10**4_000])
"""What takes a whole item with it, or a whole body: seldom, or nothing else would be seen."""
_anything = _values | _values | _values | _values | _no_json | st.integers(1, 200).map(_nested)
_calls = st.sampled_from(["track", "identify", "page", "screen", "group", "alias"])
_ids = st.sampled_from(["ana", "ben", "d1", "d2"]) | _texts
_objects = st.dictionaries(_texts, _anything, max_size=5)
_mild = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=4)
_almost_segment = st.tuples(
    _calls, _ids, st.dictionaries(st.sampled_from(["properties", "traits"]), _mild | _objects)
).map(
    lambda drawn: {
        "type": drawn[0],
        "userId": drawn[1],
        "anonymousId": "d1",
        "previousId": "d2",
        "groupId": "g",
        "event": "E",
        **drawn[2],
    }
)
_almost_clevertap = st.tuples(st.sampled_from(["event", "profile"]), _ids, _mild | _objects).map(
    lambda drawn: {
        "type": drawn[0],
        "identity": drawn[1],
        "objectId": "d1",
        "evtName": "E",
        "evtData": drawn[2],
        "profileData": drawn[2],
    }
)
_segment = st.fixed_dictionaries(
    {"type": _calls | _anything},
    optional={
        "userId": _ids | _anything,
        "anonymousId": _ids | _anything,
        "previousId": _ids | _anything,
        "groupId": _ids | _anything,
        "messageId": _ids | _anything,
        "event": _texts | _anything,
        "name": _anything,
        "timestamp": st.just("2026-03-20T09:00:00Z") | _anything,
        "properties": _objects | _anything,
        "traits": _objects | _anything,
        "context": _objects | _anything,
    },
)
_clevertap = st.fixed_dictionaries(
    {"type": st.sampled_from(["event", "profile"]) | _anything},
    optional={
        "identity": _ids | _anything,
        "objectId": _ids | _anything,
        "ts": st.integers(0, 2 * 10**9) | _anything,
        "id": _texts | _anything,
        "evtName": _texts | _anything,
        "evtData": _objects | _anything,
        "profileData": st.dictionaries(
            st.sampled_from(["Email", "Phone", "Gender", "Age", "DOB", "Tz", "n"]),
            _anything | st.dictionaries(st.sampled_from(["$add", "$incr", "$remove"]), _anything),
        )
        | _anything,
    },
)
_bodies = (
    st.lists(_almost_segment | _segment | _anything, max_size=4),
    st.lists(_almost_clevertap | _almost_clevertap | _clevertap | _anything, max_size=4),
)


def _written(value: Any) -> bytes:
    """Write JSON as carelessly as senders do: lone surrogates, NaN and all."""
    with_surrogates = json.dumps(value, ensure_ascii=True)
    return with_surrogates.encode()


class Hostile:
    """One door for all examples: what earlier ones left behind is part of the trouble."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.taken = 0

    async def post(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        url = f"{self._door.url}/{path}"
        answer = await self._door.client.post(url, content=body, headers=headers)
        assert answer.status_code < 500, (path, body, answer.text)
        told = answer.json()
        if answer.status_code == 200:
            self.taken += told.get("processed", told.get("accepted", _items(body)))
        await self._nothing_is_lost(path, body)

    async def _nothing_is_lost(self, path: str, body: bytes) -> None:
        """Check that the log has what was told to be taken, but for what it had before."""
        rows = await self._door.house.rows("SELECT count(*) FROM log WHERE kind <> 'merge'")
        health = (await self._door.client.get(f"{self._door.url}/health")).json()
        again = sum(counts.get("duplicate", 0) for counts in health["sources"].values())
        assert rows[0][0] + again == self.taken, (path, body)


def _items(body: bytes) -> int:
    """Return how many items a body has of which none was rejected."""
    plain = json.loads(mended(body) or body)  # as the door reads it
    if isinstance(plain, dict):
        plain = plain.get("batch", plain)
    return len(plain) if isinstance(plain, list) else 1


def _play(
    folder: Path, posts: list[tuple[str, bytes, dict[str, str]]], *, taken_min: int = 0
) -> None:
    async def play() -> None:
        async with open_door(folder, quiet=True, supervised=False, delivering=False) as door:
            hostile = Hostile(door)
            for path, body, headers in posts:
                await hostile.post(path, body, headers)
            rows = await door.house.rows("SELECT traits FROM user")
            assert all(isinstance(msgspec.json.decode(held), dict) for (held,) in rows)
            lost = await door.house.rows(
                "SELECT user FROM log WHERE kind = 'event' AND user NOT IN (SELECT user FROM user)"
            )
            assert lost == []
            assert hostile.taken >= taken_min, "most of it never came so far"

    trio.run(play)


def _collect(strategy: st.SearchStrategy[Any], n: int) -> list[Any]:
    """Draw so many examples, for one daemon: starting one for each would take long."""
    found: list[Any] = []

    @settings(
        max_examples=n,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(value: Any) -> None:
        found.append(value)

    draw()
    return found


def test_whatever_is_posted_in_segments_protocol(tmp_path: Path) -> None:
    batches = _collect(_bodies[0], EXAMPLES)
    posts = [("v1/batch", _written({"batch": each}), BASIC) for each in batches]
    singles = _collect(_almost_segment | _segment | _anything, EXAMPLES)
    paths = ["t", "i", "p", "s", "g", "a", "b", "import", "identify"]
    posts += [(f"v1/{paths[n % 9]}", _written(each), BASIC) for n, each in enumerate(singles)]
    _play(tmp_path, posts, taken_min=15)


def test_whatever_is_posted_in_clevertaps(tmp_path: Path) -> None:
    uploads = _collect(_bodies[1], EXAMPLES)
    posts = [("1/upload", _written({"d": each}), CLEVERTAP) for each in uploads]
    posts += [
        ("1/upload", _written(each), CLEVERTAP) for each in _collect(_anything, EXAMPLES // 4)
    ]
    _play(tmp_path, posts, taken_min=15)


def test_whatever_is_posted_to_the_webhook(tmp_path: Path) -> None:
    posts = []
    for each in _collect(
        st.lists(_almost_segment, max_size=3) | _almost_segment | _segment | _anything, EXAMPLES
    ):
        body = _written(each)
        signature = hmac.new(SHARED_SECRET.encode(), body, hashlib.sha1).hexdigest()
        headers = {"Authorization": "Bearer hook-key", "X-Signature": signature}
        posts.append(("hooks/segment", body, headers))
    _play(tmp_path, posts, taken_min=15)


def test_whatever_bytes_are_posted_anywhere(tmp_path: Path) -> None:
    posts = []
    places = [("v1/batch", BASIC), ("v1/track", BASIC), ("1/upload", CLEVERTAP)]
    for n, raw in enumerate(_collect(st.binary(max_size=60), EXAMPLES)):
        path, headers = places[n % 3]
        posts += [
            (path, raw, headers),
            (path, b'{"batch":[' + raw + b'],"d":[' + raw + b"]}", headers),
        ]
        posts.append((path, raw, headers | {"Content-Encoding": "gzip"}))
    _play(tmp_path, posts)
