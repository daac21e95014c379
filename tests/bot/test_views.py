import re

import pytest
from hypothesis import given
from msgspec import structs

from actors.mail import BooksView, CampaignView, RunView
from actors.mail_audience import AudienceUse
from bot import views
from bot.blocks import Message
from domain.audience import All, CustomList, Did, Not, Saved
from domain.campaign import When
from domain.review import State
from domain.slots import Slot
from domain.waits import Cause, Wait
from tests.bot.oracle import message_problems, words
from tests.bot.samples import LIVE, PAST, draft
from tests.bot.strategies import views as any_view
from tests.bot.wire import BEN

ZONE = "Europe/Oslo"
ANGLED = re.compile(
    r"<(?!@[UW][A-Z0-9]+>|!date\^\d+\^\{(?:date_short_pretty\} at \{time|time_secs)\}\|[^<>|]*>)"
)


def check(message: Message) -> None:
    blocks = list(message.blocks)
    assert message_problems(message.text, blocks) == []
    marked_up = [block for block in blocks if block["type"] != "table"]  # a cell has no markup
    assert not ANGLED.search(message.text + words(marked_up))


@given(any_view())
def test_every_card_is_one_that_slack_takes_and_notifies_nobody(view: CampaignView) -> None:
    check(views.review_card(view, ZONE))
    check(views.campaign_card(view, ZONE))
    check(views.drafted_card(view, ZONE, f"{view.name} is drafted."))


def said(view: CampaignView) -> str:
    return words(list(views.review_card(view, ZONE).blocks))


def test_a_review_card_says_who_what_when_how_many_and_the_reach() -> None:
    shown = said(draft(PAST, state="in_review"))
    assert all(
        part in shown
        for part in ("Order Completed", "SPRING", "as soon as it is published", "1000", "12,345")
    )


def test_a_live_campaign_says_why_its_reach_is_unknown() -> None:
    assert "Known only as events happen" in said(draft(LIVE, state="in_review"))


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        (State.IN_REVIEW, ["approve", "request_changes", "see_message", "more"]),
        (State.APPROVED, ["publish", "see_message", "rehearse"]),
        (State.RUNNING, ["pause", "show", "stop", "more"]),
        (State.PAUSED, ["resume", "show", "stop", "more"]),
        (State.COMPLETED, ["show", "more"]),
        (State.REJECTED, ["see_message", "rehearse"]),
    ],
)
def test_a_review_card_offers_what_the_state_allows(state: State, buttons: list[str]) -> None:
    blocks = views.review_card(draft(PAST, state=state), ZONE).blocks
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    assert [each["action_id"] for row in rows for each in row] == buttons


def test_its_author_may_submit_and_edit_a_draft() -> None:
    shown = words(list(views.campaign_card(draft(PAST), ZONE).blocks))
    assert '"submit"' in shown
    assert '"edit"' in shown


def test_an_approved_card_names_who_approved_it() -> None:
    assert "Approved by <@U0BEN>" in said(draft(PAST, state="approved", approved_by=BEN))


def test_an_approved_card_tells_when_it_was_approved() -> None:
    card = draft(PAST, state="approved", approved_by=BEN, approved_ms=1_700_000_000_000)
    assert "Approved by <@U0BEN>, <!date^1700000000^" in said(card)


def test_a_running_campaign_shows_its_books_and_how_far_it_is() -> None:
    books = BooksView(qualified=1_000, sent=500, pending=500)
    shown = said(draft(PAST, state="running", books=books))
    assert "50 % settled" in shown


@pytest.mark.parametrize("state", list(State))
def test_only_the_card_that_may_be_published_says_that_nobody_has_seen_a_test_event(
    state: State,
) -> None:
    """There a button sends one; a marketer has no terminal."""
    shown = said(draft(PAST, state=state, unverified=True))
    assert ("Nobody has seen a test event" in shown) == (state is State.APPROVED)
    assert ('"verify_connection"' in shown) == (state is State.APPROVED)
    assert "clarion connection" not in shown
    assert "Nobody has seen a test event" not in said(draft(PAST, state=state))


