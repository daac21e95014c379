from typing import Any

import pytest

from sandbox.slack.acts import ChannelActs
from sandbox.slack.courier import Reply
from sandbox.slack.refusal import NotPossible, Refused
from sandbox.slack.workspace import ANA, BEN, BOT_USER, CAMPAIGNS, REVIEWS, direct_channel
from sandbox.slack.world import World
from tests.sandbox.slack.bots import ScriptedCourier, actions, button, option, text_field


@pytest.fixture
def events() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def acts(world: World, courier: ScriptedCourier, events: list[dict[str, Any]]) -> ChannelActs:
    return ChannelActs(world, courier, events.append)


def texts(world: World, user: str = ANA) -> list[str]:
    return [each.text for each in world.messages.ephemerals(user, CAMPAIGNS)]


async def test_a_command_is_split_from_its_text(
    acts: ChannelActs,
    courier: ScriptedCourier,
) -> None:
    assert (await acts.command(ANA, CAMPAIGNS, "/campaign  show Spring sale ")).ok
    assert (courier.last["command"], courier.last["text"]) == ("/campaign", "show Spring sale")


async def test_an_answer_in_the_acknowledgement_is_shown_to_the_person(
    acts: ChannelActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    courier.answers = [Reply(None, "plain"), Reply(None, {"text": "as JSON"})]
    await acts.command(ANA, CAMPAIGNS, "/campaign")
    await acts.command(ANA, CAMPAIGNS, "/campaign")
    assert texts(world) == ["plain", "as JSON"]


async def test_a_command_that_fails_is_told_as_slack_tells_it(
    acts: ChannelActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    courier.answers = [Reply("operation_timeout")]
    outcome = await acts.command(ANA, CAMPAIGNS, "/campaign list")
    assert outcome.error == "operation_timeout"
    assert texts(world) == ['/campaign failed with the error "operation_timeout"']


async def test_a_command_that_slack_does_not_know_never_reaches_the_bot(
    acts: ChannelActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    assert not (await acts.command(ANA, CAMPAIGNS, "/campain list")).ok
    assert courier.sent == []
    assert texts(world) == ["`/campain` is not a valid command."]


@pytest.mark.parametrize("body", [{"blocks": [{"type": "nope"}]}, [1], 7])
async def test_an_answer_that_slack_would_drop_is_a_complaint(
    acts: ChannelActs,
    courier: ScriptedCourier,
    world: World,
    body: Any,
) -> None:
    courier.answers = [Reply(None, body)]
    assert not (await acts.command(ANA, CAMPAIGNS, "/campaign")).ok
    assert [each.what for each in world.complaints.listed()] == ["slash_commands"]


def card(world: World, *elements: dict[str, Any]) -> str:
    return world.messages.post(REVIEWS, BOT_USER, "card", [actions(*elements)]).ts


async def test_a_click_sends_the_buttons_own_value(
    acts: ChannelActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    ts = card(world, button("approve", value="hash"))
    await acts.click(BEN, REVIEWS, ts, "approve")
    assert courier.last["type"] == "block_actions"
    assert courier.last["actions"][0]["value"] == "hash"


async def test_a_choice_in_a_message_is_kept_for_the_next_click(
    acts: ChannelActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    select = {"type": "static_select", "action_id": "n", "options": [option("100")]}
    ts = card(world, select, button("send"))
    await acts.click(BEN, REVIEWS, ts, "n", value="100")
    await acts.click(BEN, REVIEWS, ts, "send")
    assert courier.last["state"]["values"]["row"]["n"]["selected_option"] == option("100")
    await acts.click(ANA, REVIEWS, ts, "send")
    assert courier.last["state"]["values"]["row"]["n"]["selected_option"] is None


async def test_a_click_brings_what_was_typed_in_the_message(
    acts: ChannelActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    blocks = [text_field(), actions(button("send"))]
    ts = world.messages.post(REVIEWS, BOT_USER, "form", blocks).ts
    await acts.click(BEN, REVIEWS, ts, "send", values={"name": {"value": "too wide"}})
    assert courier.last["state"]["values"]["name"]["value"]["value"] == "too wide"
    with pytest.raises(NotPossible, match="no input"):
        await acts.click(BEN, REVIEWS, ts, "send", values={"row": {"send": "x"}})


async def test_an_input_that_does_not_dispatch_tells_nobody(
    acts: ChannelActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    ts = world.messages.post(REVIEWS, BOT_USER, "form", [text_field()]).ts
    await acts.click(BEN, REVIEWS, ts, "value", value="words")
    assert courier.sent == []


@pytest.mark.parametrize(
    ("user", "channel", "action_id"),
    [(BEN, REVIEWS, "other"), (BEN, CAMPAIGNS, "approve"), ("U0", REVIEWS, "approve")],
)
async def test_nobody_clicks_what_they_do_not_see(
    acts: ChannelActs,
    world: World,
    user: str,
    channel: str,
    action_id: str,
) -> None:
    ts = card(world, button("approve"))
    with pytest.raises(NotPossible):
        await acts.click(user, channel, ts, action_id)


async def test_a_message_select_may_ask_the_bot_for_options(
    acts: ChannelActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    ts = card(world, {"type": "external_select", "action_id": "who"})
    courier.answers = [Reply(None, {"options": [option("ana")]})]
    assert await acts.suggest(BEN, REVIEWS, ts, "who", "an") == [option("ana")]
    assert (await acts.click(BEN, REVIEWS, ts, "who", value="ana")).ok
    courier.answers = [Reply(None, "nonsense")]
    assert await acts.suggest(BEN, REVIEWS, ts, "who", "an") == []
    assert [each.error for each in world.complaints.listed()] == ["invalid_options"]


def test_the_bot_hears_of_mentions_and_direct_messages_only(
    acts: ChannelActs,
    events: list[dict[str, Any]],
) -> None:
    acts.say(ANA, CAMPAIGNS, "nothing for a bot")
    acts.say(ANA, CAMPAIGNS, f"<@{BOT_USER}> hello")
    acts.say(ANA, direct_channel(ANA).id, "hello")
    assert [each["type"] for each in events] == ["app_mention", "message"]


async def test_where_the_messages_tab_is_read_only_nobody_writes_and_buttons_work(
    acts: ChannelActs, world: World, courier: ScriptedCourier
) -> None:
    world.is_read_only = True
    direct = direct_channel(ANA).id
    with pytest.raises(NotPossible, match="turned off"):
        acts.say(ANA, direct, "hello")
    with pytest.raises(NotPossible, match="turned off"):
        await acts.command(ANA, direct, "/campaign help")
    ts = world.messages.post(direct, BOT_USER, "Look", [actions(button())]).ts
    assert (await acts.click(ANA, direct, ts, button()["action_id"])).ok
    acts.say(ANA, CAMPAIGNS, "elsewhere one does")


def test_an_empty_message_is_not_sent(acts: ChannelActs) -> None:
    with pytest.raises(Refused, match="no_text"):
        acts.say(ANA, CAMPAIGNS, "")


def test_only_an_ephemeral_can_be_dismissed(acts: ChannelActs, world: World) -> None:
    seen = world.messages.post(CAMPAIGNS, BOT_USER, "psst", only_for=ANA)
    acts.dismiss(ANA, CAMPAIGNS, seen.ts)
    assert texts(world) == []
    public = world.messages.post(CAMPAIGNS, BOT_USER, "for all")
    with pytest.raises(NotPossible):
        acts.dismiss(ANA, CAMPAIGNS, public.ts)


def test_looking_at_a_channel_makes_it_read(acts: ChannelActs, world: World) -> None:
    message = world.messages.post(CAMPAIGNS, BOT_USER, "new")
    acts.read(ANA, CAMPAIGNS)
    assert world.read_up_to[ANA, CAMPAIGNS] == message.ts
