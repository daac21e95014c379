from typing import Any

import pytest

from sandbox.slack.courier import Reply
from sandbox.slack.modal_acts import ModalActs
from sandbox.slack.refusal import NotPossible
from sandbox.slack.views import View
from sandbox.slack.workspace import ANA, BEN
from sandbox.slack.world import World
from tests.sandbox.slack.bots import (
    ScriptedCourier,
    button,
    field,
    modal,
    option,
    section,
    text_field,
)

Sent = list[dict[str, Any]]


@pytest.fixture
def sent() -> Sent:
    return []


@pytest.fixture
def acts(world: World, courier: ScriptedCourier, sent: Sent) -> ModalActs:
    return ModalActs(world, courier, sent.append, sent.append)


def opened(world: World, *blocks: dict[str, Any], **more: Any) -> View:
    return world.views.open(ANA, world.views.checked(modal(*blocks, **more), "modal"))


NAME = {"name": {"value": "Spring sale"}}


async def test_a_submission_carries_what_was_entered_and_closes_the_modal(
    acts: ModalActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    view = opened(world)
    assert (await acts.submit(ANA, view.id, NAME)).ok
    state = courier.last["view"]["state"]["values"]
    assert state["name"]["value"] == {"type": "plain_text_input", "value": "Spring sale"}
    assert world.views.stack(ANA) == []


async def test_an_empty_required_field_never_reaches_the_bot(
    acts: ModalActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    view = opened(world)
    outcome = await acts.submit(ANA, view.id)
    assert outcome.errors == {"name": "Please complete this required field."}
    assert courier.sent == []


async def test_errors_of_the_bot_stand_beneath_their_inputs(
    acts: ModalActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    view = opened(world)
    courier.answers = [Reply(None, {"response_action": "errors", "errors": {"name": "taken"}})]
    outcome = await acts.submit(ANA, view.id, NAME)
    assert outcome.errors == view.errors == {"name": "taken"}
    assert world.views.stack(ANA) == [view]


@pytest.mark.parametrize(
    "body",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "push"},
        {"response_action": "explode"},
        "plain words",
        [1],
    ],
)
async def test_an_answer_that_slack_would_not_follow_is_a_complaint(
    acts: ModalActs,
    courier: ScriptedCourier,
    world: World,
    body: Any,
) -> None:
    view = opened(world)
    courier.answers = [Reply(None, body)]
    assert (await acts.submit(ANA, view.id, NAME)).error is not None
    assert world.views.stack(ANA) == [view]
    assert [each.what for each in world.complaints.listed()] == ["view_submission"]


async def test_an_answer_may_update_push_and_clear(
    acts: ModalActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    view = opened(world)
    courier.answers = [
        Reply(None, {"response_action": "update", "view": modal(callback_id="second")}),
        Reply(None, {"response_action": "push", "view": modal(callback_id="third")}),
        Reply(None, {"response_action": "clear"}),
    ]
    await acts.submit(ANA, view.id, NAME)
    assert view.json()["callback_id"] == "second"
    await acts.submit(ANA, view.id)
    top = world.views.stack(ANA)[-1]
    assert top.json()["callback_id"] == "third"
    with pytest.raises(NotPossible, match="on top"):
        await acts.submit(ANA, view.id)
    await acts.submit(ANA, top.id, NAME)
    assert world.views.stack(ANA) == []


async def test_a_bot_that_does_not_answer_leaves_the_modal_open(
    acts: ModalActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    view = opened(world)
    courier.answers = [Reply("operation_timeout")]
    assert (await acts.submit(ANA, view.id, NAME)).error == "operation_timeout"
    assert world.views.stack(ANA) == [view]


async def test_an_input_that_dispatches_tells_the_bot_with_all_other_values(
    acts: ModalActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    kinds = {"type": "radio_buttons", "options": [option("live"), option("past")]}
    view = opened(world, text_field(), field(kinds, block_id="kind", dispatch_action=True))
    await acts.change(ANA, view.id, "value", "live", block_id="kind", values=NAME)
    state = courier.last["view"]["state"]["values"]
    assert courier.last["actions"][0]["selected_option"] == option("live")
    assert state["name"]["value"]["value"] == "Spring sale"


async def test_an_input_that_does_not_dispatch_is_only_filled_in(
    acts: ModalActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    view = opened(world)
    await acts.change(ANA, view.id, "value", "typed")
    assert courier.sent == []
    assert view.values["name"]["value"]["value"] == "typed"


async def test_a_button_in_a_modal_can_be_pressed(
    acts: ModalActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    view = opened(world, section(accessory=button("recount")))
    await acts.change(ANA, view.id, "recount")
    assert courier.last["container"] == {"type": "view", "view_id": view.id}
    with pytest.raises(NotPossible, match="no element"):
        await acts.change(ANA, view.id, "other")


async def test_only_an_option_that_the_bot_offered_can_be_chosen(
    acts: ModalActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    view = opened(world, field({"type": "external_select"}))
    with pytest.raises(NotPossible):
        await acts.submit(ANA, view.id, {"field": {"value": "Order Completed"}})
    courier.answers = [Reply(None, {"options": [option("Order Completed")]})]
    await acts.suggest(ANA, view.id, "value", "ord")
    assert (courier.last["type"], courier.last["value"]) == ("block_suggestion", "ord")
    assert (await acts.submit(ANA, view.id, {"field": {"value": "Order Completed"}})).ok


async def test_an_option_stays_to_be_chosen_though_an_earlier_question_is_answered_last(
    acts: ModalActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    view = opened(world, field({"type": "external_select"}))
    courier.answers = [
        Reply(None, {"options": [option("Order Completed")]}),
        Reply(None, {"options": []}),
    ]
    await acts.suggest(ANA, view.id, "value", "order")
    await acts.suggest(ANA, view.id, "value", "o")
    assert (await acts.submit(ANA, view.id, {"field": {"value": "Order Completed"}})).ok


async def test_only_a_select_that_asks_the_bot_is_asked(acts: ModalActs, world: World) -> None:
    with pytest.raises(NotPossible, match="does not ask"):
        await acts.suggest(ANA, opened(world).id, "value", "x")


def test_closing_tells_a_bot_that_asked_to_hear(
    acts: ModalActs,
    world: World,
    sent: Sent,
) -> None:
    acts.close(ANA, opened(world).id)
    assert sent == []
    acts.close(ANA, opened(world, notify_on_close=True).id)
    assert [(each["type"], each["is_cleared"]) for each in sent] == [("view_closed", False)]


def test_closing_may_close_the_whole_stack(acts: ModalActs, world: World, sent: Sent) -> None:
    opened(world, notify_on_close=True)
    acts.close(ANA, opened(world, clear_on_close=True).id)
    assert world.views.stack(ANA) == []
    assert [each["is_cleared"] for each in sent] == [True]


def test_nobody_fills_in_anothers_form(acts: ModalActs, world: World) -> None:
    with pytest.raises(NotPossible, match="has no view"):
        acts.enter(BEN, opened(world).id, NAME)


def test_nobody_fills_in_what_is_not_there(acts: ModalActs, world: World) -> None:
    with pytest.raises(NotPossible, match="no input"):
        acts.enter(ANA, opened(world).id, {"nowhere": {"value": "x"}})


def test_the_bot_hears_who_looks_at_its_home_tab(acts: ModalActs, sent: Sent) -> None:
    acts.open_home(ANA)
    assert (sent[0]["type"], sent[0]["user"], sent[0]["tab"]) == ("app_home_opened", ANA, "home")


async def test_a_submission_carries_the_files_that_this_person_has_put_in(
    acts: ModalActs,
    courier: ScriptedCourier,
    world: World,
) -> None:
    view = opened(world, field({"type": "file_input", "filetypes": ["csv"]}))
    mine = acts.upload(ANA, "a.csv", b"Identity\nu1\n")
    other = acts.upload(BEN, "b.csv", b"Identity\n")
    with pytest.raises(NotPossible):
        await acts.submit(ANA, view.id, {"field": {"value": [other["id"]]}})
    assert (await acts.submit(ANA, view.id)).errors
    assert (await acts.submit(ANA, view.id, {"field": {"value": [mine["id"]]}})).ok
    (file,) = courier.last["view"]["state"]["values"]["field"]["value"]["files"]
    assert (file["name"], file["size"], file["user"]) == ("a.csv", 12, ANA)
    with pytest.raises(NotPossible, match="no marketer"):
        acts.upload("U0", "a.csv", b"x")
