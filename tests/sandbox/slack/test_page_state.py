import msgspec
import pytest

from sandbox.slack.page_state import page_state
from sandbox.slack.refusal import NotPossible
from sandbox.slack.values import entered
from sandbox.slack.workspace import ANA, BEN, BOT_USER, CAMPAIGNS, REVIEWS
from sandbox.slack.world import World
from tests.sandbox.slack.bots import field, modal, option, section


def test_a_person_sees_their_own_ephemerals_only(world: World) -> None:
    world.messages.post(CAMPAIGNS, BOT_USER, "psst", only_for=ANA)
    seen = {user: page_state(world, user)["channels"][0]["messages"] for user in (ANA, BEN)}
    assert [each["text"] for each in seen[ANA]] == ["psst"]
    assert seen[BEN] == []


def test_what_others_wrote_is_unread_until_it_is_read(world: World) -> None:
    message = world.messages.post(REVIEWS, BOT_USER, "card")
    assert page_state(world, ANA)["channels"][1]["unread"] == 1
    world.read_up_to[ANA, REVIEWS] = message.ts
    assert page_state(world, ANA)["channels"][1]["unread"] == 0


def test_a_message_comes_with_its_thread(world: World) -> None:
    parent = world.messages.post(REVIEWS, BOT_USER, "card")
    world.messages.post(REVIEWS, BEN, "yes", thread_ts=parent.ts)
    (shown,) = page_state(world, ANA)["channels"][1]["messages"]
    assert [each["text"] for each in shown["replies"]] == ["yes"]


def test_a_modal_comes_with_values_and_the_words_of_chosen_options(world: World) -> None:
    element = {"type": "external_select", "action_id": "value"}
    view = world.views.open(ANA, world.views.checked(modal(field(element)), "modal"))
    view.values["field"]["value"] = entered(element, "id7", [option("id7", "Order Completed")])
    (shown,) = page_state(world, ANA)["views"]
    assert shown["values"] == {"field": {"value": "id7"}}
    assert shown["labels"] == {"id7": "Order Completed"}


def test_all_of_it_can_be_sent_as_json(world: World) -> None:
    home = world.views.checked({"type": "home", "blocks": [section()]}, "home")
    world.views.publish(ANA, home, None)
    world.complain("views.open", "expired_trigger_id")
    state = msgspec.json.decode(msgspec.json.encode(page_state(world, ANA)))
    assert state["complaints"][0]["error"] == "expired_trigger_id"
    assert state["home"]["type"] == "home"


def test_a_stranger_sees_nothing(world: World) -> None:
    with pytest.raises(NotPossible):
        page_state(world, BOT_USER)
