import trio

from bot.checks import Known, Unknown, identify
from sandbox.slack import LocalSlack


async def ask(bot_token: str, app_token: str = "") -> Known | Unknown:
    slack = LocalSlack(bot_token="xoxb-1", app_token="xapp-1", signing_secret="signing", seed=1)
    async with trio.open_nursery() as nursery:
        url = await nursery.start(slack.serve, "127.0.0.1", 0)
        found = await trio.to_thread.run_sync(identify, f"{url}/api/", bot_token, app_token)
        nursery.cancel_scope.cancel()
    return found


async def test_slack_says_who_the_bot_is() -> None:
    found = await ask("xoxb-1", "xapp-1")
    assert isinstance(found, Known)
    assert found.bot
    assert found.workspace


async def test_a_wrong_bot_token_is_said_with_its_remedy() -> None:
    found = await ask("xoxb-2")
    assert isinstance(found, Unknown)
    assert "auth.test: invalid_auth" in found.what
    assert "bot token" in found.fix


async def test_a_wrong_app_token_is_told_from_a_wrong_bot_token() -> None:
    found = await ask("xoxb-1", "xapp-2")
    assert isinstance(found, Unknown)
    assert "apps.connections.open" in found.what


def test_a_slack_that_is_not_there_is_said() -> None:
    found = identify("http://127.0.0.1:9/api/", "xoxb-1")
    assert isinstance(found, Unknown)
    assert "does not answer" in found.what
