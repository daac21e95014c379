import msgspec
import pytest
from msgspec import structs

from actors.mail import Draft
from bot.refs import RUNS, Memo, Ref, read_memo
from bot.wizard.counted import COUNTING
from bot.wizard.opening import GOES_ON, OLDER
from bot.wizard.step import StepName
from bot.wizard.triggers import StartValues
from bot.wizard.values import Values, to_values
from domain.audience import All, Not, Property
from domain.campaign import Campaign
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import LIVE, PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire, opened
from tests.bot.wizard.kit import kept, stands


async def test_new_opens_at_once_and_then_shows_the_first_step(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.command(ANA, "new")
    assert slack.of("views.open")[0].args["view"]["callback_id"] == "waiting"
    shown = slack.of("views.update")[0].args["view"]
    assert (shown["callback_id"], shown["submit"]["text"]) == ("draft", "Next: Who")
    assert kept(desk) == Values()


async def test_what_was_begun_stands_there_again(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    stands(desk, Values(start=StartValues(name="Spring")), StepName.WHAT)
    await wire.command(ANA, "new")
    shown = slack.of("views.update")[0].args["view"]
    assert shown["submit"]["text"] == "Next: When"
    assert f"{GOES_ON} It is *Spring*." in str(shown)
    assert kept(desk).start.name == "Spring"


async def test_a_form_that_was_left_at_who_shows_at_once_whom_it_reaches(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    stands(desk, PAST, StepName.WHO)
    await wire.command(ANA, "new")
    first, last = (str(call.args["view"]) for call in slack.of("views.update"))
    assert COUNTING.said in first
    assert "12,345" in last


async def test_an_unfinished_edit_that_was_left_at_who_does_so_too(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST))
    begun = to_values(PAST, base=view.hash)
    stands(desk, begun, StepName.WHO, Memo("C0REVIEW", Ref.of(view), form="c1"))
    await wire.press(ANA, "edit", str(Ref.of(view)))
    assert "12,345" in str(slack.of("views.update")[-1].args["view"])


async def test_what_another_version_kept_is_no_obstacle(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.forms[ANA, "new"] = '{"start": 5}'
    await wire.command(ANA, "new")
    assert slack.of("views.update")[0].args["view"]["callback_id"] == "draft"
    assert kept(desk) == Values()


async def test_edit_opens_at_once_and_then_shows_what_the_campaign_is_now(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST))
    await wire.press(ANA, "edit", str(Ref.of(view)), ephemeral=True)
    assert slack.of("views.open")[0].args["view"]["callback_id"] == "waiting"
    shown = slack.of("views.update")[0].args["view"]
    assert shown["callback_id"] == "draft"
    assert PAST.name in str(shown)


async def test_who_edits_what_runs_is_told_before_anything_is_changed_in_vain(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST, state="running", allowed=("pause", "edit")))
    await wire.press(ANA, "edit", str(Ref.of(view)))
    shown = slack.of("views.update")[-1].args["view"]
    assert "It runs: only what it says" in str(shown)
    assert read_memo(shown).fixed == RUNS


@pytest.mark.parametrize(
    ("state", "halts"), [("running", True), ("paused", False), ("completed", False)]
)
async def test_an_edit_of_what_cannot_be_edited_is_refused_before_a_form_is_filled_in(
    wire: Wire, desk: FakeDesk, slack: SlackStub, state: str, halts: bool
) -> None:
    desk.keep(draft(PAST, state=state))
    await wire.command(ANA, f"edit {PAST.name}")
    shown = slack.of("views.update")[0].args["view"]
    assert shown["callback_id"] != "draft"
    assert f"`/campaign clone {PAST.name}`" in str(shown)
    assert ("on its card halts this one" in str(shown)) is halts


@pytest.mark.parametrize(
    ("campaign", "state", "first"),
    [
        (LIVE, "paused", "Resume it first"),
        (LIVE, "faulted", "Resume it first"),
        (PAST, "paused", "Resume it first"),
        (LIVE, "completed", "cannot be edited any more"),
    ],
)
async def test_who_wants_to_edit_what_is_paused_is_told_the_way(
    wire: Wire, desk: FakeDesk, slack: SlackStub, campaign: Campaign, state: str, first: str
) -> None:
    """A live campaign is edited while it runs; one that has not begun, when it is scheduled."""
    desk.keep(draft(campaign, state=state))
    await wire.command(ANA, f"edit {campaign.name}")
    assert first in str(slack.of("views.update")[0].args["view"])


async def test_an_unfinished_edit_goes_on(wire: Wire, desk: FakeDesk, slack: SlackStub) -> None:
    view = desk.keep(draft(PAST))
    await wire.press(ANA, "edit", str(Ref.of(view)))
    memo = Memo("C0REVIEW", Ref.of(view), form="c1")
    await wire.in_view(ANA, "keep", stands(desk, kept(desk, "c1"), memo=memo, name="Summer sale"))
    await wire.press(ANA, "edit", str(Ref.of(view)))
    shown = str(slack.of("views.update")[-1].args["view"])
    assert "Summer sale" in shown
    assert GOES_ON in shown


async def test_an_unfinished_edit_of_what_somebody_edited_since_is_dropped_and_that_is_said(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST))
    memo = Memo("C0REVIEW", form="c1")
    stands(desk, Values(start=StartValues(name="X"), base="older").moved(StepName.WHO), memo=memo)
    await wire.press(ANA, "edit", str(Ref.of(view)))
    shown = str(slack.of("views.update")[-1].args["view"])
    assert OLDER in shown
    assert PAST.name in shown


async def test_what_the_form_cannot_say_is_kept_through_an_edit(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    pasted = structs.replace(PAST, who=Not(All((Property("a", "exists"),))))
    view = desk.keep(draft(pasted))
    await wire.press(ANA, "edit", str(Ref.of(view)))
    memo = Memo("C0REVIEW", Ref.of(view), form="c1")
    await wire.submit(ANA, stands(desk, kept(desk, "c1"), memo=memo, name="Summer sale"))
    await wire.submit(ANA, stands(desk, kept(desk, "c1"), StepName.REVIEW, memo))
    assert desk.campaigns["c1"].definition == structs.replace(pasted, name="Summer sale")


async def test_an_editor_who_closed_the_modal_meanwhile_is_left_alone(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST))
    slack.failures["views.update"] = ["not_found"]
    await wire.press(ANA, "edit", str(Ref.of(view)))
    assert slack.of("respond") == []


async def test_a_clone_opens_in_the_form_under_another_name_and_edits_nothing(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, state="completed"))
    await wire.command(ANA, f"clone {PAST.name}")
    shown = slack.of("views.update")[0].args["view"]
    assert f"{PAST.name} (copy)" in str(shown)
    await wire.in_view(ANA, "go_review", opened(shown, {}), value="review")
    await wire.submit(ANA, opened(slack.of("views.update")[-1].args["view"], {}))
    (drafted,) = [each for each in desk.asked if isinstance(each, Draft)]
    assert (drafted.definition.name, drafted.edits) == (f"{PAST.name} (copy)", "")


async def test_a_clone_of_a_long_name_still_fits(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    long = msgspec.structs.replace(PAST, name="x" * 80)
    desk.keep(draft(long, state="stopped"))
    await wire.command(ANA, f"clone {long.name}")
    assert f"'{'x' * 73} (copy)'" in str(slack.of("views.update")[0].args["view"])
