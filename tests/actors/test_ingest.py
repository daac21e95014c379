import base64
import gzip
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio

from actors.clock import WallClock
from actors.request_body import STRANGERS_PART
from domain.audience import Device, Filter, Reachability
from tests.actors.doorway import INGEST_KEY, basic, open_door
from tests.actors.house import LIVE
from tests.patience import PATIENCE_SECONDS

GOOD: dict[str, Any] = {"type": "track", "userId": "u", "event": "E"}


def batch(*ids: str) -> dict[str, Any]:
    return {"batch": [GOOD | {"messageId": one} for one in ids]}


async def test_good_items_are_kept_and_bad_ones_listed(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        body = {"batch": [GOOD | {"messageId": "a"}, {"type": "?"}, GOOD | {"messageId": "b"}]}
        status, answer = await door.post(body)
        assert (status, answer["accepted"], await door.kept()) == (200, 2, ["a", "b"])
        assert {p["where"] for p in answer["rejected"]} == {"batch[1].type", "batch[1].userId"}
        assert all(problem["fix"] for problem in answer["rejected"])


HOSTILE = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'{"batch":7}',
    b'{"batch":[],"x":' + b"[" * 90_000 + b"]" * 9_000 + b"}",
    b'{"batch":[{"type":[]}]}',
    b'{"batch":[{"type":"track","userId":"\xff","event":"e"}]}',
    b'{"batch":[{"type":"track","userId":"u","event":"e","properties":{"n":'
    + b"9" * 5_000
    + b"}}]}",
    b'{"batch":[{"type":"track","userId":"u","event":"e","properties":{"n":1e999}}]}',
    b'{"batch":[{"type":"track","userId":"u","event":"e","properties":{"n":NaN}}]}',
    b'{"batch":[{"type":"track","userId":"u","event":"e","properties":{"n":'
    + b"[" * 20_000
    + b"]" * 20_000
    + b"}}]}",
]


