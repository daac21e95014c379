import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import trio

from sandbox.slack import LocalSlack
from sandbox.slack.page_api import PAGE
from sandbox.slack.workspace import ANA, CAMPAIGNS
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
async def browser(slack: LocalSlack) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=slack.base_url, trust_env=False, timeout=PATIENCE_SECONDS
    ) as client:
        yield client


async def test_the_page_and_all_that_it_names_is_served(browser: httpx.AsyncClient) -> None:
    waiting, seen = ["/"], set()
    while waiting:
        path = waiting.pop()
        answer = await browser.get(path)
        assert answer.status_code == 200, path
        seen.add(path)
        named = re.findall(r'(?:href|src)="(/page/[^"]+)"', answer.text)
        named += [f"/page/{name}" for name in re.findall(r'from "\./([\w.]+)"', answer.text)]
        waiting += [each for each in named if each not in seen]
    assert {f"/page/{each.name}" for each in PAGE.iterdir()} - seen == {"/page/index.html"}


async def test_the_page_needs_nothing_from_elsewhere(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    for file in PAGE.iterdir():
        text = file.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"""(?:src|href|url|from)\s*[=(]?\s*["']?(?:https?:)?//\w""", text)


def test_the_page_builds_nodes_and_never_markup() -> None:
    scripts = "".join(each.read_text() for each in PAGE.glob("*.js"))
    for wrong in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert wrong not in scripts


def test_no_file_of_the_page_is_too_long_to_read() -> None:
    assert all(len(each.read_text().splitlines()) <= 300 for each in PAGE.iterdir())


@pytest.mark.parametrize("path", ["/page/nothing.js", "/page/..%2fserver.py", "/archives/x/p%22"])
async def test_no_other_file_is_served(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).status_code == 404


async def test_a_permalink_leads_to_the_message(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(f"/archives/{CAMPAIGNS}/p1800000000000001")
    assert answer.headers["location"] == f"/#{CAMPAIGNS}/1800000000.000001"


async def test_the_state_is_that_of_one_marketer(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/page-api/state", params={"user": ANA})
    assert answer.json()["team"]["name"] == "Local Marketing"
    assert (await browser.get("/page-api/state?user=U0")).status_code == 400


@pytest.mark.parametrize(
    ("act", "kind", "body", "status"),
    [
        ("explode", "application/json", b"{}", 404),
        ("say", "text/plain", b"{}", 415),
        ("say", "application/json", b"{", 400),
        ("say", "application/json", b"\xff", 400),
        ("say", "application/json", b'{"user":"U0","channel":"C0","text":"x"}', 400),
        ("submit", "application/json", b'{"user":"U0ANA00001","view_id":"V0"}', 400),
        ("say", "application/json", b" " * 400_001, 400),
    ],
)
async def test_what_cannot_be_done_is_said(
    browser: httpx.AsyncClient,
    act: str,
    kind: str,
    body: bytes,
    status: int,
) -> None:
    headers = {"Content-Type": kind}
    answer = await browser.post(f"/page-api/{act}", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.json()["error"]


async def test_an_act_of_the_page_is_seen_in_the_channel(
    browser: httpx.AsyncClient,
    slack: LocalSlack,
) -> None:
    body: dict[str, Any] = {"user": ANA, "channel": CAMPAIGNS, "text": "hello"}
    assert (await browser.post("/page-api/say", json=body)).json()["ok"]
    assert [each.text for each in slack.messages(CAMPAIGNS)] == ["hello"]
    failed = await browser.post("/page-api/command", json={**body, "text": "/campaign"})
    assert failed.json()["error"] == "dispatch_failed"


async def test_the_page_hears_of_every_change(slack: LocalSlack) -> None:
    port = int(slack.base_url.rpartition(":")[2])
    async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
        await stream.send_all(b"GET /page-api/changes HTTP/1.1\r\nHost: localhost\r\n\r\n")
        received = b""
        with trio.fail_after(PATIENCE_SECONDS):
            while b"data: 0" not in received:
                received += await stream.receive_some()
            slack.say(ANA, CAMPAIGNS, "hello")
            while b"data: 1" not in received:
                received += await stream.receive_some()
    assert b"text/event-stream" in received


async def test_the_page_puts_a_file_where_an_input_can_take_it(browser: httpx.AsyncClient) -> None:
    asked = {"user": ANA, "name": "a.csv"}
    kind = {"Content-Type": "application/octet-stream"}
    answer = await browser.post("/page-upload", params=asked, content=b"x", headers=kind)
    file = answer.json()["file"]
    shown = await browser.get(f"/page-files/{file['id']}/a.csv")
    assert (file["name"], shown.text) == ("a.csv", "x")
    assert shown.headers["content-type"].startswith("text/plain")  # it runs as nothing
    assert (await browser.get("/page-files/F0/a.csv")).status_code == 404


@pytest.mark.parametrize(
    ("user", "kind", "size", "status"),
    [
        (ANA, "text/plain", 1, 415),
        ("U0", "application/octet-stream", 1, 400),
        (ANA, "application/octet-stream", 0, 400),
        (ANA, "application/octet-stream", 10_000_001, 400),
    ],
)
async def test_a_file_that_cannot_be_taken_is_turned_away(
    browser: httpx.AsyncClient, user: str, kind: str, size: int, status: int
) -> None:
    asked, headers = {"user": user, "name": "a.csv"}, {"Content-Type": kind}
    answer = await browser.post("/page-upload", params=asked, content=b"x" * size, headers=headers)
    assert answer.status_code == status
