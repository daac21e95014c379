import pytest

from actors.mail import BooksView, CampaignLine
from actors.membership import Membership
from bot import awaited
from bot.refs import Ref
from domain.review import State
from domain.roles import RoleLists
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA as AUTHOR
from tests.bot.wire import BEN as OTHER
from tests.bot.wire import Wire

ANA, BEN, CLEO, DAN, EVE = (f"U0{name}00001" for name in ("ANA", "BEN", "CLEO", "DAN", "EVE"))
TEAM = "S0TEAM0001"


def line(state: State, reason: str = "", editors: tuple[str, ...] = (ANA, BEN)) -> CampaignLine:
    books = BooksView()
    return CampaignLine("c1", "Sale", "live", state, ANA, books, 0, reason=reason, editors=editors)


@pytest.mark.parametrize(
    ("state", "reason", "asked"),
    [
        (State.IN_REVIEW, "", True),
        (State.BLOCKED, "raise_requested", True),
        (State.BLOCKED, "safety_limit", False),
        (State.DRAFT, "", False),
    ],
)
def test_a_second_person_is_asked_for_a_review_and_for_a_higher_limit(
    state: State, reason: str, *, asked: bool
) -> None:
    assert awaited.is_asked(line(state, reason)) == asked


@pytest.mark.parametrize(("user", "waits"), [(ANA, False), (BEN, False), (CLEO, True)])
def test_whoever_has_edited_it_is_not_asked(user: str, *, waits: bool) -> None:
    assert awaited.waits_for(line(State.IN_REVIEW), user, Membership()) == waits


def test_a_draft_waits_for_its_author_while_they_may_go_on_with_it() -> None:
    members = Membership(RoleLists(marketers=(BEN,)))
    assert awaited.waits_for(line(State.DRAFT), ANA, Membership())
    assert not awaited.waits_for(line(State.DRAFT), BEN, Membership())
    assert not awaited.waits_for(line(State.DRAFT), ANA, members)
    assert not awaited.waits_for(line(State.RUNNING), ANA, Membership())


def whom(members: Membership) -> str:
    return awaited.approvers_of(ANA, (ANA, BEN), members)


def test_who_may_approve_is_named_without_those_who_wrote_it() -> None:
    assert whom(Membership()) == "anybody who has not edited it"
    assert whom(Membership(RoleLists(approvers=(BEN, CLEO)))) == f"<@{CLEO}>"
    assert whom(Membership(RoleLists(approvers=(DAN, CLEO)))) == f"<@{CLEO}> or <@{DAN}>"
    assert whom(Membership(RoleLists(approvers=(ANA, BEN)))).startswith("an approver: nobody")


def test_the_members_of_a_group_are_named_and_many_are_counted() -> None:
    members = Membership(RoleLists(approvers=(TEAM,)))
    members.learn(TEAM, frozenset({BEN, CLEO, DAN, EVE, "U0FAY00001", "U0GUS00001"}))
    assert whom(members) == f"<@{CLEO}>, <@{DAN}>, <@{EVE}> or 2 others"


def test_whoever_wrote_or_edited_it_is_told_for_whom_it_waits_and_nobody_else() -> None:
    members = Membership(RoleLists(approvers=(CLEO,)))
    review = draft(PAST, state="in_review", author=ANA, editors=(ANA, BEN))
    for reader, told in ((ANA, f"It waits for <@{CLEO}>."), (BEN, f"It waits for <@{CLEO}>.")):
        assert awaited.told(review, reader, members) == told
    assert awaited.told(review, CLEO, members) == ""
    assert awaited.told(draft(PAST, author=ANA), ANA, members) == ""


async def test_the_card_says_so_to_its_author(wire: Wire, desk: FakeDesk, slack: SlackStub) -> None:
    desk.keep(draft(PAST))
    await wire.press(AUTHOR, "submit", str(Ref.of(desk.campaigns["c1"])), ephemeral=True)
    await wire.command(AUTHOR, f"show {PAST.name}")
    await wire.command(OTHER, f"show {PAST.name}")
    said = "It waits for anybody who has not edited it."
    assert [said in each.said for each in slack.of("respond")] == [True, True, False]
