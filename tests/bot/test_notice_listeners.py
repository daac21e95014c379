from typing import Any

import pytest

from actors.mail import AcceptClock, Announcement, Resume
from actors.mail_trust import DropAside, RetryAside, VerifyConnection
from actors.membership import Membership
from bot.notices import notice
from bot.settings import BotSettings
from domain.roles import RoleLists
from store.announcements import Buttons
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, Wire


async def press(wire: Wire, user: str, kind: Buttons, action: str, about: str = "") -> None:
    """Press a button of a notice, as Slack sends it: with the message that it stands in."""
    said = notice(Announcement(1, "notice", "c1", kind.about(about), "Something happened."))
    (pressed,) = [each for each in said.blocks[1]["elements"] if each["action_id"] == action]
    await wire.interact(
        type="block_actions",
        user={"id": user, "team_id": "T1"},
        container={"type": "message", "channel_id": "C0ALERTS", "message_ts": "1.0001"},
        channel={"id": "C0ALERTS"},
        message={"ts": "1.0001", "text": said.text, "blocks": list(said.blocks)},
        response_url=wire.slack.response_url,
        actions=[{**pressed, "block_id": "notice", "action_ts": "1"}],
    )


def updated(slack: SlackStub) -> Any:
    return slack.of("chat.update")[-1].args


@pytest.mark.parametrize(
    ("kind", "action", "about", "asked"),
    [
        (Buttons.CLOCK, "accept_clock", "17", AcceptClock(by=BEN, leap="17")),
        (Buttons.ASIDE, "retry_aside", "", RetryAside(by=BEN, campaign="c1", yes=True)),
        (Buttons.ASIDE, "drop_aside", "", DropAside(by=BEN, campaign="c1")),
        (Buttons.SEGMENT, "verify_connection", "", VerifyConnection(by=BEN)),
    ],
)
async def test_a_notices_button_does_it_and_the_notice_says_who_did(
    wire: Wire,
    desk: FakeDesk,
    slack: SlackStub,
    kind: Buttons,
    action: str,
    about: str,
    asked: object,
) -> None:
    await press(wire, BEN, kind, action, about)
    assert asked in desk.asked
    blocks = updated(slack)["blocks"]
    assert [block["type"] for block in blocks] == ["section", "context"]
    assert f"<@{BEN}>" in blocks[1]["elements"][0]["text"]


async def test_resuming_from_an_alert_is_acknowledged_in_place(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST, state="faulted"))
    await press(wire, BEN, Buttons.RESUME, "resume", view.hash)
    assert Resume("Spring sale", BEN) in desk.asked
    assert "It goes on." in slack.of("chat.update")[0].said
    assert "Resume" not in slack.of("chat.update")[0].said


async def test_an_alert_that_was_answered_elsewhere_says_how_it_stands_now(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST, state="stopped"))
    await press(wire, BEN, Buttons.RESUME, "resume", view.hash)
    assert "“Spring sale” is stopped now." in slack.of("chat.update")[0].said


async def test_who_may_not_answer_is_told_so_and_the_notice_keeps_its_buttons(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.members = Membership(RoleLists(marketers=(BEN,), admins=(ANA,)))
    await press(Wire(settings, desk, slack), BEN, Buttons.ASIDE, "drop_aside")
    assert desk.asked == []
    assert slack.of("chat.update") == []
    assert "You are not one of the admins" in slack.of("respond")[0].args["text"]


async def test_under_load_one_chooses_what_to_pause(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, state="running"))
    await press(wire, BEN, Buttons.LOAD, "choose_pause")
    assert "1 campaign can be paused" in slack.of("respond")[0].args["text"]
    assert slack.of("chat.update") == []


async def test_what_was_missed_is_drafted_again_in_the_form(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, state="completed"))
    await press(wire, BEN, Buttons.AGAIN, "draft_again")
    assert "Spring sale (copy)" in str(slack.of("views.update")[0].args["view"])
