"""Bad input at every door: a clear error, nothing lost, and the daemon goes on."""

import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from clarion.config import Ingest
from sandbox.slack import ANA, BEN, CAMPAIGNS
from sandbox.slack.sign import wrongly_signed
from tests.patience import PATIENCE_SECONDS
from tests.system.acting import clarion, on_stage, publish, reaches

BODY_BYTES_MAX = Ingest().body_bytes_max
FIVE_ERRORS = """\
name = ""
kind = "live"
colour = "red"

[who]
type = "property"
name = "age"
op = "older"

[limits]
cap_total = -1

[do_not_disturb]
start = "25:00"
end = "09:00"
"""
GOOD = """\
name = "Welcome"
kind = "live"

[trigger]
event = "Signed Up"

[limits]
cap_total = 1
"""


def track(user: str, **more: Any) -> dict[str, Any]:
    return {"type": "track", "userId": user, "event": "Signed Up", "messageId": f"m-{user}"} | more


async def test_bad_events_are_refused_clearly_and_good_ones_are_kept(tmp_path: Path) -> None:
    definition = tmp_path / "welcome.toml"
    definition.write_text(GOOD)
    async with on_stage(tmp_path) as stage:
        await publish(stage, definition, "Welcome", author=ANA, other=BEN)
        await reaches(stage, "Welcome", "running")
        url = f"{stage.ingest_url}/v1/batch"
        async with httpx.AsyncClient(
            auth=(stage.ingest_key, ""), timeout=PATIENCE_SECONDS
        ) as client:
            broken = await client.post(url, content=b'{"batch": [')
            oversize = await client.post(url, content=b"x" * (BODY_BYTES_MAX + 1))
            stranger = await client.post(url, json={"batch": [track("u9")]}, auth=("wrong", ""))
            mixed = await client.post(
                url, json={"batch": [track("u1"), {"type": "dance", "userId": 7}, track("u2")]}
            )
        view = await reaches(stage, "Welcome", "completed")

    assert (broken.status_code, broken.json()["problems"][0]["where"]) == (400, "body")
    assert (oversize.status_code, oversize.json()["problems"][0]["where"]) == (413, "body")
    assert (stranger.status_code, stranger.json()["problems"][0]["where"]) == (401, "writeKey")
    assert mixed.status_code == 200
    assert mixed.json()["accepted"] == 2
    assert {p["where"] for p in mixed.json()["rejected"]} == {"batch[1].type", "batch[1].userId"}
    assert (view["books"]["qualified"], view["books"]["sent"]) == (2, 1)


async def test_a_definition_with_five_errors_reports_five_with_their_lines(tmp_path: Path) -> None:
    definition = tmp_path / "five.toml"
    definition.write_text(FIVE_ERRORS)
    async with on_stage(tmp_path) as stage:
        told = await clarion(stage, "campaign", "draft", str(definition), "--as", ANA, expect=1)
        listed = await clarion(stage, "campaign", "list")
    places = {problem["where"]: problem.get("line") for problem in told["problems"]}
    assert {"name": 1, "colour": 3, "who.op": 8, "limits.cap_total": 11}.items() <= places.items()
    assert places["do_not_disturb.start"] == 14
    assert listed["campaigns"] == []


async def test_a_slack_request_with_a_wrong_signature_changes_nothing(tmp_path: Path) -> None:
    async with on_stage(tmp_path, mode="http") as stage:
        body = urlencode(
            {"command": "/campaign", "text": "list", "user_id": ANA, "channel_id": CAMPAIGNS}
        ).encode()
        headers = wrongly_signed(stage.signing_secret, int(time.time()), body) | {
            "content-type": "application/x-www-form-urlencoded"
        }
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
            refused = await client.post(stage.bot_url, content=body, headers=headers)
        outcome = await stage.slack.command(ANA, CAMPAIGNS, "/campaign help")
        assert refused.status_code == 401
        assert outcome.ok
        assert stage.slack.complaints == []
