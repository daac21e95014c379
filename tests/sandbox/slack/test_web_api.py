from typing import Any

import httpx
import pytest

from sandbox.slack import LocalSlack
from sandbox.slack.tickets import ResponseTicket
from sandbox.slack.workspace import ANA, CAMPAIGNS
from tests.patience import PATIENCE_SECONDS
from tests.sandbox.slack.bots import APP_TOKEN, BOT_TOKEN, Clock, modal, section
from tests.sandbox.slack.conftest import Api


async def test_a_call_with_the_right_token_is_answered(api: Api) -> None:
    assert (await api("auth.test"))["ok"]


@pytest.mark.parametrize(
    ("method", "token", "error"),
    [
        ("auth.test", "", "not_authed"),
        ("auth.test", "xoxb-other", "invalid_auth"),
        ("auth.test", APP_TOKEN, "not_allowed_token_type"),
        ("apps.connections.open", BOT_TOKEN, "not_allowed_token_type"),
        ("chat.postmessage", BOT_TOKEN, "unknown_method"),
        ("files.upload", BOT_TOKEN, "unknown_method"),
    ],
)
async def test_a_call_without_the_right_is_refused(
    slack: LocalSlack,
    method: str,
    token: str,
    error: str,
) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(
        base_url=slack.base_url, trust_env=False, timeout=PATIENCE_SECONDS
    ) as client:
        answer = (await client.post(f"/api/{method}", headers=headers)).json()
    assert answer == {"ok": False, "error": error}
    assert [(each.what, each.error) for each in slack.complaints] == [(method, error)]


async def test_a_form_works_as_well_as_json(slack: LocalSlack) -> None:
    form = {"token": BOT_TOKEN, "channel": CAMPAIGNS, "blocks": '[{"type": "divider"}]'}
    async with httpx.AsyncClient(
        base_url=slack.base_url, trust_env=False, timeout=PATIENCE_SECONDS
    ) as client:
        answer = (await client.post("/api/chat.postMessage", data=form)).json()
    assert answer["message"]["blocks"][0]["type"] == "divider"


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("application/json", b"{", "invalid_json"),
        ("application/json", b"\xff", "invalid_json"),
        ("application/json", b"[]", "json_not_object"),
        ("application/json", b"[" * 99_999, "invalid_json"),
        ("application/x-www-form-urlencoded", b"\xff=1", "invalid_form_data"),
        ("application/x-www-form-urlencoded", b"blocks=%7B", "invalid_blocks_format"),
        ("application/x-www-form-urlencoded", b"view=%7B", "invalid_arguments"),
        ("text/plain", b"hello", "invalid_post_type"),
        ("application/json", b" " * 1_000_001, "request_too_large"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    slack: LocalSlack,
    kind: str,
    body: bytes,
    error: str,
) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}", "Content-Type": kind}
    async with httpx.AsyncClient(
        base_url=slack.base_url, trust_env=False, timeout=PATIENCE_SECONDS
    ) as client:
        answer = await client.post("/api/chat.postMessage", content=body, headers=headers)
    assert answer.json()["error"] == error


async def test_a_refusal_names_every_problem(api: Api) -> None:
    blocks = [section("x" * 3001), {"type": "nope"}]
    answer = await api("chat.postMessage", channel=CAMPAIGNS, text="x", blocks=blocks)
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        "[ERROR] unsupported type: nope [json-pointer:/blocks/1/type]",
    ]


async def test_too_many_messages_get_429_and_the_seconds_to_wait(slack: LocalSlack) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    message = {"channel": CAMPAIGNS, "text": "x"}
    async with httpx.AsyncClient(
        base_url=slack.base_url, trust_env=False, timeout=PATIENCE_SECONDS
    ) as client:
        for _ in range(5):
            await client.post("/api/chat.postMessage", json=message, headers=headers)
        answer = await client.post("/api/chat.postMessage", json=message, headers=headers)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert answer.json()["error"] == "ratelimited"


NONSENSE: list[Any] = [None, 7, "x", [], [[]], {}, {"type": []}, [None], True, "\ud7ff"]


@pytest.mark.parametrize("nonsense", NONSENSE)
async def test_nonsense_is_refused_and_the_server_goes_on(
    slack: LocalSlack,
    api: Api,
    clock: Clock,
    nonsense: Any,
) -> None:
    names = ("channel", "text", "blocks", "view", "user", "ts", "files", "users", "thread_ts")
    everything = dict.fromkeys(names, nonsense)
    for method in ("chat.postMessage", "chat.update", "views.open", "views.publish"):
        assert (await api(method, **everything))["ok"] is False
    for method in ("conversations.open", "conversations.replies", "users.info"):
        assert (await api(method, **everything))["ok"] is False
    assert (await api("files.completeUploadExternal", files=nonsense))["ok"] in (True, False)
    assert (await api("auth.test"))["ok"]


async def test_a_response_url_answers_ok_and_404_when_used_up(slack: LocalSlack) -> None:
    world = slack.world
    key = world.tickets.issue_response(ResponseTicket(ANA, CAMPAIGNS, world.now()))
    url = world.response_url(key)
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client:
        codes = [(await client.post(url, json={"text": "x"})).status_code for _ in range(6)]
        wrong = await client.post(url.replace(key, "0"), json={"text": "x"})
    assert codes == [200, 200, 200, 200, 200, 404]
    assert wrong.status_code == 404
    assert len(slack.ephemerals(ANA, CAMPAIGNS)) == 5


async def test_bytes_for_no_place_are_turned_away(slack: LocalSlack) -> None:
    async with httpx.AsyncClient(
        base_url=slack.base_url, trust_env=False, timeout=PATIENCE_SECONDS
    ) as client:
        assert (await client.post("/upload/0", content=b"x")).status_code == 404
        right = {"Authorization": f"Bearer {BOT_TOKEN}"}
        assert (await client.get("/files/F0/x", headers=right)).status_code == 404
    assert [each.what for each in slack.complaints] == ["upload"]


async def test_a_bot_is_not_blamed_for_a_view_that_was_closed_or_changed_under_it(
    slack: LocalSlack, api: Api
) -> None:
    view = slack.world.views.open(ANA, slack.world.views.checked(modal(), "modal"))
    args = {"view_id": view.id, "hash": view.hash, "view": modal(section())}
    assert (await api("views.update", **args))["ok"]
    assert (await api("views.update", **args))["error"] == "hash_conflict"
    slack.close_view(ANA, view.id)
    assert (await api("views.update", **args))["error"] == "not_found"
    assert slack.complaints == []
    await api("views.update", **(args | {"view_id": "V0NEVER"}))
    assert [each.error for each in slack.complaints] == ["not_found"]


@pytest.mark.parametrize(("token", "status"), [(BOT_TOKEN, 200), ("xoxb-other", 302), ("", 302)])
async def test_a_file_is_given_to_the_app_alone_and_others_are_sent_to_sign_in(
    slack: LocalSlack, token: str, status: int
) -> None:
    kept = slack.upload(ANA, "a.csv", b"Identity\n")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(
        base_url=slack.base_url, trust_env=False, timeout=PATIENCE_SECONDS
    ) as client:
        answer = await client.get(f"/files/{kept}/a.csv", headers=headers)
    assert answer.status_code == status
    assert (answer.content == b"Identity\n") == (status == 200)
    assert len(slack.complaints) == (status != 200)
