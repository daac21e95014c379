import trio

from actors.mail import Done, Draft, Refused, Submit
from bot.refs import Memo, Ref
from bot.settings import BotSettings
from bot.wizard.step import StepName
from bot.wizard.unfinished import NEW
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire, look_home
from tests.bot.wizard.kit import kept, stands


async def test_what_the_engine_refuses_is_said_and_the_form_stays(
    wire: Wire, desk: FakeDesk
) -> None:
    answer = desk._answer

    def refused(request: object) -> object:
        if isinstance(request, Draft):
            return Refused("No room is left.", "Ask the operator.")
        return answer(request)  # type: ignore[arg-type]  # whatever was asked

    desk._answer = refused  # type: ignore[method-assign,assignment]  # for this test
    said = await wire.submit(ANA, stands(desk, PAST, StepName.REVIEW))
    assert "No room is left." in said["errors"]["review.then"]
    assert kept(desk).start.name == PAST.name


async def test_a_review_can_be_asked_for_at_once(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.submit(ANA, stands(desk, PAST, StepName.REVIEW, then="review"))
    assert desk.asked[-2:] == [Draft(PAST, ANA, "C0MAIN"), Submit("c1", ANA)]
    said = slack.of("chat.postEphemeral")[0].said
    assert "It is in review now." in said
    assert "is drafted" not in said


async def test_a_draft_is_kept_though_its_review_is_refused(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    answer = desk._answer

    def refused(request: object) -> object:
        if isinstance(request, Submit):
            return Refused("Nobody may approve it.", "Name somebody.")
        return answer(request)  # type: ignore[arg-type]  # whatever was asked

    desk._answer = refused  # type: ignore[method-assign,assignment]  # for this test
    await wire.submit(ANA, stands(desk, PAST, StepName.REVIEW, then="review"))
    assert desk.campaigns["c1"].state == "draft"
    assert (
        "No review was asked for: Nobody may approve it." in slack.of("chat.postEphemeral")[0].said
    )


async def test_what_runs_is_asked_about_by_saving_it_and_not_once_more(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    answer = desk._answer

    def amended(request: object) -> object:
        if isinstance(request, Draft):
            shown = draft(PAST, state="running", amends=True, published=1)
            return Done("It is asked for.", shown)
        return answer(request)  # type: ignore[arg-type]  # whatever was asked

    desk._answer = amended  # type: ignore[method-assign,assignment]  # for this test
    await wire.submit(ANA, stands(desk, PAST, StepName.REVIEW, then="review"))
    assert not any(isinstance(one, Submit) for one in desk.asked)
    assert "It is asked for." in slack.of("chat.postEphemeral")[0].said


async def test_an_edit_of_a_campaign_that_is_gone_is_refused(wire: Wire, desk: FakeDesk) -> None:
    memo = Memo("C0MAIN", Ref.of(draft(PAST)), form="c1")
    said = await wire.submit(ANA, stands(desk, PAST, StepName.REVIEW, memo))
    assert "There is no campaign" in said["errors"]["review.then"]


async def test_the_home_tab_that_somebody_looks_at_shows_what_was_drafted(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub, nursery: trio.Nursery
) -> None:
    wire = Wire(settings, desk, slack, nursery)
    await look_home(wire, ANA)
    await slack.wait_until(lambda: len(slack.of("views.publish")) == 1)
    await wire.submit(ANA, stands(desk, PAST, StepName.REVIEW, Memo(form=NEW)))
    await slack.wait_until(lambda: len(slack.of("views.publish")) == 2)
    drawn = slack.of("views.publish")[1]
    assert (drawn.args["user_id"], PAST.name in str(drawn.args["view"])) == (ANA, True)
