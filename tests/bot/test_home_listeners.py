from collections.abc import Iterator
from typing import Any

import pytest
import trio
from msgspec import structs

from actors.mail import Pause, RaiseLimit, SendSample
from actors.mail_attention import Need
from actors.mail_trust import DropAside, RetryAside
from actors.membership import Membership
from bot.refs import Ref
from bot.settings import BotSettings
from domain.roles import RoleLists
from store.announcements import Buttons
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, CHLOE, Wire, look_home, opened

HOME: dict[str, Any] = {"id": "V0", "type": "home", "blocks": []}
ASIDE = Need(
    "aside", "3 messages wait.", campaign="c1", name=PAST.name, buttons=Buttons.ASIDE.about()
)


@pytest.fixture
def tab(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub, nursery: trio.Nursery
) -> Iterator[Wire]:
    """A wire behind which home tabs are drawn."""
    yield Wire(settings, desk, slack, nursery)
    assert slack.complaints == []


async def published(slack: SlackStub, n: int = 1) -> dict[str, Any]:
    """Return the tab that was published, at the `n`th time."""
    await slack.wait_until(lambda: len(slack.of("views.publish")) >= n)
    view: dict[str, Any] = slack.of("views.publish")[n - 1].args["view"]
    return view


def modal(slack: SlackStub) -> dict[str, Any]:
    """Return the modal as it is now, as Slack sends it back."""
    view: dict[str, Any] = slack.of("views.update")[-1].args["view"]
    return {**view, "id": "V1", "hash": "h"}


def buttons(view: dict[str, Any]) -> list[str]:
    return [each["action_id"] for block in view["blocks"] for each in block.get("elements", ())
            if "action_id" in each]  # fmt: skip


async def test_the_home_tab_shows_the_present_to_whoever_opens_it(
    tab: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, state="running"))
    await look_home(tab, ANA)
    assert PAST.name in str(await published(slack))
    assert slack.of("views.publish")[0].args["user_id"] == ANA


async def test_another_tab_is_no_question(wire: Wire, slack: SlackStub) -> None:
    await look_home(wire, ANA, tab="messages")
    assert slack.calls == []


async def test_who_may_not_look_is_told_why(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub, nursery: trio.Nursery
) -> None:
    desk.keep(draft(PAST, state="running"))
    desk.members = Membership(RoleLists(viewers=(ANA,), marketers=(ANA,), approvers=(ANA,)))
    await look_home(Wire(settings, desk, slack, nursery), BEN)
    said = str(await published(slack))
    assert "You are not one of" in said
    assert PAST.name not in said


async def test_a_campaign_opens_in_a_modal_and_is_paused_there(
    tab: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST, state="running"))
    await tab.in_view(ANA, "home_look", HOME, value=str(Ref(view.id)))
    shown = modal(slack)
    assert (shown["callback_id"], PAST.name in str(shown)) == ("card", True)
    assert "pause" in buttons(shown)
    await published(slack)
    await tab.in_view(ANA, "pause", shown, value=str(Ref.of(view)))
    assert Pause(PAST.name, ANA) in desk.asked
    after = slack.of("views.update")[1].args
    assert (after["view_id"], "It is paused." in str(after["view"])) == ("V1", True)
    behind = str(await published(slack, 2))
    assert "Paused" in behind, "the tab behind the modal shows the present too"


async def test_a_modal_of_a_card_offers_no_form_above_it(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST))
    await wire.in_view(ANA, "home_look", HOME, value=str(Ref(view.id)))
    shown = str(modal(slack))
    assert ("'submit'" in shown, "'edit'" in shown) == (True, False)


async def test_a_new_campaign_begins_on_the_home_tab(wire: Wire, slack: SlackStub) -> None:
    await wire.in_view(ANA, "home_new", HOME)
    assert modal(slack)["callback_id"] == "draft"


async def test_a_review_is_sent_back_from_a_modal_with_a_comment_above_it(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST, state="in_review"))
    await wire.in_view(BEN, "home_look", HOME, value=str(Ref(view.id)))
    await wire.in_view(BEN, "request_changes", modal(slack), value=str(Ref.of(view)))
    (pushed,) = slack.of("views.push")
    answer = await wire.submit(BEN, opened(pushed.args["view"], {"comment": "shorter"}))
    assert answer == {"response_action": "clear"}
    assert desk.campaigns[view.id].state == "rejected"


