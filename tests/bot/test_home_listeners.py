from typing import Any

import msgspec
import trio
from slack_bolt import BoltRequest

from actors.mail import Pause
from actors.membership import Membership
from bot.dispatch import Dispatcher
from bot.refs import Ref
from domain.roles import RoleLists
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, Wire, signed


async def look_home(wire: Wire, user: str, tab: str = "home") -> None:
    event = {"type": "app_home_opened", "user": user, "tab": tab, "channel": "D1"}
    body = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{user}{tab}", "event": event}
    text = msgspec.json.encode(body).decode()
    headers = signed(text) | {"content-type": "application/json"}
    async with trio.open_nursery() as nursery:
        await Dispatcher(wire.app, nursery)(BoltRequest(body=text, headers={**headers}))


def published(slack: SlackStub) -> dict[str, Any]:
    (call,) = slack.of("views.publish")
    view: dict[str, Any] = call.args["view"]
    return view


async def test_the_home_tab_shows_the_present_to_whoever_opens_it(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, state="running"))
    await look_home(wire, ANA)
    assert slack.of("views.publish")[0].args["user_id"] == ANA
    assert PAST.name in str(published(slack))


async def test_another_tab_is_no_question(wire: Wire, slack: SlackStub) -> None:
    await look_home(wire, ANA, tab="messages")
    assert slack.calls == []


async def test_who_may_not_look_is_told_why(wire: Wire, desk: FakeDesk, slack: SlackStub) -> None:
    desk.keep(draft(PAST, state="running"))
    desk.members = Membership(RoleLists(viewers=(ANA,), marketers=(ANA,), approvers=(ANA,)))
    wire = Wire(wire.settings, desk, slack)
    await look_home(wire, BEN)
    assert "You are not one of" in str(published(slack))
    assert PAST.name not in str(published(slack))


async def test_a_campaign_opens_in_a_modal_and_is_paused_there(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST, state="running"))
    home = {"id": "V0", "type": "home", "blocks": []}
    await wire.in_view(ANA, "home_look", home, value=str(Ref(view.id)))
    shown = slack.of("views.update")[0].args["view"]
    assert (shown["callback_id"], PAST.name in str(shown)) == ("card", True)
    buttons = [
        each.get("action_id") for block in shown["blocks"] for each in block.get("elements", ())
    ]
    assert "pause" in buttons
    modal = {**shown, "id": "V1", "hash": "h"}
    await wire.in_view(ANA, "pause", modal, value=str(Ref.of(view)))
    assert Pause(PAST.name, ANA) in desk.asked
    after = slack.of("views.update")[1].args
    assert (after["view_id"], "It is paused." in str(after["view"])) == ("V1", True)
    assert "Paused" in str(published(slack)), "the tab behind the modal shows the present too"


async def test_a_modal_of_a_card_offers_nothing_that_would_open_another_modal(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST))
    home = {"id": "V0", "type": "home", "blocks": []}
    await wire.in_view(ANA, "home_look", home, value=str(Ref(view.id)))
    shown = str(slack.of("views.update")[0].args["view"])
    assert ("'submit'" in shown, "'edit'" in shown) == (True, False)


async def test_a_new_campaign_begins_on_the_home_tab(wire: Wire, slack: SlackStub) -> None:
    await wire.in_view(ANA, "home_new", {"id": "V0", "type": "home", "blocks": []})
    assert slack.of("views.update")[0].args["view"]["callback_id"] == "draft"
