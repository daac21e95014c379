from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import hypercorn.trio
import pytest
import trio
from hypercorn.config import Config
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.slack import ANA, BEN, CAMPAIGNS, REVIEWS, LocalSlack
from tests.patience import PATIENCE_SECONDS
from tests.sandbox.slack.bots import (
    APP_TOKEN,
    BOT_TOKEN,
    SECRET,
    actions,
    button,
    field,
    mrkdwn,
    option,
    text_field,
)
from tests.sandbox.slack.bots import modal as modal_json


def review_bot(slack: LocalSlack) -> App:
    """A small campaign bot, made with the official framework."""
    client = WebClient(BOT_TOKEN, base_url=f"{slack.base_url}/api/")
    app = App(client=client, signing_secret=SECRET, process_before_response=True)

    @app.command("/campaign")
    def command(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        event = field({"type": "external_select"}, block_id="event")
        client.views_open(
            trigger_id=body["trigger_id"],
            view=modal_json(text_field(), event, callback_id="draft"),
        )

    @app.options("value")
    def options(ack: Any, payload: dict[str, Any]) -> None:
        ack(options=[option(f"{payload['value']}er Completed")])

    @app.view("draft")
    def drafted(ack: Any, view: dict[str, Any], client: WebClient) -> None:
        name = view["state"]["values"]["name"]["value"]["value"]
        if name == "taken":
            ack(response_action="errors", errors={"name": "This name is taken."})
            return
        ack()
        client.chat_postMessage(
            channel=REVIEWS,
            text=name,
            blocks=[actions(button("approve", value=name))],
        )

    @app.action("approve")
    def approve(ack: Any, body: dict[str, Any], respond: Any, client: WebClient) -> None:
        ack()
        if body["user"]["id"] == ANA:
            respond("A second person approves.")
            return
        ts = body["message"]["ts"]
        client.chat_update(channel=REVIEWS, ts=ts, text="approved", blocks=[])
        client.chat_postMessage(channel=REVIEWS, thread_ts=ts, text="Ben approved")

    @app.event("app_home_opened")
    def home(event: dict[str, Any], client: WebClient) -> None:
        blocks = [{"type": "section", "text": mrkdwn("*Yours*")}]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    return app


@asynccontextmanager
async def over_sockets() -> AsyncIterator[LocalSlack]:
    slack = LocalSlack(
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        signing_secret=SECRET,
        answer_seconds_max=PATIENCE_SECONDS,
    )
    handlers: list[SocketModeHandler] = []
    try:
        async with trio.open_nursery() as nursery:
            await nursery.start(slack.serve)
            app = await trio.to_thread.run_sync(review_bot, slack)
            handlers.append(SocketModeHandler(app, APP_TOKEN, web_client=app.client))
            await trio.to_thread.run_sync(handlers[0].connect)
            with trio.fail_after(PATIENCE_SECONDS):
                await slack.wait_until(lambda: slack.connections == 1)
            yield slack
            # The client holds a lock until its socket ends: first the server goes, then the bot.
            handlers[0].client.auto_reconnect_enabled = False
            nursery.cancel_scope.cancel()
    finally:
        for handler in handlers:
            handler.client.auto_reconnect_enabled = False
            await trio.to_thread.run_sync(handler.close)


@asynccontextmanager
async def over_http() -> AsyncIterator[LocalSlack]:
    apps: list[App] = []

    async def door(request: Request) -> Response:
        bolt_request = to_bolt_request(request, await request.body())
        answer = await trio.to_thread.run_sync(apps[0].dispatch, bolt_request)
        return to_starlette_response(answer)

    config = Config()
    config.bind = ["127.0.0.1:0"]
    bot: Any = Starlette(routes=[Route("/slack/events", door, methods=["POST"])])
    async with trio.open_nursery() as nursery:
        binds = await nursery.start(hypercorn.trio.serve, bot, config)
        slack = LocalSlack(
            bot_token=BOT_TOKEN,
            app_token=APP_TOKEN,
            signing_secret=SECRET,
            request_url=f"{binds[0]}/slack/events",
            answer_seconds_max=PATIENCE_SECONDS,
        )
        await nursery.start(slack.serve)
        apps.append(await trio.to_thread.run_sync(review_bot, slack))
        yield slack
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("connect", [over_sockets, over_http])
async def test_a_bolt_bot_drafts_reviews_and_approves(connect: Any) -> None:
    async with connect() as slack:
        with trio.fail_after(PATIENCE_SECONDS):
            assert (await slack.command(ANA, CAMPAIGNS, "/campaign new")).ok
            await slack.wait_until(lambda: slack.views(ANA))
            (form,) = slack.views(ANA)
            name: dict[str, dict[str, Any]] = {"name": {"value": "taken"}}
            outcome = await slack.submit(ANA, form.id, name)
            assert outcome.errors == {"event": "Please complete this required field."}
            found = await slack.suggest(ANA, form.id, "value", "Ord", block_id="event")
            name["event"] = {"value": found[0]["value"]}
            outcome = await slack.submit(ANA, form.id, name)
            assert outcome.errors == {"name": "This name is taken."}
            assert (await slack.submit(ANA, form.id, {"name": {"value": "Spring"}})).ok
            await slack.wait_until(lambda: slack.messages(REVIEWS))
            (card,) = slack.messages(REVIEWS)
            await slack.click(ANA, REVIEWS, card.ts, "approve")
            await slack.wait_until(lambda: slack.ephemerals(ANA, REVIEWS))
            await slack.click(BEN, REVIEWS, card.ts, "approve")
            await slack.wait_until(lambda: slack.thread(REVIEWS, card.ts))
            slack.open_home(BEN)
            await slack.wait_until(lambda: slack.home(BEN))
        assert (card.text, card.edited is not None) == ("approved", True)
        assert slack.complaints == []


async def test_it_stops_at_once_though_a_page_and_a_bot_are_connected(
    mock_clock: trio.testing.MockClock,  # it stands still: no grace period can pass
) -> None:
    slack = LocalSlack(bot_token=BOT_TOKEN, app_token=APP_TOKEN, signing_secret=SECRET)
    async with AsyncExitStack() as open_streams:
        async with trio.open_nursery() as serving:
            port = int((await serving.start(slack.serve)).rpartition(":")[2])
            link = slack._socket.new_url().partition(str(port))[2]
            for path in ("/page-api/changes", link):
                stream = await trio.open_tcp_stream("127.0.0.1", port)
                await open_streams.enter_async_context(stream)
                await stream.send_all(upgrade_request(path))
                assert b"HTTP/1.1 " in await stream.receive_some()
            await slack.wait_until(lambda: slack.connections == 1)
            serving.cancel_scope.cancel()
        assert slack.connections == 0


def upgrade_request(path: str) -> bytes:
    """A GET that becomes a WebSocket where the path is one."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost"]
    if path.startswith("/link"):
        lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
        lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
    return "\r\n".join([*lines, "", ""]).encode()


async def test_a_failed_event_comes_again_at_once_and_after_one_and_five_minutes(
    nursery: trio.Nursery,
    autojump_clock: trio.testing.MockClock,
) -> None:
    slack = LocalSlack(bot_token=BOT_TOKEN, app_token=APP_TOKEN, signing_secret=SECRET)
    slack._nursery = nursery
    started = trio.current_time()
    slack.open_home(ANA)  # and no bot is connected
    await slack.wait_until(lambda: len(slack.complaints) == 4)
    assert trio.current_time() - started == pytest.approx(360)
    assert {each.what for each in slack.complaints} == {"events_api"}
