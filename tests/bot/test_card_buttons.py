from typing import Any

import pytest
from hypothesis import given

from actors.mail import CampaignView
from bot.blocks import actions
from bot.card_buttons import BUTTONS_MAX, card_buttons
from domain.campaign import Campaign
from domain.review import State
from tests.bot.oracle import message_problems
from tests.bot.samples import LIVE, PAST, draft
from tests.bot.strategies import views as any_view
from tests.bot.wire import ANA, BEN


def offered(state: State, *, review: bool, of: Campaign = PAST, **more: Any) -> list[str]:
    """The buttons by what they do, and then the entries of the menu, each behind a dash."""
    made = card_buttons(
        draft(of, state=state, **more), review=review, reader=ANA if not review else ""
    )
    menu = made.pop() if made and made[-1]["type"] == "overflow" else {"options": []}
    return [each["action_id"] for each in made] + [
        f"- {each['value'].partition(':')[0]}" for each in menu["options"]
    ]


@pytest.mark.parametrize(
    ("state", "on_the_card", "for_its_author"),
    [
        (State.DRAFT, ["see_message", "rehearse"], ["submit", "see_message", "edit", "- rehearse"]),
        (
            State.IN_REVIEW,
            ["approve", "request_changes", "see_message", "- rehearse"],
            ["see_message", "edit", "rehearse"],
        ),
        (
            State.APPROVED,
            ["publish", "see_message", "rehearse"],
            ["publish", "see_message", "edit", "- rehearse"],
        ),
        (
            State.SCHEDULED,
            ["undo", "pause", "stop", "- show", "- see_message", "- report"],
            ["undo", "pause", "stop", "- show", "- edit", "- see_message", "- report"],
        ),
        (
            State.RUNNING,
            ["pause", "show", "stop", "- see_message", "- report"],
            ["pause", "show", "stop", "- see_message", "- report"],
        ),
        (
            State.PAUSED,
            ["resume", "show", "stop", "- see_message", "- report"],
            ["resume", "show", "stop", "- see_message", "- report"],
        ),
        (State.COMPLETED, ["show", "- report"], ["show", "- report", "- clone"]),
    ],
)
def test_a_card_offers_three_buttons_and_the_rest_in_a_menu(
    state: State, on_the_card: list[str], for_its_author: list[str]
) -> None:
    assert offered(state, review=True) == on_the_card
    assert offered(state, review=False) == for_its_author


@given(any_view())
def test_no_card_has_more_than_three_buttons_and_what_it_offers_slack_takes(
    view: CampaignView,
) -> None:
    for review in (True, False):
        made = card_buttons(view, review=review)
        assert sum(each["type"] == "button" for each in made) <= BUTTONS_MAX
        if made:
            assert message_problems("text", [actions(made)]) == []


def test_who_wrote_it_is_not_offered_to_approve_it() -> None:
    view = draft(PAST, state="in_review")
    for reader, may in ((ANA, False), (BEN, True)):
        ids = [each["action_id"] for each in card_buttons(view, review=False, reader=reader)]
        assert ("approve" in ids) == may


def test_approve_names_the_number_of_users_where_it_was_counted() -> None:
    for definition, said in ((PAST, "Approve for 10,000 users"), (LIVE, "Approve")):
        first = card_buttons(draft(definition, state="in_review"), review=True)[0]
        assert first["text"]["text"] == said


def test_of_a_change_of_what_runs_the_yes_is_a_button_and_the_no_in_the_menu() -> None:
    """Pausing at once comes before it."""
    allowed = ("pause", "stop", "edit", "approve", "request_changes")
    assert offered(State.RUNNING, review=True, amends=True, allowed=allowed) == [
        "approve",
        "pause",
        "stop",
        "- request_changes",
        "- show",
        "- see_message",
        "- report",
    ]
