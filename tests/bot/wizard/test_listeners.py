from typing import Any

import msgspec
import pytest
import trio

from actors.mail import Draft
from bot.refs import Memo, Ref
from bot.wizard.contents import WhatValues
from bot.wizard.row_places import NOBODY_OPEN
from bot.wizard.step import StepName
from bot.wizard.triggers import StartValues
from bot.wizard.unfinished import Forms
from bot.wizard.values import Values, assemble, to_values
from domain.audience import All, AnyOf, Did
from domain.campaign import Campaign
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import LIVE, PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, Wire
from tests.bot.wizard.kit import kept, stands

REVIEW, WHO, WHAT, LIMITS = StepName.REVIEW, StepName.WHO, StepName.WHAT, StepName.LIMITS


def opened_row(campaign: Campaign) -> Values:
    """The form of a campaign whose first condition is open."""
    values = to_values(campaign)
    return msgspec.structs.replace(values, who=msgspec.structs.replace(values.who, open=0))


def way(slack: SlackStub) -> list[str]:
    """The buttons on top of the modal that is shown now."""
    view = slack.of("views.update")[-1].args["view"]
    return [each["text"]["text"] for each in view["blocks"][0]["elements"]]


async def test_a_good_form_is_kept_as_a_draft_and_shown_to_its_author(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    answer = await wire.submit(ANA, stands(desk, PAST, REVIEW))
    assert answer == {"response_action": "clear"}
    assert desk.asked[-1] == Draft(PAST, ANA, "C0MAIN")
    said = slack.of("chat.postEphemeral")[0]
    assert (said.args["user"], said.args["channel"]) == (ANA, "C0MAIN")
    assert all(action in said.said for action in ('"submit"', '"edit"'))
    assert desk.forms == {}


async def test_next_shows_the_next_step_and_keeps_what_was_entered(
    wire: Wire, desk: FakeDesk
) -> None:
    answer = await wire.submit(ANA, stands(desk, Values(), name="Sale"))
    assert answer["response_action"] == "update"
    assert answer["view"]["submit"]["text"] == "Next: What"
    assert kept(desk).start == StartValues(name="Sale")
    assert (kept(desk).at, kept(desk).seen) == (WHO, (StepName.START,))


async def test_all_problems_of_a_step_stand_at_their_inputs(wire: Wire, desk: FakeDesk) -> None:
    answer = await wire.submit(ANA, stands(desk, opened_row(PAST), WHO, days_0="-1", name_0=""))
    assert answer["response_action"] == "errors"
    assert set(answer["errors"]) == {"who.days_0", "who.name_0"}
    answer = await wire.submit(ANA, stands(desk, PAST, LIMITS, cap="0"))
    assert set(answer["errors"]) == {"limits.cap"}
    assert [request for request in desk.asked if isinstance(request, Draft)] == []


async def test_steps_are_walked_back_and_forth_without_losing_input(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = stands(desk, PAST, LIMITS, cap="no", safety="7")
    await wire.in_view(ANA, "go_who", view, value="who")
    shown = slack.of("views.update")[-1].args
    assert shown["hash"] == "hash-0"
    assert "Order Completed" in str(shown["view"])
    assert (kept(desk).limits.cap, kept(desk).limits.safety) == ("no", "7")
    assert "⚠ Limits" in way(slack)
    await wire.in_view(ANA, "go_limits", stands(desk, kept(desk), WHO), value="limits")
    view = slack.of("views.update")[-1].args["view"]
    assert any("A whole number" in str(b) for b in view["blocks"] if b["type"] == "context")


async def test_a_problem_of_another_step_brings_one_there(wire: Wire, desk: FakeDesk) -> None:
    wrong = msgspec.structs.replace(Values(start=StartValues(name="x")), what=WhatValues("no pair"))
    answer = await wire.submit(ANA, stands(desk, wrong, REVIEW))
    assert answer["response_action"] == "update"
    assert '"no pair" is no pair' in str(answer["view"])
    assert kept(desk).at is WHAT
    assert desk.asked == []


async def test_what_is_typed_is_kept_at_once_and_the_view_stays(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.in_view(ANA, "keep", stands(desk, Values(), name="Spr"))
    assert kept(desk).start.name == "Spr"
    assert slack.of("views.update", "views.open") == []


async def test_a_condition_with_a_problem_stays_open_and_says_what_is_missing(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = stands(desk, opened_row(PAST), WHO, days_0="")
    await wire.in_view(ANA, "row_close", view, value="close.0")
    assert kept(desk).who.open == 0
    assert "Enter a whole number" in str(slack.of("views.update")[-1].args["view"])
    await wire.in_view(ANA, "row_close", stands(desk, kept(desk), WHO, days_0="7"), value="close.0")
    assert kept(desk).who.open == NOBODY_OPEN


async def test_a_condition_that_is_added_scolds_nobody_before_they_answer(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = stands(desk, to_values(PAST).looked_at(WHO), WHO)
    await wire.in_view(ANA, "row_add", view, value="add.did_not")
    assert ":warning:" not in str(slack.of("views.update")[-1].args["view"])
    await wire.in_view(ANA, "go_what", stands(desk, kept(desk), WHO), value="what")
    assert "⚠ Who" in way(slack)


async def test_what_stands_in_a_modal_that_is_closed_is_kept(wire: Wire, desk: FakeDesk) -> None:
    view = stands(desk, Values(), name="Sp")
    user = {"id": ANA, "team_id": "T1"}
    await wire.interact(type="view_closed", user=user, view=view, is_cleared=False)
    assert kept(desk).start.name == "Sp"


async def test_a_new_campaign_never_replaces_one_of_the_same_name(
    wire: Wire, desk: FakeDesk
) -> None:
    desk.keep(draft(PAST, author=BEN))
    answer = await wire.submit(ANA, stands(desk, PAST))
    assert "exists already" in answer["errors"]["start.name"]
    answer = await wire.submit(ANA, stands(desk, PAST, REVIEW))
    assert "exists already" in answer["errors"]["review.then"]  # beside the button, in sight
    assert not [request for request in desk.asked if isinstance(request, Draft)]


async def test_an_edit_is_kept_if_nobody_else_edited_meanwhile(wire: Wire, desk: FakeDesk) -> None:
    view = desk.keep(draft(PAST))
    memo = Memo("C0MAIN", Ref.of(view), form="c1")
    await wire.submit(ANA, stands(desk, PAST, LIMITS, memo, cap_each="7"))
    answer = await wire.submit(ANA, stands(desk, kept(desk, "c1"), REVIEW, memo))
    assert answer == {"response_action": "clear"}
    assert isinstance(desk.asked[-1], Draft)
    assert desk.asked[-1].definition.limits.cap_per_run == 7


async def test_an_edit_may_give_a_campaign_another_name(wire: Wire, desk: FakeDesk) -> None:
    view = desk.keep(draft(PAST))
    memo = Memo("C0MAIN", Ref.of(view), form="c1")
    await wire.submit(ANA, stands(desk, PAST, memo=memo, name="Summer sale"))
    await wire.submit(ANA, stands(desk, kept(desk, "c1"), REVIEW, memo))
    assert desk.campaigns["c1"].name == "Summer sale"


async def test_an_edit_never_takes_the_name_of_another_campaign(wire: Wire, desk: FakeDesk) -> None:
    memo = Memo("C0MAIN", Ref.of(desk.keep(draft(PAST))), form="c1")
    desk.keep(draft(LIVE, id="c2"))
    answer = await wire.submit(ANA, stands(desk, PAST, memo=memo, name=LIVE.name))
    assert "exists already" in answer["errors"]["start.name"]


async def test_an_edit_that_would_undo_somebody_elses_is_refused(
    wire: Wire, desk: FakeDesk
) -> None:
    view = desk.keep(draft(PAST))
    memo = Memo("C0MAIN", Ref.of(view), form="c1")
    desk.keep(msgspec.structs.replace(view, hash="another"))
    answer = await wire.submit(ANA, stands(desk, PAST, REVIEW, memo))
    assert "edited this campaign since" in answer["errors"]["review.then"]


async def test_a_draft_outside_the_bots_channels_is_answered_directly(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    slack.failures["chat.postEphemeral"] = ["channel_not_found"]
    await wire.submit(ANA, stands(desk, PAST, REVIEW))
    assert slack.of("chat.postMessage")[0].args["channel"] == ANA


async def test_another_kind_asks_other_questions_and_keeps_the_answers(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.in_view(ANA, "redraw", stands(desk, Values(), kind="live", name="Thanks"))
    update = slack.of("views.update")[0].args
    blocks = {block.get("block_id"): block for block in update["view"]["blocks"]}
    assert "start.event" in blocks
    assert blocks["start.name"]["element"]["initial_value"] == "Thanks"
    assert update["hash"] == "hash-0"


async def test_two_quick_changes_both_count(wire: Wire, desk: FakeDesk, slack: SlackStub) -> None:
    slack.failures["views.update"] = ["hash_conflict"]
    await wire.in_view(ANA, "redraw", stands(desk, Values(), kind="live"))
    assert "hash" not in slack.of("views.update")[1].args


async def test_an_answer_that_comes_after_a_later_click_on_a_step_does_not_lead_back(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = stands(desk, Values(), name="Thanks", kind="live")
    await wire.in_view(ANA, "go_who", view, value="who")
    await wire.interact(
        type="block_actions",
        user={"id": ANA, "team_id": "T1"},
        view=view,
        container={"type": "view", "view_id": view["id"]},
        actions=[{"type": "radio_buttons", "action_id": "redraw", "action_ts": "0.1"}],
    )
    assert (kept(desk).at, kept(desk).start.kind) == (WHO, "live")
    for update in slack.of("views.update"):
        assert "start.name" not in str(update.args["view"])


async def test_a_choice_that_is_answered_after_a_later_one_takes_nothing_back(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    """A busy engine may answer two clicks of the same second the other way round."""
    live = Values(start=StartValues(kind="live"))
    for moment, wait in (("7.2", "without"), ("7.1", "at_once"), ("7.15", "delay")):
        view = stands(desk, live if moment == "7.2" else kept(desk), event="Cart", wait=wait)
        await wire.interact(
            type="block_actions",
            user={"id": ANA, "team_id": "T1"},
            view=view,
            container={"type": "view", "view_id": view["id"]},
            actions=[{"type": "static_select", "action_id": "redraw", "action_ts": moment}],
        )
    assert (kept(desk).start.event, kept(desk).start.wait) == ("Cart", "without")
    assert "start.not_event" in str(slack.of("views.update")[-1].args["view"])


async def test_a_view_that_was_drawn_meanwhile_is_drawn_as_it_stands_now(
    wire: Wire, desk: FakeDesk, slack: SlackStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = stands(desk, Values(), name="Thanks", kind="live")
    slack.failures["views.update"] = ["hash_conflict"]
    found = Forms.find
    asked: list[object] = []

    def moved(self: Forms, *args: Any) -> Any:
        asked.append(args)
        values = found(self, *args)
        return values.moved(WHAT) if len(asked) > 1 and isinstance(values, Values) else values

    monkeypatch.setattr(Forms, "find", moved)
    await wire.in_view(ANA, "redraw", view)
    first, second = (update.args for update in slack.of("views.update"))
    assert ("start.name" in str(first["view"]), "start.name" in str(second["view"])) == (
        True,
        False,
    )


async def test_what_was_drawn_over_the_answer_to_a_submission_is_drawn_once_more(
    wire: Wire, desk: FakeDesk, slack: SlackStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack draws the answer to a submission by itself: no lock of ours keeps a click from it."""
    view = stands(desk, to_values(LIVE), WHO)
    slack.failures["views.update"] = ["hash_conflict"]
    found = Forms.find
    asked: list[object] = []

    def submitted_between(self: Forms, *args: Any) -> Any:
        asked.append(args)
        values = found(self, *args)
        if len(asked) == 2:  # the click has asked what stands, and has not drawn it yet
            answer = trio.from_thread.run(wire.submit, ANA, view)
            assert answer["response_action"] == "update"
        return values

    monkeypatch.setattr(Forms, "find", submitted_between)
    await wire.in_view(ANA, "redraw", view)
    assert "what.key_values" not in str(slack.of("views.update")[-2].args["view"])
    assert "what.key_values" in str(slack.of("views.update")[-1].args["view"])


@pytest.mark.parametrize("errors", [["not_found"], ["hash_conflict", "not_found"]])
async def test_a_form_that_was_closed_meanwhile_is_left_alone(
    wire: Wire,
    desk: FakeDesk,
    slack: SlackStub,
    caplog: pytest.LogCaptureFixture,
    errors: list[str],
) -> None:
    slack.failures["views.update"] = list(errors)
    await wire.in_view(ANA, "redraw", stands(desk, Values(), kind="live"))
    assert len(slack.of("views.update")) == len(errors)
    assert not slack.of("chat.postEphemeral")
    assert not caplog.records


async def test_a_form_that_was_saved_elsewhere_says_so(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = stands(desk, PAST)
    desk.forms.clear()
    await wire.in_view(ANA, "go_who", view, value="who")
    assert "saved or begun anew" in str(slack.of("views.update")[-1].args["view"])
    answer = await wire.submit(ANA, view)
    assert "saved or begun anew" in str(answer["view"])


async def test_one_can_begin_anew(wire: Wire, desk: FakeDesk, slack: SlackStub) -> None:
    await wire.in_view(ANA, "start_over", stands(desk, PAST, WHO))
    assert kept(desk) == Values()
    assert slack.of("views.update")[-1].args["view"]["submit"]["text"] == "Next: Who"


async def test_what_was_kept_as_pasted_can_be_replaced_by_answers(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    pasted = msgspec.structs.replace(PAST, who=AnyOf(()))
    view = stands(desk, pasted, WHO)
    assert "Kept as pasted" in str(view["blocks"])
    await wire.in_view(ANA, "replace", view, value="who.kept")
    assert kept(desk).who.kept == ""
    assert "Add a condition" in str(slack.of("views.update")[-1].args["view"])


async def test_conditions_are_added_and_removed_as_rows(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.in_view(ANA, "row_add", stands(desk, PAST, WHO), value="add.saved")
    assert [row.kind for row in kept(desk).who.rows] == ["did", "property", "saved"]
    shown = slack.of("views.update")[-1].args["view"]
    assert "who.name_2" in str(shown)
    await wire.in_view(ANA, "row_menu", stands(desk, kept(desk), WHO), value="remove.0")
    assert [row.no for row in kept(desk).who.rows] == [1, 2]


async def test_the_inputs_of_a_condition_fit_the_type_of_its_property(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.in_view(ANA, "row_add", stands(desk, Values(), WHO), value="add.property")
    view = stands(desk, kept(desk), WHO, property_0="age")
    await wire.in_view(ANA, "pick", view)
    assert kept(desk).who.rows[0].compared.types == ("number",)
    shown = str(slack.of("views.update")[-1].args["view"])
    assert "number_input" in shown
    assert "starts with" not in shown


async def test_a_menu_that_was_chosen_in_is_part_of_the_campaign(
    wire: Wire, desk: FakeDesk
) -> None:
    await wire.in_view(ANA, "row_add", stands(desk, Values(), WHO), value="add.did")
    await wire.in_view(ANA, "pick", stands(desk, kept(desk), WHO, name_0="Order Completed"))
    assert assemble(kept(desk))[0].who == All((Did("Order Completed"),))


async def test_a_condition_in_words_that_has_a_problem_is_opened_by_next(
    wire: Wire, desk: FakeDesk
) -> None:
    wrong = msgspec.structs.replace(PAST, who=All((Did("A", days=0), Did("B"))))
    answer = await wire.submit(ANA, stands(desk, wrong, WHO))
    assert answer["response_action"] == "update"
    assert kept(desk).who.open == 0
    assert "days are not possible" in str(answer["view"])
