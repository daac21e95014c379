import msgspec
import pytest

from actors.mail import (
    AcceptClock,
    Answer,
    Approve,
    Publish,
    RaiseLimit,
    Refused,
    Request,
    RequestChanges,
    SendSample,
    Show,
    SkipRun,
    Stop,
)
from actors.mail_shelf import Undo
from bot.modals import changes_view, raise_view
from bot.refs import Memo, Ref
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, CHLOE, Wire, opened

IN_REVIEW = draft(PAST, state="in_review")
REF = Ref.of(IN_REVIEW)


async def test_an_approval_is_for_exactly_what_the_card_shows(wire: Wire, desk: FakeDesk) -> None:
    desk.keep(IN_REVIEW)
    await wire.press(BEN, "approve", str(REF))
    assert desk.asked[-1] == Approve(PAST.name, BEN, IN_REVIEW.hash)


async def test_nobody_approves_their_own_campaign(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(IN_REVIEW)
    await wire.press(ANA, "approve", str(REF))
    said = slack.of("respond")[0].args
    assert said["response_type"] == "ephemeral"
    assert "Ask somebody else to approve it." in said["text"]


@pytest.mark.parametrize("action", ["approve", "publish", "submit", "resume"])
async def test_a_stale_button_decides_nothing_says_so_and_its_card_is_refreshed(
    wire: Wire, desk: FakeDesk, slack: SlackStub, action: str
) -> None:
    desk.keep(msgspec.structs.replace(IN_REVIEW, hash="edited", revision=2))
    await wire.press(BEN, action, str(REF))
    assert all(isinstance(request, Show) for request in desk.asked)
    assert "older version" in slack.of("respond")[0].args["text"]
    assert "revision 2" in str(slack.of("chat.update")[0].args["blocks"])


@pytest.mark.parametrize(
    ("shown", "is_approved"), [(8_333, False), (8_334, True), (12_500, True), (12_501, False)]
)
async def test_an_approval_is_asked_again_if_the_reach_moved_by_more_than_a_fifth(
    wire: Wire, desk: FakeDesk, slack: SlackStub, shown: int, is_approved: bool
) -> None:
    """It is 10,000 now."""
    view = desk.keep(IN_REVIEW)
    await wire.press(BEN, "approve", f"{REF}:{shown}")
    assert (desk.asked[-1] == Approve(PAST.name, BEN, view.hash)) == is_approved
    if not is_approved:
        text = slack.of("respond")[0].args["text"]
        assert text.startswith(f"Nothing is approved yet: the card said {shown:,} users")
        assert "Approve for 10,000 users" in str(slack.of("chat.update")[0].args["blocks"])


async def test_a_button_that_its_state_forbids_refreshes_the_card(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, state="running"))
    await wire.press(BEN, "approve", str(REF))
    assert "It is running." in slack.of("respond")[0].args["text"]
    assert "running" in slack.of("chat.update")[0].args["text"]


async def test_an_old_card_still_stops_a_campaign(wire: Wire, desk: FakeDesk) -> None:
    desk.keep(draft(PAST, state="running", hash="edited"))
    await wire.press(BEN, "stop", str(REF))
    assert desk.asked[-1] == Stop(PAST.name, BEN)


async def test_publish_is_bound_to_what_was_approved(wire: Wire, desk: FakeDesk) -> None:
    view = desk.keep(draft(PAST, state="approved"))
    await wire.press(BEN, "publish", str(REF))
    assert desk.asked[-1] == Publish(PAST.name, BEN, view.hash)


async def test_ones_own_card_is_replaced_by_what_it_became(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST))
    await wire.press(ANA, "submit", str(REF), ephemeral=True)
    said = slack.of("respond")[0]
    assert said.args["replace_original"] is True
    assert "It is in review now." in said.said


async def test_a_campaign_that_is_gone_is_said_to_be(wire: Wire, slack: SlackStub) -> None:
    await wire.press(ANA, "approve", "c9:abc")
    assert "There is no campaign" in slack.of("respond")[0].args["text"]


async def test_show_shows_the_campaign(wire: Wire, desk: FakeDesk, slack: SlackStub) -> None:
    desk.keep(IN_REVIEW)
    await wire.press(BEN, "show", str(REF))
    assert "Order Completed" in slack.of("respond")[0].said


