import logging
import re

import pytest

from bot.app import make_app, make_client
from bot.directory import Directory
from bot.modals import changes_view
from bot.refs import Memo, Ref
from bot.settings import BotSettings
from tests.bot.fake_desk import NOW_MS, FakeDesk
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire, opened

ERROR_ID = re.compile(r"id ([0-9A-F]{6})")


def test_the_app_is_made_without_a_word_to_slack(desk: FakeDesk) -> None:
    settings = BotSettings(api_url="http://127.0.0.1:1/", bot_token="xoxb-1")
    people = Directory(make_client(settings), desk.members)
    app = make_app(settings, desk, people, now_ms=lambda: NOW_MS)
    assert app.client.base_url == settings.api_url


async def test_slack_is_asked_once_who_a_person_is_and_never_who_we_are(
    wire: Wire, slack: SlackStub
) -> None:
    await wire.command(ANA, "help")
    await wire.command(ANA, "help")
    assert [call.method for call in slack.calls] == ["users.info", "respond", "respond"]


async def test_a_failure_shows_an_id_that_stands_in_the_log_and_no_traceback(
    wire: Wire, desk: FakeDesk, slack: SlackStub, caplog: pytest.LogCaptureFixture
) -> None:
    desk.fails = RuntimeError("a secret detail")
    response = await wire.command(ANA, "list")
    said = slack.of("respond")[0].args["text"]
    found = ERROR_ID.search(said)
    assert found is not None
    assert found[1] in caplog.text
    assert "secret detail" not in said + response.body
    assert "Traceback" not in said


async def test_a_modal_that_fails_says_so_in_its_place(
    wire: Wire, desk: FakeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.fails = RuntimeError("boom")
    form = opened(changes_view(Memo("C1", Ref("c1", "abc"))), {"comment": "No."})
    answer = await wire.submit(ANA, form)
    found = ERROR_ID.search(str(answer))
    assert found is not None
    assert found[1] in caplog.text


async def test_a_button_of_an_earlier_version_is_answered(wire: Wire, slack: SlackStub) -> None:
    response = await wire.press(ANA, "no_such_button", "x")
    assert response.status == 200
    assert "earlier version" in slack.of("respond")[0].args["text"]


async def test_no_secret_is_logged_at_any_level(
    wire: Wire, slack: SlackStub, settings: BotSettings, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        slack.failures = {"respond": ["used_url"], "chat.postEphemeral": ["not_in_channel"]}
        await wire.command(ANA, "help")
        await wire.send(wire.command_body(ANA, "help"), {"x-slack-signature": "v0=00"})
    secrets = (*settings.secrets, slack.response_url)
    assert not [secret for secret in secrets if secret in caplog.text]


async def test_a_form_that_could_not_open_in_time_says_to_try_again(
    wire: Wire, slack: SlackStub
) -> None:
    slack.failures["views.open"] = ["expired_trigger_id"]
    await wire.command(ANA, "new")
    assert "Try again." in slack.of("respond")[0].args["text"]
