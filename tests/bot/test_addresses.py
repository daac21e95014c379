from bot.addresses import Addresses, NoAddress
from bot.app import make_client
from bot.settings import BotSettings
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN


async def test_the_configuration_comes_before_slack(
    settings: BotSettings, slack: SlackStub
) -> None:
    addresses = Addresses({ANA.lower(): "ana@example.com"}, make_client(settings))
    assert await addresses.of(ANA) == "ana@example.com"
    assert slack.of("users.info") == []


async def test_slack_is_asked_for_the_address_of_who_is_not_named(
    settings: BotSettings, slack: SlackStub
) -> None:
    slack.people[BEN] = {"profile": {"email": "ben@example.com"}}
    assert await Addresses({}, make_client(settings)).of(BEN) == "ben@example.com"


async def test_without_the_scope_slack_says_none_and_we_say_what_to_do(
    settings: BotSettings, slack: SlackStub
) -> None:
    slack.people[BEN] = {"profile": {}}
    found = await Addresses({}, make_client(settings)).of(BEN)
    assert isinstance(found, NoAddress)
    assert ("users:read.email" in found.why, found.for_now) == (True, False)


async def test_a_slack_that_is_down_is_asked_again_later(
    settings: BotSettings, slack: SlackStub
) -> None:
    slack.failures["users.info"] = [503]
    found = await Addresses({}, make_client(settings)).of(BEN)
    assert isinstance(found, NoAddress)
    assert found.for_now


async def test_who_left_the_workspace_has_no_address_for_ever(
    settings: BotSettings, slack: SlackStub
) -> None:
    slack.failures["users.info"] = ["user_not_found"]
    found = await Addresses({}, make_client(settings)).of(BEN)
    assert isinstance(found, NoAddress)
    assert not found.for_now


async def test_without_slack_only_the_named_have_an_address() -> None:
    assert isinstance(await Addresses({}, None).of(BEN), NoAddress)