async def test_changes_are_requested_with_a_comment(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(IN_REVIEW)
    await wire.press(BEN, "request_changes", str(REF))
    view = slack.of("views.open")[0].args["view"]
    answer = await wire.submit(BEN, opened(view, {"comment": "Too many."}))
    assert answer == {"response_action": "clear"}
    assert desk.asked[-1] == RequestChanges(PAST.name, BEN, "Too many.", IN_REVIEW.hash)


async def test_changes_without_a_comment_are_not_sent(wire: Wire, desk: FakeDesk) -> None:
    answer = await wire.submit(BEN, opened(changes_view(Memo("C1", REF)), {"comment": " "}))
    assert (list(answer["errors"]), desk.asked) == (["comment"], [])


async def test_changes_that_are_refused_say_why_in_the_modal(wire: Wire, desk: FakeDesk) -> None:
    desk.keep(draft(PAST, state="approved"))
    answer = await wire.submit(BEN, opened(changes_view(Memo("C1", REF)), {"comment": "No."}))
    assert "It is approved." in answer["errors"]["comment"]


@pytest.fixture
def held(desk: FakeDesk) -> str:
    desk.keep(draft(PAST, state="running"))
    desk.block("c1", qualified=80, limit=50)
    return "c1:abc:now"


async def test_a_held_run_is_sent_to_a_random_number(wire: Wire, desk: FakeDesk, held: str) -> None:
    await wire.press(BEN, "send_sample", held)
    assert desk.asked[-1] == SendSample(PAST.name, BEN, "now", 50)


async def test_a_held_run_is_skipped(wire: Wire, desk: FakeDesk, held: str) -> None:
    await wire.press(BEN, "skip_run", held)
    assert desk.asked[-1] == SkipRun(PAST.name, BEN, "now")


async def test_a_held_campaign_is_stopped(wire: Wire, desk: FakeDesk, held: str) -> None:
    await wire.press(BEN, "stop_blocked", held)
    assert desk.asked[-1] == Stop(PAST.name, BEN)


async def test_a_higher_limit_is_asked_for(
    wire: Wire, desk: FakeDesk, slack: SlackStub, held: str
) -> None:
    await wire.press(BEN, "raise_limit", held)
    view = slack.of("views.open")[0].args["view"]
    answer = await wire.submit(BEN, opened(view, {"limit": "90"}))
    assert answer == {"response_action": "clear"}
    assert desk.asked[-1] == RaiseLimit(PAST.name, BEN, "now", 90)


@pytest.mark.parametrize("limit", ["", "0", "-5", "many", "9" * 30])
async def test_a_limit_that_is_none_is_not_asked_for(
    wire: Wire, desk: FakeDesk, limit: str
) -> None:
    memo = Memo("C1", Ref("c1", "abc", "now"))
    answer = await wire.submit(BEN, opened(raise_view(memo), {"limit": limit}))
    assert (list(answer["errors"]), desk.asked) == (["limit"], [])


async def test_the_first_answer_to_a_held_run_counts_and_later_ones_are_told_whose(
    wire: Wire, desk: FakeDesk, slack: SlackStub, held: str
) -> None:
    await wire.press(BEN, "skip_run", held)
    await wire.press(CHLOE, "send_sample", held)
    assert not [request for request in desk.asked if isinstance(request, SendSample)]
    assert "<@U0BEN> decided it already" in slack.of("respond")[1].args["text"]
    assert "skipped this run" in slack.of("chat.update")[0].said


async def test_who_answers_a_held_run_a_moment_too_late_leaves_the_alert_decided(
    wire: Wire, desk: FakeDesk, slack: SlackStub, held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn from what was read before the press, the alert would offer its buttons for ever."""
    answer = desk.ask

    async def another_was_first(request: Request) -> Answer:
        if not isinstance(request, SendSample):
            return await answer(request)
        await answer(SkipRun(PAST.name, BEN, "now"))
        return Refused("This run is not held any more.", "Look at the campaign.")

    monkeypatch.setattr(desk, "ask", another_was_first)
    await wire.press(CHLOE, "send_sample", held)
    assert "not held any more" in slack.of("respond")[0].args["text"]
    assert "skipped this run" in slack.of("chat.update")[0].said


async def test_ones_own_card_is_refreshed_in_its_place(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, state="running"))
    await wire.press(ANA, "show", str(REF), ephemeral=True)
    assert slack.of("respond")[0].args["replace_original"] is True


async def test_the_clock_is_believed_by_whoever_presses_and_for_the_leap_of_the_alert(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.press(BEN, "accept_clock", "17")
    assert desk.asked[-1] == AcceptClock(by=BEN, leap="17")
    assert "believed" in slack.of("respond")[0].args["text"]


async def test_a_change_of_mind_is_one_click_whatever_the_card_shows(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, state="scheduled", hash="edited"))
    await wire.press(BEN, "undo", str(REF))
    assert desk.asked[-1] == Undo(PAST.name, BEN)
    assert "It is taken back." in slack.of("respond")[0].args["text"]
