"""The senders that others wrote, against the real door: independent of how we read the protocol."""

import json
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio
from rudderstack.analytics.client import Client as RudderClient
from segment.analytics.client import Client as SegmentClient

from tests.actors.doorway import INGEST_KEY, Door, open_door

NODE_CLIENT = Path(__file__).parents[2] / ".node"
NODE_SCRIPT = """
const { Analytics } = require("@segment/analytics-node");
const analytics = new Analytics({ writeKey: process.argv[2], host: process.argv[1] });
analytics.on("error", (error) => { console.error(error); process.exit(1); });
analytics.track({ anonymousId: "d1", event: "Viewed", properties: { price: 1.5 } });
analytics.identify({ userId: "ana", anonymousId: "d1", traits: { plan: "pro" } });
analytics.track({ userId: "ana", event: "Bought" });
analytics.page({ userId: "ana", name: "Home", category: "Shop" });
analytics.screen({ userId: "ana", name: "Cart" });
analytics.group({ userId: "ana", groupId: "acme", traits: { seats: 5 } });
analytics.alias({ userId: "anna", previousId: "ana" });
analytics.closeAndFlush().then(() => process.exit(0));
"""
EVERYTHING = {
    "plan": "pro",
    "group": {"id": "acme", "seats": 5},
    "groups": ["acme"],
}


async def check(door: Door) -> None:
    """Everything is the person's, under the id that came last."""
    assert await door.people() == {"anna": EVERYTHING}
    events = await door.house.rows("SELECT user, name FROM log WHERE kind = 'event' ORDER BY name")
    names = ["Bought", "Loaded a Page", "Loaded a Screen", "Viewed"]
    assert [tuple(row) for row in events] == [("anna", name) for name in names]
    health = await door.client.get(f"{door.url}/health")
    assert health.json()["sources"]["default"]["rejected"] == 0


def say_everything(client: Any) -> None:
    client.track(None, "Viewed", anonymous_id="d1")
    client.identify("ana", {"plan": "pro"}, anonymous_id="d1")
    client.track("ana", "Bought")
    client.page("ana", category="Shop", name="Home")
    client.screen("ana", category="Shop", name="Cart")
    client.group("ana", "acme", {"seats": 5})
    client.alias("ana", "anna")
    client.flush()
    client.join()


@pytest.mark.parametrize("gzip", [True, False])
async def test_segments_python_client_is_understood(tmp_path: Path, gzip: bool) -> None:
    async with open_door(tmp_path) as door:
        client = SegmentClient(INGEST_KEY, host=door.url, gzip=gzip, max_retries=1)
        await trio.to_thread.run_sync(say_everything, client)
        await check(door)


@pytest.mark.parametrize("gzip", [True, False])
async def test_rudderstacks_python_client_is_understood(tmp_path: Path, gzip: bool) -> None:
    async with open_door(tmp_path) as door:
        client = RudderClient(INGEST_KEY, host=door.url, gzip=gzip, max_retries=1)
        await trio.to_thread.run_sync(say_everything, client)
        await check(door)


@pytest.mark.skipif(
    shutil.which("node") is None or not (NODE_CLIENT / "node_modules").exists(),
    reason="needs Node.js, and its client: make node-client",
)
async def test_segments_node_client_is_understood(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        command = ["node", "-e", NODE_SCRIPT, door.url, INGEST_KEY]
        done = await trio.run_process(
            command, cwd=NODE_CLIENT, capture_stdout=True, capture_stderr=True, check=False
        )
        assert done.returncode == 0, done.stderr
        await check(door)


async def test_a_page_sends_as_segments_browser_library_does(tmp_path: Path) -> None:
    """Text, no Basic auth, the key in the body, and a question of the browser first."""
    async with open_door(tmp_path) as door:
        asked = await door.client.options(
            f"{door.url}/v1/t",
            headers={
                "Origin": "https://shop.example",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type",
            },
        )
        assert asked.status_code == 204
        assert asked.headers["Access-Control-Allow-Origin"] == "*"
        assert "content-type" in asked.headers["Access-Control-Allow-Headers"]
        common = {"anonymousId": "d1", "writeKey": "web-key"}
        calls: list[tuple[str, dict[str, Any]]] = [
            ("t", {"type": "track", "event": "Viewed"}),
            ("p", {"type": "page", "name": "Home"}),
            ("s", {"type": "screen", "name": "Cart"}),
            ("i", {"type": "identify", "userId": "ana", "traits": {"plan": "pro"}}),
            ("g", {"type": "group", "userId": "ana", "groupId": "acme"}),
            ("a", {"type": "alias", "userId": "ana", "previousId": "d2"}),
        ]
        posts: list[tuple[str, dict[str, Any]]] = [(path, common | call) for path, call in calls]
        posts.append(("b", {"writeKey": "web-key", "batch": [common | calls[0][1]]}))
        for path, body in posts:
            answer = await _post_text(door, path, body)
            assert (answer.status_code, answer.json()) == (200, {"success": True}), path
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert set(await door.people()) == {"ana"}
        (n,) = (await door.house.rows("SELECT count(*) FROM log WHERE kind = 'event'"))[0]
        assert n == 4


async def _post_text(door: Door, path: str, body: Any) -> httpx.Response:
    return await door.client.post(
        f"{door.url}/v1/{path}",
        content=json.dumps(body),
        headers={"Content-Type": "text/plain", "Origin": "https://shop.example"},
    )
