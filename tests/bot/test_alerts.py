from hypothesis import given

from actors.mail import BooksView, CampaignView, RunView
from bot.alerts import alert_card, run_of
from tests.bot.oracle import words
from tests.bot.samples import PAST, draft
from tests.bot.strategies import RUNS
from tests.bot.strategies import views as any_view
from tests.bot.test_views import check
from tests.bot.wire import BEN

HELD = RunView("now", "blocked", BooksView(), qualified=12_345, safety_limit=5_000)


@given(any_view(), RUNS)
def test_every_alert_is_one_that_slack_takes_and_notifies_nobody(
    view: CampaignView, run: RunView
) -> None:
    check(alert_card(view, run))


def test_an_alert_names_the_campaign_who_qualified_and_the_limit() -> None:
    text = alert_card(draft(PAST), HELD).text
    assert all(part in text for part in ("Spring sale", "12,345", "5,000"))


def test_an_alert_offers_its_four_ways_on() -> None:
    row = alert_card(draft(PAST), HELD).blocks[-2]
    assert [each["text"]["text"] for each in row["elements"]] == [
        "Send to a random 5,000",
        "Raise the limit",
        "Skip this run",
        "Stop",
    ]


def test_a_decided_alert_says_who_decided_what_and_offers_nothing() -> None:
    run = RunView("now", "skipped", HELD.books, safety_limit=5_000, decided_by=BEN)
    card = alert_card(draft(PAST), run)
    assert "<@U0BEN> skipped this run." in words(list(card.blocks))
    assert not [block for block in card.blocks if block["type"] == "actions"]


def test_a_random_number_that_was_sent_to_is_said() -> None:
    run = RunView("now", "sending", BooksView(), safety_limit=5_000, sample=5_000, decided_by=BEN)
    shown = words(list(alert_card(draft(PAST), run).blocks))
    assert "<@U0BEN> sends to a random 5,000." in shown


def test_an_alert_says_that_a_higher_limit_waits_for_a_second_person() -> None:
    view = draft(PAST, state="blocked", allowed=("approve", "stop"))
    assert "waits for a second person" in words(list(alert_card(view, HELD).blocks))


def test_a_run_is_found_by_its_name() -> None:
    view = draft(PAST, runs=(HELD,))
    assert (run_of(view, "now"), run_of(view, "later")) == (HELD, None)


def test_an_alert_does_not_take_a_change_of_what_runs_for_a_higher_limit() -> None:
    view = draft(PAST, state="blocked", allowed=("approve", "stop"), amends=True)
    assert "second person" not in words(list(alert_card(view, HELD).blocks))
