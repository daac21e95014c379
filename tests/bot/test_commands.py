from typing import Any

import pytest
import trio
from msgspec.structs import replace

from actors.mail import ListAll, Pause, Refused, Stop
from actors.mail_audience import ListAudiences, ReachAudience, ReachCampaign, ShowAudience
from actors.mail_limits import LowerCap, ShowLimits
from actors.mail_trust import Why
from actors.membership import Membership
from bot import line
from bot.answers import USES
from bot.commands import parse
from bot.settings import BotSettings
from domain.roles import RoleLists
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, Wire


@pytest.mark.parametrize(
    "text",
    [
        "show Spring sale",
        'show "Spring sale"',
        "show \u201cSpring sale\u201d",
        "SHOW  `Spring sale` ",
    ],
)
def test_a_name_may_have_spaces_and_any_quotes_or_none(text: str) -> None:
    assert parse(text) == ("show", "Spring sale")


def test_the_entities_of_slack_are_read_as_what_was_typed() -> None:
    assert parse("show a &lt;b&gt; &amp;lt;") == ("show", "a <b> &lt;")


async def test_help_names_every_subcommand(wire: Wire, slack: SlackStub) -> None:
    await wire.command(ANA, "help")
    said = slack.of("respond")[0].said
    assert all(f"/campaign {name}" in said for name in ("new", "list", "show", "stop"))


async def test_a_mistyped_command_is_answered_with_the_nearest_one(
    wire: Wire, slack: SlackStub
) -> None:
    await wire.command(ANA, "pubish Spring sale")
    assert "Did you mean `/campaign publish`?" in slack.of("respond")[0].args["text"]


async def test_a_name_without_a_command_shows_the_campaign(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST))
    await wire.command(ANA, "Spring sale")
    assert "Spring sale" in slack.of("respond")[0].args["text"]


async def test_a_command_without_its_name_says_what_to_type(wire: Wire, slack: SlackStub) -> None:
    await wire.command(ANA, "submit")
    assert "/campaign submit NAME" in slack.of("respond")[0].args["text"]


async def test_a_name_nobody_knows_is_refused_in_private(wire: Wire, slack: SlackStub) -> None:
    await wire.command(ANA, "show Nothing")
    said = slack.of("respond")[0].args
    assert (said["response_type"], "There is no campaign" in said["text"]) == ("ephemeral", True)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("ann Spring sale", [Why("ann", "Spring sale")]),
        ("Spring sale ann", [Why("Spring", "sale ann"), Why("ann", "Spring sale")]),
        ("Autumn sale ann", [Why("Autumn", "sale ann"), Why("ann", "Autumn sale")]),
    ],
)
async def test_why_takes_the_user_and_the_name_in_either_order(
    wire: Wire, desk: FakeDesk, slack: SlackStub, typed: str, asked: list[Why]
) -> None:
    answer = desk._answer

    def found(request: Any) -> Any:
        if isinstance(request, Why) and request.campaign != "Spring sale":
            return Refused(f"There is no campaign named “{request.campaign}”.", "")
        return answer(request)

    desk._answer = found  # type: ignore[method-assign]  # for this test
    await wire.command(ANA, f"why {typed}")
    assert [each for each in desk.asked if isinstance(each, Why)] == asked
    is_known = asked[-1].campaign == "Spring sale"
    assert ("no campaign named “sale ann”" in slack.of("respond")[0].said) is not is_known


async def test_pause_is_one_command_and_says_what_was_on_the_wire(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, state="running"))
    await wire.command(ANA, "pause Spring sale")
    assert Pause("Spring sale", ANA) in desk.asked
    said = slack.of("respond")[0].said
    assert "3 messages were already on the wire" in said
    assert "`/campaign resume` lets it go on" in said
    assert '"action_id": "resume"' in said  # one click from going on


@pytest.mark.parametrize("typed", ["stop everything", "stop all", "pause all", "pause Everything"])
async def test_who_halts_everything_in_a_hurry_gets_what_can_be_paused(
    wire: Wire, desk: FakeDesk, slack: SlackStub, typed: str
) -> None:
    desk.keep(draft(PAST, state="running"))
    await wire.command(ANA, typed)
    assert "Pause everything" in slack.of("respond")[0].said
    assert not any(isinstance(each, Pause | Stop) for each in desk.asked)


async def test_a_campaign_that_is_named_everything_is_paused_by_its_name(
    wire: Wire, desk: FakeDesk
) -> None:
    desk.keep(draft(replace(PAST, name="Everything"), state="running"))
    await wire.command(ANA, "pause Everything")
    assert Pause("Everything", ANA) in desk.asked


