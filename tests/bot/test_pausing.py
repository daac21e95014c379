import trio
from hypothesis import given
from hypothesis import strategies as st

from actors.mail import BooksView, CampaignLine
from actors.mail_trust import NotPaused, PauseAll, PausedAll
from actors.membership import Membership
from bot.pausing import pause_list, paused_all
from bot.settings import BotSettings
from domain.roles import RoleLists
from tests.bot.fake_desk import FakeDesk
from tests.bot.oracle import words
from tests.bot.samples import LIVE, PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.strategies import LINES, NAMES
from tests.bot.test_views import check
from tests.bot.wire import ANA, BEN, Wire


@given(st.lists(LINES, max_size=60).map(tuple))
def test_every_list_of_what_can_be_paused_is_one_that_slack_takes(
    lines: tuple[CampaignLine, ...],
) -> None:
    check(pause_list(lines))


@given(
    NAMES,
    st.lists(NAMES, max_size=90).map(tuple),
    st.lists(st.builds(NotPaused, NAMES, NAMES, NAMES), max_size=60).map(tuple),
)
def test_every_answer_to_pausing_all_is_one_that_slack_takes(
    message: str, names: tuple[str, ...], others: tuple[NotPaused, ...]
) -> None:
    check(paused_all(PausedAll(f"So: {message}", names, others)))


def test_a_list_of_names_full_of_quotes_is_one_that_slack_takes() -> None:
    books = BooksView()
    lines = [CampaignLine(f"c{n}", '"' * 200, "live", "running", ANA, books, 0) for n in range(30)]
    check(pause_list(tuple(lines)))


async def test_pause_alone_offers_what_runs_each_with_its_button(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, id="c1", state="running"))
    desk.keep(draft(LIVE, id="c2", state="draft"))
    await wire.command(ANA, "pause")
    blocks = slack.of("respond")[0].args["blocks"]
    values = [block["accessory"]["value"] for block in blocks if "accessory" in block]
    assert values == ["c1"]
    assert "Pause everything" in words(blocks)
    assert "1 campaign sends nothing until somebody resumes it." in str(blocks)


async def test_pause_alone_says_so_when_nothing_runs(wire: Wire, slack: SlackStub) -> None:
    await wire.command(ANA, "pause")
    assert "Nothing runs that could be paused" in slack.of("respond")[0].args["text"]


async def test_one_click_pauses_everything_and_says_what_was(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.press(ANA, "pause_all", "all", ephemeral=True)
    assert PauseAll(by=ANA) in desk.asked
    said = slack.of("respond")[0].args
    assert (said["replace_original"], "Nothing could be paused" in said["text"]) == (True, True)


def test_of_those_that_are_not_named_in_the_answer_it_says_how_many_there_are() -> None:
    answer = PausedAll("Paused 100 campaigns.", tuple(f"{'x' * 90} {n}" for n in range(100)), ())
    assert "... and 70 more." in words([*paused_all(answer).blocks])


async def test_who_only_looks_is_offered_no_pause(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub, nursery: trio.Nursery
) -> None:
    desk.members = Membership(RoleLists(marketers=(ANA,), approvers=(ANA,)))
    wire = Wire(settings, desk, slack)
    await wire.command(BEN, "pause")
    await wire.press(BEN, "pause_all", "all", ephemeral=True)
    assert desk.asked == []
    assert all("You are not one of" in each.args["text"] for each in slack.of("respond"))