def test_who_approves_a_saved_audience_sees_what_it_stands_for() -> None:
    who = All((Did("Bought", days=30), Not(CustomList("Staff"))))
    use = AudienceUse("Buyers", 1, 2, who)
    named = structs.replace(PAST, who=Saved("Buyers"))
    view = structs.replace(draft(named, state="in_review"), audiences=(use,))
    shown = said(view).replace(chr(92), "")
    assert 'in the saved audience "Buyers"' in shown
    assert 'Saved audience "Buyers", as of version 1; it is at version 2 now' in shown
    assert 'did "Bought" at least once in the last 30 days' in shown
    assert 'not: in the list "Staff"' in shown


def test_a_live_card_shows_how_many_wait_for_their_moment() -> None:
    shown = said(draft(LIVE, state="running", waiting=2, next_due_ms=1_774_000_000_000))
    assert "2 wait for their moments, the next <!date^1774000000^" in shown


def test_a_card_says_what_its_pending_messages_wait_for() -> None:
    books = BooksView(qualified=5, pending=5)
    found = (Wait(Cause.PACE, 2, takes_ms=60_000), Wait(Cause.QUIET, 3, 1_774_000_000_000))
    shown = said(draft(PAST, state="running", books=books, waits=found))
    assert (
        "2 wait for their turn at the pace of all campaigns; at this rate it takes 1 min." in shown
    )
    assert "3 wait until their users' do-not-disturb is over, <!date^1774000000^" in shown
    assert "What is waited for" not in said(draft(PAST, state="running", books=books))


def test_who_approves_sees_the_next_runs_and_a_card_says_when_the_next_one_is() -> None:
    coming = tuple(Slot(1_774_000_000_000 + n * 86_400_000, f"run {n}") for n in range(5))
    shown = said(draft(PAST, state="in_review", next_runs=coming))
    assert all(f"<!date^{run.due_ms // 1000}^" in shown for run in coming)
    later = said(draft(PAST, state="awaiting_next_run", published=1, next_runs=coming))
    assert "Next run: <!date^1774000000^" in later
    assert "<!date^1774086400^" not in later


def test_of_many_runs_a_card_shows_the_latest() -> None:
    runs = tuple(RunView(run=f"run {n}", state="done", books=BooksView()) for n in range(20))
    shown = said(draft(PAST, state="running", books=BooksView(qualified=1, sent=1), runs=runs))
    assert "run 19" in shown
    assert "run 14" not in shown


def test_what_was_published_to_run_now_says_until_when_it_can_be_taken_back() -> None:
    view = draft(PAST, state="scheduled", published=1, published_ms=1_790_000_000_000)
    for card in (views.review_card(view, ZONE), views.campaign_card(view, ZONE)):
        said = words(list(card.blocks))
        assert "<!date^1790000000^{time_secs}|16:13:20 Europe/Oslo>" in said
        assert '"action_id": "undo"' in said
        check(card)


@pytest.mark.parametrize(
    "view",
    [
        draft(PAST, state="running", published_ms=1),
        draft(LIVE, state="scheduled", published_ms=1),
        draft(
            structs.replace(PAST, when=When("2026-03-29T09:00")), state="scheduled", published_ms=1
        ),
    ],
    ids=["begun", "live", "at a time of its own"],
)
def test_nothing_else_is_offered_to_be_taken_back(view: CampaignView) -> None:
    assert '"undo"' not in words(list(views.campaign_card(view, ZONE).blocks))


def test_a_change_of_what_runs_is_a_card_to_review() -> None:
    view = draft(PAST, state="running", amends=True, published=1, allowed=("approve",))
    shown = said(view)
    assert "Change to review" in shown
    assert "12,345" in shown, "and whom it reaches"
