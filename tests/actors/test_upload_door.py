import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio

from actors.upload_door import AT_ONCE_MAX
from tests.actors.doorway import Door, open_door
from tests.patience import PATIENCE_SECONDS

EVENT: dict[str, Any] = {
    "identity": "ana",
    "type": "event",
    "evtName": "Bought",
    "ts": 1_774_000_000,
}
PROFILE: dict[str, Any] = {"identity": "ana", "type": "profile", "profileData": {"Name": "Ana"}}
HEADERS = {"X_CleverTap_Account_Id": "ACC-1", "X_CleverTap_Passcode": "passcode"}


async def upload(door: Door, *records: Any, path: str = "1/upload") -> tuple[int, Any]:
    return await door.post({"d": records}, path, **HEADERS)


async def test_events_and_profiles_come_in_together(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        answer = await upload(door, EVENT | {"objectId": "d1"}, PROFILE)
        assert answer == (200, {"status": "success", "processed": 2, "unprocessed": []})
        assert await door.people() == {"ana": {"name": "Ana"}}
        rows = await door.house.rows("SELECT time_ms FROM log WHERE kind = 'event'")
        assert rows[0][0] == 1_774_000_000_000


async def test_what_is_wrong_is_given_back_with_its_code_and_the_rest_is_kept(
    tmp_path: Path,
) -> None:
    async with open_door(tmp_path) as door:
        bad = EVENT | {"evtName": ""}
        status, answer = await upload(door, EVENT, bad, 7)
        assert (status, answer["status"], answer["processed"]) == (200, "partial", 1)
        assert [(one["status"], one["code"]) for one in answer["unprocessed"]] == [
            ("fail", 509),
            ("fail", 512),
        ]
        assert [one["record"] for one in answer["unprocessed"]] == [bad, 7]
        assert (await upload(door, bad))[1]["status"] == "fail"
        assert len(await door.kept()) == 1


async def test_a_request_that_is_sent_again_acts_once(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        named = EVENT | {"id": "order-1"}
        for _ in range(2):
            await upload(door, EVENT, EVENT, named, named)
        kept = await door.kept()
        assert (len(kept), kept[-1]) == (3, "ACC-1:order-1")


async def test_a_dry_run_says_what_would_be_and_keeps_nothing(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        _, answer = await upload(door, EVENT, 7, path="1/upload?dryRun=1")
        assert (answer["status"], answer["processed"]) == ("partial", 1)
        assert await door.kept() == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X_CleverTap_Account_Id": "ACC-1"},
        {"X_CleverTap_Passcode": "passcode"},
        {"X_CleverTap_Account_Id": "OTHER", "X_CleverTap_Passcode": "passcode"},
        {"X_CleverTap_Account_Id": "ACC-1", "X_CleverTap_Passcode": "wrong"},
        {"X_CleverTap_Account_Id": "default", "X_CleverTap_Passcode": "ingest-key"},
        {"X_CleverTap_Account_Id": b"\xff", "X_CleverTap_Passcode": "passcode"},
    ],
)
async def test_only_account_and_passcode_together_come_in(
    tmp_path: Path, headers: dict[str, str | bytes]
) -> None:
    async with open_door(tmp_path) as door:
        status, answer = await door.post({"d": [EVENT]}, "1/upload", **headers)
        assert (status in {401, 403}, answer["status"]) == (True, "fail")
        assert await door.kept() == []


async def test_a_request_of_too_many_records_or_of_no_shape_is_refused_whole(
    tmp_path: Path,
) -> None:
    async with open_door(tmp_path) as door:
        many = [{"type": "profile"}] * 1_001
        bodies: tuple[Any, ...] = ({"d": many}, {"d": {}}, {"x": []}, [EVENT], b"{", b"\xff")
        for body in bodies:
            status, answer = await door.post(body, "1/upload", **HEADERS)
            assert (status, answer["status"], bool(answer["error"])) == (400, "fail", True)
        assert (await upload(door, EVENT, path="1/download"))[0] == 404
        assert await door.kept() == []


@pytest.mark.parametrize(("shown", "others"), [(HEADERS, 429), ({}, 200)])
async def test_more_requests_at_once_than_clevertap_takes_get_429(
    tmp_path: Path, shown: dict[str, str], others: int
) -> None:
    """Those of strangers keep out strangers, and nobody who has a passcode."""
    shown = {name.replace("_", "-"): value for name, value in shown.items()}
    async with open_door(tmp_path) as door:

        async def endless() -> Any:
            yield b" "
            await trio.sleep_forever()

        async def hang(client: httpx.AsyncClient) -> None:
            url = f"{door.url}/1/upload"
            await client.post(url, content=endless(), timeout=60, headers=shown)

        limits = httpx.Limits(max_connections=None)
        async with (
            trio.open_nursery() as nursery,
            httpx.AsyncClient(trust_env=False, limits=limits, timeout=PATIENCE_SECONDS) as client,
        ):
            for _ in range(AT_ONCE_MAX):
                nursery.start_soon(hang, client)
            with trio.fail_after(PATIENCE_SECONDS):
                while door.ingest._uploads.total() < AT_ONCE_MAX:  # noqa: ASYNC110 - a count
                    await trio.sleep(0.01)
            again = await client.post(f"{door.url}/1/upload", headers=shown)
            assert again.status_code == 429
            assert (await upload(door, EVENT))[0] == others
            nursery.cancel_scope.cancel()
        with trio.fail_after(PATIENCE_SECONDS):
            while door.ingest._uploads.total():  # noqa: ASYNC110 - a count
                await trio.sleep(0.01)
        assert (await upload(door, EVENT))[0] == 200


async def test_half_an_emoji_costs_no_upload(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        body = rb'{"d": [{"identity": "a", "type": "profile", "profileData": {"x": "\ud83d"}}]}'
        status, answer = await door.post(body, "1/upload", **HEADERS)
        assert (status, answer["processed"]) == (200, 1)
        assert await door.people() == {"a": {"x": "\N{REPLACEMENT CHARACTER}"}}


async def test_a_number_that_is_none_costs_its_own_record_and_is_named(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        bad = EVENT | {"evtData": {"price": float("nan")}}
        body = b"\xef\xbb\xbf" + json.dumps({"d": [EVENT, bad]}).encode()
        status, answer = await door.post(body, "1/upload", **HEADERS)
        assert (status, answer["processed"]) == (200, 1)
        (unprocessed,) = answer["unprocessed"]
        assert unprocessed["error"].startswith("evtData.price: It is no number")
