from typing import Any

import msgspec
import pytest

from sandbox.slack.acts import ChannelActs, Outcome
from sandbox.slack.courier import Reply
from sandbox.slack.modal_acts import ModalActs
from sandbox.slack.page_acts import ACTS
from sandbox.slack.workspace import ANA, BOT_USER, CAMPAIGNS
from sandbox.slack.world import World
from tests.sandbox.slack.bots import (
    ScriptedCourier,
    actions,
    button,
    field,
    modal,
    option,
)


class Page:
    """Does acts as the page's JSON says them."""

    def __init__(self, world: World, courier: ScriptedCourier) -> None:
        self.events: list[dict[str, Any]] = []
        self._channels = ChannelActs(world, courier, self.events.append)
        self._modals = ModalActs(world, courier, self.events.append, self.events.append)

    async def act(self, name: str, **body: Any) -> Any:
        raw = msgspec.json.encode({"user": ANA, **body})
        return await ACTS[name](self._channels, self._modals, raw)


@pytest.fixture
def page(world: World, courier: ScriptedCourier) -> Page:
    return Page(world, courier)


async def test_every_act_in_a_channel_can_be_done(
    page: Page,
    world: World,
    courier: ScriptedCourier,
) -> None:
    select = {"type": "external_select", "action_id": "who"}
    row = actions(button("go"), select)
    ts = world.messages.post(CAMPAIGNS, BOT_USER, "card", [row]).ts
    psst = world.messages.post(CAMPAIGNS, BOT_USER, "psst", only_for=ANA).ts
    place = {"channel": CAMPAIGNS}
    assert await page.act("command", **place, text="/campaign list") == Outcome()
    assert await page.act("click", **place, ts=ts, action_id="go", block_id="row") == Outcome()
    courier.answers = [Reply(None, {"options": [option("a")]})]
    found = await page.act("suggest", **place, ts=ts, action_id="who", value="a")
    assert found == {"options": [option("a")]}
    assert await page.act("dismiss", **place, ts=psst) == {}
    assert await page.act("read", **place) == {}
    assert set(await page.act("say", **place, text="hello", thread_ts=ts)) == {"ts"}
    assert await page.act("home") == {}
    assert [each["type"] for each in page.events] == ["app_home_opened"]


async def test_every_act_in_a_modal_can_be_done(
    page: Page,
    world: World,
    courier: ScriptedCourier,
) -> None:
    select = {"type": "external_select"}
    view = world.views.open(ANA, world.views.checked(modal(field(select)), "modal"))
    ids = {"view_id": view.id, "block_id": "field", "action_id": "value"}
    courier.answers = [Reply(None, {"options": [option("a")]})]
    found = await page.act("suggest-in-view", **ids, value="a", values={"field": {"value": None}})
    assert found == {"options": [option("a")]}
    assert await page.act("change", **ids, value="a") == Outcome()
    assert await page.act("submit", view_id=view.id, values={"field": {"value": "a"}}) == Outcome()
    view = world.views.open(ANA, world.views.checked(modal(), "modal"))
    assert await page.act("close", view_id=view.id) == {}
    assert world.views.stack(ANA) == []


async def test_an_act_with_an_unknown_field_is_not_understood(page: Page) -> None:
    with pytest.raises(msgspec.ValidationError):
        await page.act("say", channel=CAMPAIGNS, text="x", colour="red")


async def test_what_the_bot_took_away_meanwhile_is_not_sent_and_offers_nothing(
    page: Page, world: World, courier: ScriptedCourier
) -> None:
    named = {**field({"type": "plain_text_input"}), "dispatch_action": True}
    view = world.views.open(ANA, world.views.checked(modal(named), "modal"))
    gone = {"an_old_input": {"value": "x"}}
    ids = {"view_id": view.id, "block_id": "field", "action_id": "value"}
    assert await page.act("change", **ids, value="a", values=gone) == Outcome()
    assert "an_old_input" not in courier.last["view"]["state"]["values"]
    old = {"view_id": view.id, "block_id": "an_old_menu", "action_id": "value"}
    assert await page.act("suggest-in-view", **old, value="a", values=gone) == {"options": []}
