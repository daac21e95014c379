from pathlib import Path
from typing import Any

import pytest

from tests.actors.doorway import basic, open_door

GOOD: dict[str, Any] = {"type": "track", "userId": "u", "event": "E"}


@pytest.mark.parametrize("call", ["batch", "import", "b"])
async def test_a_batch_comes_in_under_each_of_its_names(tmp_path: Path, call: str) -> None:
    async with open_door(tmp_path) as door:
        assert await door.post({"batch": [GOOD]}, f"v1/{call}") == (200, {"success": True})
        assert len(await door.kept()) == 1


async def test_no_address_leads_elsewhere(tmp_path: Path) -> None:
    """A redirect would lose the event, or show the key to somebody else."""
    async with open_door(tmp_path) as door:
        for path in ("v1/track/", "v1", "v2/track", "", "V1/track"):
            status, answer = await door.post(GOOD, path)
            assert (status, bool(answer["problems"][0]["fix"])) == (404, True), path
        assert await door.kept() == []


async def test_two_sources_may_use_the_same_id(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        call = GOOD | {"messageId": "m"}
        for _ in range(2):
            await door.post(call, "v1/track")
            await door.post(call, "v1/track", Authorization=basic("web-key"))
        assert await door.kept() == ["m", "web:m"]


async def test_a_revoked_key_is_refused_and_told_so(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        status, answer = await door.post(GOOD, "v1/track", Authorization=basic("gone-key"))
        assert (status, "revoked" in answer["problems"][0]["what"]) == (401, True)
        status, answer = await door.post(GOOD, "v1/track", Authorization=basic("passcode"))
        assert (status, "/1/upload" in answer["problems"][0]["fix"]) == (403, True)
        assert await door.kept() == []


async def test_what_is_over_a_limit_is_told_with_its_place_and_the_rest_is_kept(
    tmp_path: Path,
) -> None:
    async with open_door(tmp_path) as door:
        long = {"type": "identify", "userId": "u", "traits": {"bio": "x" * 600, "plan": "pro"}}
        full = {"type": "identify", "userId": "v", "traits": {str(n): n for n in range(256)}}
        more = {"type": "identify", "userId": "v", "traits": {"more": 1}}
        status, answer = await door.post({"batch": [long, full, more]})
        assert (status, "rejected" in answer) == (200, False)
        told = [(one["where"], one["what"]) for one in answer["left_out"]]
        assert told[0][0] == "batch[0].traits.bio"
        assert ("600" in told[0][1], "512" in told[0][1], "256" in told[1][1]) == (True,) * 3
        people = await door.people()
        assert (people["u"], "more" in people["v"]) == ({"plan": "pro"}, False)


async def test_each_source_has_its_own_counts(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        call = GOOD | {"messageId": "m"}
        await door.post({"batch": [call, call, {"type": "?"}]})
        await door.post({"batch": [{"type": "?"}]}, Authorization=basic("web-key"))
        merge = {"type": "identify", "userId": "ana", "anonymousId": "d"}
        await door.post({"batch": [merge, merge | {"userId": "ben"}]})
        health = (await door.client.get(f"{door.url}/health")).json()["sources"]
        assert health["default"] == {
            "accepted": 3,
            "duplicate": 1,
            "rejected": 1,
            "left_out": 0,
            "merged": 1,
            "not_merged": 1,
            "broken": 0,
            "too_old": 0,
        }
        assert health["web"]["rejected"] == 1
        rows = await door.house.rows("SELECT source, what, n FROM intake WHERE n > 0")
        kept = {(source, what): n for source, what, n in rows}
        assert kept == {
            (source, what): n
            for source, counts in health.items()
            for what, n in counts.items()
            if n
        }
