from msgspec import structs

from actors.mail import Refused
from actors.mail_content import Preview
from bot.refs import Memo, Ref
from bot.wizard.preview_listeners import seen_view
from bot.wizard.step import StepName
from tests.bot.fake_desk import FakeDesk
from tests.bot.oracle import view_problems
from tests.bot.samples import PAST
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire, opened
from tests.bot.wizard.kit import MEMO, stands


async def test_the_review_shows_what_a_real_user_would_get_of_what_nobody_has_saved(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.in_view(ANA, "see", stands(desk, PAST, StepName.REVIEW))
    assert desk.asked == [Preview("", ANA, definition=PAST)]
    assert slack.of("views.push")[0].args["view"]["callback_id"] == "waiting"
    shown = slack.of("views.update")[0].args["view"]
    assert shown["callback_id"] == "seen"
    assert "What ann would get" in str(shown)
    kinds = [block["type"] for block in shown["blocks"]]
    above = str(shown["blocks"][: kinds.index("input")])
    assert "As Segment gets it" not in above  # whoever wants another user need not scroll past it


async def test_an_edit_is_shown_as_that_campaigns_message(wire: Wire, desk: FakeDesk) -> None:
    memo = Memo("C0MAIN", Ref("c1", "h"), form="c1")
    await wire.in_view(ANA, "see", stands(desk, PAST, StepName.REVIEW, memo))
    assert desk.asked == [Preview("c1", ANA, definition=PAST)]


async def test_another_user_can_be_named(wire: Wire, desk: FakeDesk) -> None:
    stands(desk, PAST, StepName.REVIEW)
    view = opened(seen_view(MEMO, Refused("Nobody.", "Name one.")), {"user": " u_42 "})
    answer = await wire.submit(ANA, view)
    assert desk.asked == [Preview("", ANA, "u_42", definition=PAST)]
    assert answer["response_action"] == "update"
    assert "What ann would get" in str(answer["view"])


async def test_a_form_that_was_saved_meanwhile_has_nothing_to_show(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = stands(desk, PAST, StepName.REVIEW)
    desk.forms.clear()
    await wire.in_view(ANA, "see", view)
    assert "saved or begun anew" in str(slack.of("views.update")[0].args["view"])
    assert desk.asked == []


def test_a_refusal_is_a_modal_that_slack_takes() -> None:
    long = structs.replace(Refused("No.", "Yes."), what="x" * 5_000)
    assert view_problems(seen_view(MEMO, long, "y" * 500)) == []
