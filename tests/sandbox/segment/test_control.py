import httpx
import pytest

from sandbox.segment import LocalSegment
from sandbox.segment.control import CONTROL_BYTES_MAX
from tests.sandbox.segment.conftest import an_event

Client = httpx.AsyncClient


async def test_the_state_tells_another_process_everything(client: Client) -> None:
    await client.post("/v1/batch", json={"batch": [an_event(), an_event(), an_event(2, event=1)]})
    state = (await client.get("/control/state")).json()
    assert (state["counters"]["accepted"], state["counters"]["duplicates"]) == (1, 1)
    assert state["counters"]["dropped"] == {"event_not_string": 1}
    told = [(m["message_id"], m["outcome"], m["body"]["userId"]) for m in state["messages"]]
    assert told == [
        ("m-1", "accepted", "user-1"),
        ("m-1", "duplicate", "user-1"),
        ("m-2", "dropped", "user-2"),
    ]
    assert state["requests"][0]["answer"] == "200"
    assert state["rate"][0]["accepted"] == 1


async def test_the_rows_come_in_pages_by_their_number(client: Client) -> None:
    await client.post("/v1/batch", json={"batch": [an_event(n) for n in range(9)]})
    seen = []
    after = 0
    while True:
        query = {"after": after, "limit": 4}
        rows = (await client.get("/control/state", params=query)).json()["messages"]
        if not rows:
            break
        seen += [row["message_id"] for row in rows]
        after = rows[-1]["seq"]
    assert seen == [f"m-{n}" for n in range(9)]


async def test_a_page_number_that_is_none_is_refused_in_words(client: Client) -> None:
    answer = await client.get("/control/state?after=x")
    assert (answer.status_code, "whole numbers" in answer.json()["message"]) == (400, True)


async def test_a_fault_is_set_and_cleared_over_http(client: Client, segment: LocalSegment) -> None:
    answer = await client.post("/control/faults", json={"kind": "too_large", "count": 2})
    assert answer.json()["faults"] == [{"kind": "too_large", "times_left": 2}]
    assert (await client.post("/v1/track", json=an_event())).status_code == 413
    await client.delete("/control/faults")
    assert segment.faults.state() == []


@pytest.mark.parametrize(
    ("content", "media_type", "words"),
    [
        (b'{"kind": "meteor"}', "application/json", "meteor"),
        (b"{", "application/json", "truncated"),
        (b'{"kind": "refuse"}', "text/plain", "application/json"),
        (b" " * (CONTROL_BYTES_MAX + 1), "application/json", "at most"),
    ],
)
async def test_a_wrong_fault_is_refused_in_words(
    client: Client, content: bytes, media_type: str, words: str
) -> None:
    headers = {"content-type": media_type}
    answer = await client.post("/control/faults", content=content, headers=headers)
    assert answer.status_code == 400
    assert words in answer.json()["message"]


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html"),
        ("/page.css", "text/css"),
        ("/page.js", "text/javascript"),
        ("/table.js", "text/javascript"),
    ],
)
async def test_the_page_is_served_and_may_load_nothing_from_elsewhere(
    client: Client, path: str, media_type: str
) -> None:
    answer = await client.get(path)
    assert answer.headers["content-type"].startswith(media_type)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "https://" not in answer.text
