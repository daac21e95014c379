import trio
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from actors.mail import CampaignLine, Resume
from actors.membership import Membership
from bot.resume_list import resume_list, resumed
from bot.settings import BotSettings
from domain.roles import RoleLists
from tests.bot.fake_desk import FakeDesk
from tests.bot.oracle import words
from tests.bot.samples import LIVE, PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.strategies import LINES, NAMES
from tests.bot.test_views import check
from tests.bot.wire import ANA, BEN, Wire

PAUSED = draft(PAST, id="c1", state="paused")
TOGETHER = draft(structs.replace(PAST, name="Other"), id="c2", state="paused", reason="all paused")
ITSELF = draft(LIVE, id="c3", state="paused", reason="template_errors")


@given(st.lists(LINES, max_size=60).map(tuple))
def test_every_list_of_what_can_be_resumed_is_one_that_slack_takes(
    lines: tuple[CampaignLine, ...],
) -> None:
    check(resume_list(lines))


@given(st.lists(NAMES, max_size=60))
def test_every_answer_to_resuming_all_is_one_that_slack_takes(names: list[str]) -> None:
    check(resumed([f"Resumed “{name}”." for name in names]))


async def test_resume_alone_offers_what_is_halted_each_with_its_button_and_why(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    for view in (PAUSED, TOGETHER, ITSELF, draft(LIVE, id="c4", state="running")):
        desk.keep(view)
    for typed in ("resume", "resume all"):
        await wire.command(ANA, typed)
        blocks = slack.of("respond")[-1].args["blocks"]
        values = [block["accessory"]["value"] for block in blocks if "accessory" in block]
        assert values == [f"{v.id}:{v.hash}" for v in (PAUSED, TOGETHER, ITSELF)]
        assert "could not be rendered; it paused itself" in words(blocks)
        assert "Resume all 2 that people paused" in words(blocks)


async def test_one_click_resumes_what_people_paused_and_nothing_that_paused_itself(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    for view in (PAUSED, TOGETHER, ITSELF):
        desk.keep(view)
    await wire.press(ANA, "resume_all", "all", ephemeral=True)
    assert [each.name for each in desk.asked if isinstance(each, Resume)] == ["c1", "c2"]
    assert slack.of("respond")[0].args["replace_original"] is True


async def test_resume_alone_says_so_when_nothing_is_paused(wire: Wire, slack: SlackStub) -> None:
    await wire.command(ANA, "resume")
    await wire.press(ANA, "resume_all", "all", ephemeral=True)
    first, second = (each.args["text"] for each in slack.of("respond"))
    assert "Nothing is paused." in first
    assert "Nothing is paused any more." in second


async def test_who_only_looks_is_offered_no_resume(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub, nursery: trio.Nursery
) -> None:
    desk.members = Membership(RoleLists(marketers=(ANA,), approvers=(ANA,)))
    desk.keep(PAUSED)
    wire = Wire(settings, desk, slack)
    await wire.command(BEN, "resume")
    await wire.press(BEN, "resume_all", "all", ephemeral=True)
    assert not [each for each in desk.asked if isinstance(each, Resume)]
    assert all("You are not one of" in each.args["text"] for each in slack.of("respond"))