async def test_a_held_run_is_answered_from_the_home_tab(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST, state="running"))
    run = desk.block(PAST.name, qualified=80, limit=50)
    desk.needs = (
        Need("held", "80 users qualify.", campaign=view.id, name=view.name, about=run.run),
    )
    await wire.in_view(ANA, "home_answer", HOME, value=str(Ref(view.id, "held", run.run)))
    shown = modal(slack)
    assert buttons(shown) == ["send_sample", "raise_limit", "skip_run", "stop_blocked"]
    ref = str(Ref.of(desk.campaigns[view.id], run.run))
    await wire.in_view(ANA, "raise_limit", shown, value=ref)
    (pushed,) = slack.of("views.push")
    await wire.submit(ANA, opened(pushed.args["view"], {"limit": "90"}))
    assert RaiseLimit(PAST.name, ANA, run.run, 90) in desk.asked
    await wire.in_view(ANA, "send_sample", shown, value=ref)
    assert SendSample(PAST.name, ANA, run.run, 50) in desk.asked
    assert "It is decided." in str(modal(slack))
    await wire.in_view(BEN, "skip_run", shown, value=ref)
    assert "Safety limit: decided" in str(modal(slack)), "who comes second sees whose answer it was"


@pytest.mark.parametrize(
    ("action", "asked"), [("retry_aside", RetryAside), ("drop_aside", DropAside)]
)
async def test_what_is_set_aside_is_decided_from_the_home_tab(
    wire: Wire, desk: FakeDesk, slack: SlackStub, action: str, asked: type
) -> None:
    desk.keep(draft(PAST, state="running"))
    desk.needs = (ASIDE,)
    await wire.in_view(CHLOE, "home_answer", HOME, value=str(Ref("c1", "aside")))
    assert buttons(modal(slack)) == ["retry_aside", "drop_aside", "list_aside"]
    await wire.in_view(CHLOE, action, modal(slack), value=str(Ref("c1")))
    assert isinstance(desk.asked[-1], asked)
    assert "It is decided." in str(modal(slack)), "the answer stands where it was pressed"
    assert slack.of("chat.postMessage") == []


async def test_each_thing_that_is_set_aside_is_looked_at_above_the_list(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, state="running"))
    desk.needs = (ASIDE,)
    await wire.in_view(ANA, "home_answer", HOME, value=str(Ref("c1", "aside")))
    await wire.in_view(ANA, "list_aside", modal(slack), value="c1")
    listed = modal(slack)
    assert listed["callback_id"] == "card"
    await wire.in_view(ANA, "show_aside", listed, value="dead:m1_a")
    assert len(slack.of("views.push")) == 1


async def test_what_is_settled_meanwhile_says_so(wire: Wire, slack: SlackStub) -> None:
    await wire.in_view(ANA, "home_answer", HOME, value=str(Ref("c1", "aside")))
    assert "That is settled" in str(modal(slack))


async def test_who_lacks_the_role_is_refused_in_the_modal(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.members = Membership(RoleLists(admins=(BEN,)))
    desk.needs = (structs.replace(ASIDE),)
    wire = Wire(settings, desk, slack)
    await wire.in_view(ANA, "home_answer", HOME, value=str(Ref("c1", "aside")))
    await wire.in_view(ANA, "drop_aside", modal(slack), value=str(Ref("c1")))
    assert "You are not one of the admins" in str(modal(slack))


async def test_what_can_be_paused_is_chosen_in_the_modal(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, state="running"))
    desk.needs = (Need("load", "It is slow.", about="lag", buttons=Buttons.LOAD.about()),)
    await wire.in_view(ANA, "home_answer", HOME, value=str(Ref("", "load", "lag")))
    await wire.in_view(ANA, "choose_pause", modal(slack), value="all")
    assert "1 campaign can be paused" in str(modal(slack))


async def test_the_connection_is_checked_and_answered_in_the_modal(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.needs = (Need("unseen", "Nobody has.", buttons=Buttons.SEGMENT.about()),)
    await wire.in_view(ANA, "home_answer", HOME, value=str(Ref("", "unseen")))
    await wire.in_view(ANA, "verify_connection", modal(slack), value="verify")
    asked = modal(slack)
    assert buttons(asked) == ["connection_seen", "connection_absent"]
    await wire.in_view(ANA, "connection_seen", asked, value="ABC234")
    assert desk.check.answer == "seen"
    await wire.in_view(BEN, "connection_absent", asked, value="ABC234")
    assert "has answered already" in str(modal(slack))
    assert slack.of("chat.update", "chat.postMessage") == []
