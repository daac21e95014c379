from typing import Any

import pytest

from sandbox.slack import api_views
from sandbox.slack.refusal import Refused
from sandbox.slack.workspace import ANA, REVIEWS
from sandbox.slack.world import World
from tests.sandbox.slack.bots import Clock, field, modal, section


def opened(world: World, **more: Any) -> dict[str, Any]:
    trigger = world.tickets.issue_trigger(ANA)
    args = {"trigger_id": trigger, "view": modal(**more)}
    view: dict[str, Any] = api_views.open_view(world, args)["view"]
    return view


def test_a_refused_view_does_not_spend_the_trigger(world: World) -> None:
    trigger = world.tickets.issue_trigger(ANA)
    with pytest.raises(Refused, match="invalid_arguments"):
        api_views.open_view(world, {"trigger_id": trigger, "view": {"type": "modal"}})
    api_views.open_view(world, {"trigger_id": trigger, "view": modal()})
    assert len(world.views.stack(ANA)) == 1


def test_a_late_trigger_opens_nothing(world: World, clock: Clock) -> None:
    trigger = world.tickets.issue_trigger(ANA)
    clock.seconds += 4
    with pytest.raises(Refused, match="expired_trigger_id"):
        api_views.open_view(world, {"trigger_id": trigger, "view": modal()})


def test_an_opened_view_has_slacks_shape(world: World) -> None:
    view = opened(world, private_metadata="draft 7")
    assert view["id"] == view["root_view_id"]
    assert view["private_metadata"] == "draft 7"
    assert view["state"] == {
        "values": {"name": {"value": {"type": "plain_text_input", "value": None}}},
    }


def test_a_push_needs_something_to_stand_on(world: World) -> None:
    args = {"trigger_id": world.tickets.issue_trigger(ANA), "view": modal()}
    with pytest.raises(Refused, match="not_found"):
        api_views.push(world, args)
    root = opened(world)
    args = {"trigger_id": world.tickets.issue_trigger(ANA), "view": modal()}
    assert api_views.push(world, args)["view"]["previous_view_id"] == root["id"]


def test_an_update_guards_the_hash(world: World) -> None:
    view = opened(world)
    args = {"view_id": view["id"], "hash": view["hash"], "view": modal(section())}
    assert api_views.update(world, args)["view"]["hash"] != view["hash"]
    with pytest.raises(Refused, match="hash_conflict"):
        api_views.update(world, args)


@pytest.mark.parametrize("args", [{"view": modal()}, {"view_id": "V1"}])
def test_an_update_names_its_view_and_brings_one(world: World, args: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="invalid_arguments"):
        api_views.update(world, args)


def test_a_home_tab_is_published_for_one_person(world: World) -> None:
    home = {"type": "home", "blocks": [section()]}
    api_views.publish(world, {"user_id": ANA, "view": home})
    shown = world.views.home(ANA)
    assert shown is not None
    assert shown.json()["type"] == "home"


def test_a_form_may_start_at_the_channel_where_the_command_was_typed(world: World) -> None:
    select = field({"type": "conversations_select", "default_to_current_conversation": True})
    trigger = world.tickets.issue_trigger(ANA, REVIEWS)
    args = {"trigger_id": trigger, "view": modal(select)}
    state = api_views.open_view(world, args)["view"]["state"]["values"]
    assert state["field"]["value"]["selected_conversation"] == REVIEWS
