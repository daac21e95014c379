import random
from typing import Any

import pytest

from sandbox.slack.feed import Feed
from sandbox.slack.refusal import Refused
from sandbox.slack.views import Views, find_element
from sandbox.slack.workspace import ANA, BEN
from tests.sandbox.slack.bots import Clock, actions, button, modal, plain, section, text_field


@pytest.fixture
def views(clock: Clock) -> Views:
    return Views(clock, random.Random(1), Feed(), lambda _: False)


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/ti"),
        (modal(submit=plain("x" * 25)), "must be less than 25 characters"),
        (modal(close=plain("x" * 25)), "must be less than 25 characters"),
        (modal(private_metadata="x" * 3001), "must be less than 3001 characters"),
        (modal(callback_id="x" * 256), "must be less than 256 characters"),
        (modal(colour="red"), "invalid additional property: colour"),
        (modal(*[section()] * 101), "no more than 100 items allowed"),
        ({"type": "modal"}, "missing required field: title [json-pointer:/view]"),
        ({"type": "workflow_step"}, "must be one of: modal"),
        ([], "must be one of: modal"),
        (
            {"type": "modal", "title": plain("x"), "blocks": [text_field()]},
            "submit is required when an input is in blocks",
        ),
    ],
)
def test_what_slack_refuses_in_a_view_is_refused(views: Views, view: Any, words: str) -> None:
    with pytest.raises(Refused, match="invalid_arguments") as refused:
        views.checked(view, "modal")
    assert any(each.startswith(words) for each in refused.value.messages)


def test_a_view_of_more_than_250_kb_is_too_large(views: Views) -> None:
    blocks = [section("ж" * 2900) for _ in range(60)]
    with pytest.raises(Refused, match="view_too_large"):
        views.checked(modal(*blocks), "modal")


def test_a_person_has_at_most_three_modals_open(views: Views) -> None:
    opened = [views.open(ANA, views.checked(modal(), "modal")) for _ in range(3)]
    assert [each.previous for each in opened] == [None, opened[0].id, opened[1].id]
    assert {each.root for each in opened} == {opened[0].id}
    with pytest.raises(Refused, match="push_limit_reached"):
        views.open(ANA, views.checked(modal(), "modal"))


def test_an_update_with_an_old_hash_is_a_conflict(views: Views) -> None:
    view = views.open(ANA, views.checked(modal(), "modal"))
    old = view.hash
    views.update(view, views.checked(modal(), "modal"), old)
    with pytest.raises(Refused, match="hash_conflict"):
        views.update(view, views.checked(modal(), "modal"), old)


def test_an_update_keeps_what_was_entered(views: Views) -> None:
    view = views.open(ANA, views.checked(modal(), "modal"))
    view.values["name"]["value"]["value"] = "typed"
    views.update(view, views.checked(modal(section(), text_field()), "modal"))
    assert view.json()["state"]["values"]["name"]["value"]["value"] == "typed"


def test_an_external_id_belongs_to_one_view(views: Views) -> None:
    view = views.open(ANA, views.checked(modal(external_id="one"), "modal"))
    assert views.find(None, "one") is view
    with pytest.raises(Refused, match="duplicate_external_id"):
        views.open(BEN, views.checked(modal(external_id="one"), "modal"))


def test_a_closed_view_is_not_found(views: Views) -> None:
    view = views.open(ANA, views.checked(modal(), "modal"))
    views.close(view)
    assert views.stack(ANA) == []
    with pytest.raises(Refused, match="not_found"):
        views.find(view.id)


def test_closing_a_view_closes_what_stands_on_it(views: Views) -> None:
    below = views.open(ANA, views.checked(modal(), "modal"))
    views.open(ANA, views.checked(modal(), "modal"))
    views.close(below)
    assert views.stack(ANA) == []


def test_the_home_tab_keeps_its_name(views: Views) -> None:
    home = {"type": "home", "blocks": [section()]}
    first = views.publish(ANA, views.checked(home, "home"), None)
    second = views.publish(ANA, views.checked(home, "home"), first.hash)
    assert first.id == second.id
    with pytest.raises(Refused, match="hash_conflict"):
        views.publish(ANA, views.checked(home, "home"), first.hash)


def test_an_element_is_found_by_its_ids() -> None:
    blocks = [actions(button("a"), block_id="x"), actions(button("a"), block_id="y")]
    found = find_element(blocks, "a", "y")
    assert found is not None
    assert found[0]["block_id"] == "y"
    assert find_element(blocks, "b", None) is None