async def test_show_gives_the_whole_card(wire: Wire, desk: FakeDesk, slack: SlackStub) -> None:
    desk.keep(draft(PAST))
    await wire.command(ANA, "show spring".replace("spring", "Spring sale"))
    said = slack.of("respond")[0].said
    assert "Order Completed" in said
    assert "Submit for review" in said


@pytest.mark.parametrize(
    ("text", "asked", "answer"),
    [
        ("limits", ShowLimits(), "Limits of all campaigns together"),
        ("limits Spring sale", ShowLimits("Spring sale"), "Limits of *Spring sale*"),
        ("reach Spring sale", ReachCampaign("Spring sale"), "10,000 messages expected"),
        ("audience", ListAudiences(), "Nothing is saved yet"),
        ("audience show North", ShowAudience("North"), "There is no audience North"),
        ("audience reach North", ReachAudience("North"), "There is no audience North"),
        ("lower Spring sale to 5", LowerCap("Spring sale", ANA, 5), "lowered to 5"),
    ],
)
async def test_a_question_goes_to_the_desk_and_its_answer_to_who_asked(
    wire: Wire, desk: FakeDesk, slack: SlackStub, text: str, asked: object, answer: str
) -> None:
    desk.keep(draft(PAST))
    await wire.command(ANA, text)
    assert desk.asked == [asked]
    assert answer in slack.of("respond")[0].args["text"]


async def test_edit_opens_the_form_with_what_the_campaign_says(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST))
    await wire.command(ANA, "edit Spring sale")
    shown = slack.of("views.update")[0].args["view"]
    assert (shown["callback_id"], '"c1"' in shown["private_metadata"]) == ("draft", True)


ASKS = frozenset({"help", "list", "show", "report", "rehearse", "why", "reach"})
LOOKS = ASKS | {"limits", "audience"}
"""What a viewer may type; everything else needs more."""


@pytest.mark.parametrize("command", sorted(USES))
async def test_who_only_looks_may_type_exactly_what_changes_nothing(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub, command: str
) -> None:
    desk.members = Membership(RoleLists(marketers=(ANA,), approvers=(ANA,)))
    desk.keep(draft(PAST, state="running"))
    about_a_user = "ann " if command in ("why", "preview", "test") else ""
    name = "list" if command == "audience" else f"{about_a_user}Spring sale"
    name += " to 5" if command == "lower" else ""
    wire = Wire(settings, desk, slack)
    await wire.command(BEN, f"{command} {name}")
    refused = "You are not one of" in slack.of("respond")[-1].args["text"]
    assert refused == (command not in LOOKS)
    if refused:
        assert (desk.asked, slack.of("views.open")) == ([], [])


async def test_new_opens_a_modal_at_once_and_then_the_form(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.command(ANA, "new")
    assert slack.of("views.open")[0].args["view"]["callback_id"] == "waiting"
    assert slack.of("views.update")[0].args["view"]["callback_id"] == "draft"
    assert desk.asked == []


async def test_a_slow_engine_is_announced_and_its_answer_follows(
    wire: Wire,
    desk: FakeDesk,
    slack: SlackStub,
    nursery: trio.Nursery,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line, "SLOW_SECONDS", 0.0)
    desk.slow = trio.Event()
    nursery.start_soon(wire.command, ANA, "list")
    await slack.wait_until(lambda: len(slack.of("respond")) == 1)
    assert "Working on it" in slack.of("respond")[0].args["text"]
    desk.slow.set()
    await slack.wait_until(lambda: len(slack.of("respond")) == 2)
    assert "There is no campaign yet" in slack.of("respond")[1].args["text"]


async def test_the_archive_has_pages_of_its_own(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.command(ANA, "list archived")
    assert "The archive is empty." in slack.of("respond")[0].said
    await wire.press(ANA, "older_page", "archived:1", ephemeral=True)
    assert desk.asked[-1] == ListAll(archived=True)


async def test_a_page_of_the_list_replaces_the_page_before(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    for number in range(45):
        desk.keep(draft(PAST, id=f"c{number}", name=f"Sale {number:02}"))
    await wire.press(ANA, "older_page", "1", ephemeral=True)
    said = slack.of("respond")[0].args
    assert said["replace_original"] is True
    assert "Page 2 of 5" in slack.of("respond")[0].said


async def test_the_pages_of_audiences_are_turned_in_their_place(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.press(ANA, "older_page", "audiences:1")
    assert desk.asked == [ListAudiences()]
    assert slack.of("respond")[0].args["replace_original"] is True