async def test_a_hostile_body_is_answered_with_what_is_wrong(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        for body in HOSTILE:
            status, answer = await door.post(body)
            assert (status, bool(answer["problems"][0]["fix"])) == (400, True), body[:60]
            assert "Traceback" not in str(answer)
        assert await door.kept() == []


async def test_odd_values_that_are_kept_poison_nothing_behind_the_door(tmp_path: Path) -> None:
    odd = {
        "nul\0": "a\0b",
        "": "",
        "big": 10**60,
        "neg": -(10**40),
        "tiny": 5e-324,
        "deep": [[[[[{"a": [1]}]]]]],
        "list": [None, 1, "x", True],
        "quote": "'\";--\\",
        "rtl": "\u202e\U0001f4a9",
    }
    calls = [
        {"type": "identify", "userId": "u\t", "traits": odd, "messageId": "i"},
        {"type": "track", "userId": "u\t", "event": "e\0'\"", "properties": odd},
        {"type": "track", "userId": "v", "event": LIVE.trigger.event if LIVE.trigger else ""},
    ]
    async with open_door(tmp_path) as door:
        await door.house.running(LIVE)
        times = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
        calls += [GOOD | {"timestamp": time, "messageId": time} for time in times]
        status, answer = await door.post({"batch": calls})
        assert (status, "rejected" in answer) == (200, False), answer
        who = LIVE.who
        chosen = await door.house.projector.select(who, draw=(1, 0), now_ms=WallClock().now_ms())
        assert sorted(chosen) == ["u", "u\t", "v"]
        with trio.fail_after(PATIENCE_SECONDS):
            while not door.house.wire.accepted:  # noqa: ASYNC110 - the wire tells nobody
                await trio.sleep(0.02)


@pytest.mark.parametrize(
    ("headers", "body_key", "status"),
    [
        ({"Authorization": basic(INGEST_KEY)}, None, 200),
        ({"Authorization": basic("second")}, None, 200),
        ({"Authorization": ""}, INGEST_KEY, 200),
        ({"Authorization": basic("wrong")}, None, 401),
        ({"Authorization": basic("wrong")}, INGEST_KEY, 401),
        ({"Authorization": ""}, "wrong", 401),
        ({"Authorization": ""}, None, 401),
        ({"Authorization": "Basic ***"}, None, 401),
        ({"Authorization": "Basic \xe9\xff"}, None, 401),
        ({"Authorization": "Basic " + base64.b64encode(b"\xff:").decode()}, None, 401),
    ],
)
async def test_only_a_known_key_comes_in(
    tmp_path: Path, headers: dict[str, str], body_key: str | None, status: int
) -> None:
    async with open_door(tmp_path) as door:
        body = batch("a") | ({"writeKey": body_key} if body_key else {})
        latin = {name: value.encode("latin-1") for name, value in headers.items()}
        answer = await door.post(body, "v1/batch", **latin)
        assert answer[0] == status
        assert await door.kept() == (["a"] if status == 200 else [])


async def test_gzip_is_unpacked_and_a_bomb_is_not(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        packed = gzip.compress(json.dumps(batch("a")).encode())
        assert (await door.post(packed, Content_Encoding="gzip"))[0] == 200
        bomb = gzip.compress(b" " * 50_000_000)
        answers = [
            (await door.post(body, Content_Encoding=encoding))[0]
            for body, encoding in (
                (bomb, "gzip"),
                (packed[:-9], "gzip"),
                (packed + packed, "gzip"),
                (b"no gzip", "gzip"),
                (packed, "br"),
            )
        ]
        assert answers == [413, 400, 400, 400, 415]
        assert await door.kept() == ["a"]


async def test_too_large_a_body_and_an_unknown_call_are_refused(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        assert (await door.post(b" " * 100_001))[0] == 413
        assert (await door.post(GOOD, "v1/dance"))[0] == 404
        assert (await door.post(GOOD, "v1/track"))[0] == 200


async def test_whoever_only_asks_at_a_door_is_told_to_post(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        for path in ("v1/track", "hooks/segment", "1/upload"):
            answer = await door.client.get(f"{door.url}/{path}")
            assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
            assert "POST alone" in answer.text
        assert (await door.client.get(f"{door.url}/v2/track")).status_code == 404


async def test_the_same_event_acts_once_however_often_it_comes(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        async with trio.open_nursery() as nursery:
            for _ in range(10):
                nursery.start_soon(door.post, batch("a", "b", "a"))
        assert sorted(await door.kept()) == ["a", "b"]


@pytest.mark.parametrize("path", ["v1/track", "v1/batch"])
async def test_what_says_neither_its_id_nor_its_time_counts_as_often_as_it_comes(
    tmp_path: Path, path: str
) -> None:
    call = {"type": "track", "userId": "u", "event": "E"}
    body = {"batch": [call, call]} if path == "v1/batch" else call
    async with open_door(tmp_path) as door:
        async with trio.open_nursery() as nursery:
            for _ in range(20):
                nursery.start_soon(door.post, body, path)
        assert len(await door.kept()) == (40 if path == "v1/batch" else 20)


async def test_what_is_answered_200_is_in_the_image_of_a_crash(tmp_path: Path) -> None:
    async with open_door(tmp_path / "a") as door:
        assert (await door.post(batch("a", "b")))[0] == 200
        image = await door.house.crash_image(tmp_path / "b")
        with sqlite3.connect(image / "clarion.db") as conn:
            assert conn.execute("SELECT source_id FROM log").fetchall() == [("a",), ("b",)]
        conn.close()


async def test_a_full_disk_is_answered_503_and_nothing_is_taken(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        with door.house.full_disk():
            assert (await door.post(batch("a")))[0] == 503
        assert (await door.post(batch("a")))[0] == 200


async def test_past_the_watermark_it_says_429_and_when_to_come_back(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        door.ingest.waiting.bytes += 300_001
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client:
            answer = await client.post(f"{door.url}/v1/batch", content=b"x")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
        door.ingest.waiting.bytes -= 300_001
        assert (await door.post(batch("a")))[0] == 200
        assert door.ingest.waiting.bytes == 0


@pytest.mark.parametrize(("key", "others"), [(INGEST_KEY, 429), ("wrong", 200), ("", 200)])
async def test_senders_that_are_slow_with_their_bodies_count_and_strangers_keep_nobody_out(
    tmp_path: Path, key: str, others: int
) -> None:
    headers = {"Authorization": basic(key)} if key else {}
    async with open_door(tmp_path) as door:

        async def endless() -> AsyncIterator[bytes]:
            yield b" " * 90_000
            await trio.sleep_forever()

        most = 300_000 if others == 429 else 300_000 // STRANGERS_PART
        async with (
            trio.open_nursery() as nursery,
            httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client,
        ):
            url = f"{door.url}/v1/batch"
            for _ in range(4):
                nursery.start_soon(_post_stream, client, url, endless(), headers)
            with trio.fail_after(PATIENCE_SECONDS):
                while door.ingest.waiting.bytes < most:  # noqa: ASYNC110 - a count
                    await trio.sleep(0.01)
            stranger = await client.post(url, json=batch("x") | {"writeKey": INGEST_KEY})
            assert stranger.status_code == 429
            assert (await door.post(batch("a")))[0] == others
            nursery.cancel_scope.cancel()


async def _post_stream(
    client: httpx.AsyncClient,
    url: str,
    content: AsyncIterator[bytes],
    headers: dict[str, str],
) -> None:
    await client.post(url, content=content, timeout=60, headers=headers)


async def test_while_draining_it_takes_nothing_new(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        door.ingest.drain()
        assert (await door.post(batch("a")))[0] == 503
        assert await door.kept() == []


async def test_what_breaks_inside_is_an_id_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_door(tmp_path) as door:

        def broken(*_args: Any, **_rest: Any) -> Any:
            raise ValueError("a secret of someone")

        monkeypatch.setattr("actors.protocol.read", broken)
        status, answer = await door.post(batch("a"))
        assert (status, "E7" in str(answer), "secret" in str(answer)) == (500, True, False)


async def test_past_a_mark_nothing_is_read_or_kept_and_the_health_says_why(tmp_path: Path) -> None:
    async with (
        open_door(tmp_path) as door,
        httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client,
    ):
        assert (await client.get(f"{door.url}/health")).status_code == 200
        door.house.pressure._since["disk"] = 0.0
        status, answer = await door.post(batch("a"))
        assert (status, answer["success"], await door.kept()) == (503, False, [])
        health = await client.get(f"{door.url}/health")
        assert (health.status_code, health.json()["refusing"]) == (503, ["disk"])
        del door.house.pressure._since["disk"]
        assert (await door.post(batch("a")))[0] == 200


async def test_a_disk_that_fills_under_a_request_answers_503_and_never_200(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        with door.house.full_disk():
            status, _ = await door.post(batch("a"))
            assert (status, await door.kept()) == (503, [])
        assert ((await door.post(batch("a")))[0], await door.kept()) == (200, ["a"])


async def test_a_stored_profile_that_cannot_be_read_is_reported_and_the_batch_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_door(tmp_path) as door:
        said = [
            {"type": "identify", "userId": user, "traits": {"city": "Oslo"}, "messageId": user}
            for user in ("ann", "ben")
        ]
        await door.post({"batch": [each | {"messageId": f"0{each['userId']}"} for each in said]})
        await door.house.store.write(
            lambda conn: conn.execute("UPDATE user SET traits = x'7b' WHERE user = 'ann'")
        )
        changed = [each | {"traits": {"plan": "pro"}} for each in said]
        assert (await door.post({"batch": [*changed, GOOD]}))[0] == 200
        rows = await door.house.rows("SELECT traits FROM user WHERE user = 'ben'")
        assert json.loads(rows[0][0]) == {"city": "Oslo", "plan": "pro"}
        assert await door.house.rows("SELECT n FROM intake WHERE what = 'broken'") == [(1,)]
        assert "1 profile records stand in the log" in caplog.text
        assert "places 3, error E7" in caplog.text
        assert "Oslo" not in caplog.text


async def test_whom_an_app_tells_of_is_found_by_conditions_about_devices(tmp_path: Path) -> None:
    """Segment's libraries say it in the context of whatever a user does, and in no profile."""
    context = {"device": {"id": "d1", "model": "Pixel 9", "token": "t"}, "app": {"version": "5.10"}}
    seen = {"type": "screen", "userId": "ann", "name": "Home", "context": context}
    older = seen | {"userId": "ben", "context": context | {"app": {"version": "5.9"}}}
    newer = Device((Filter("app_version", ">", "5.9"), Filter("model", "equals", "Pixel 9")))
    async with open_door(tmp_path) as door:
        await door.post({"batch": [seen, older, GOOD]})
        house = door.house
        now = house.clock.now_ms()
        assert await house.projector.select(newer, draw=(1, 0), now_ms=now) == ["ann"]
        pushed = await house.projector.select(Reachability("push"), draw=(1, 0), now_ms=now)
        assert list(pushed) == ["ben"]  # the token is of who had the device last
