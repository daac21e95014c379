import sqlite3

import msgspec
import pytest

from domain.campaign import Campaign
from domain.finding import Result
from domain.goal import Goal
from domain.review import Action
from store import acts, admission, announcements, findings, outbox, runs, variants
from store.admission import LIVE, Admitted
from tests.store.stage import HOUR, KEY, NOW, SLOT, batch, decide, live, past, rows, start, the_run
from tests.store.test_variants import ab, having


def aimed(definition: Campaign, users: int) -> Campaign:
    """Return it with a goal, and a test of so many users of whom the winner is due in an hour."""
    return msgspec.structs.replace(having(definition, ab(users=users)), goal=Goal("Paid"))


def sent_to(conn: sqlite3.Connection, definition: Campaign, users: int) -> str:
    """Run a live campaign that so many users got a message of; return its id."""
    campaign = start(conn, definition)
    decisions = [decide(f"u{n:03}", f"e{n:03}") for n in range(users)]
    page = batch(campaign, decisions, definition=definition)
    assert isinstance(admission.admit(conn, page, now_ms=NOW), Admitted)
    accept(conn, campaign)
    return campaign


def accept(conn: sqlite3.Connection, campaign: str) -> None:
    ids = [name for name, row in rows(conn).items() if row.variant]
    outbox.claim(conn, campaign, ids, now_ms=NOW)
    outbox.accepted(conn, ids, now_ms=NOW)


def convert(
    conn: sqlite3.Connection, campaign: str, variant: str, users: int, *, run: str = LIVE
) -> None:
    for n in range(users):
        conn.execute(
            "INSERT INTO conversion VALUES (?, ?, ?, 1, ?, '', 'target', ?, 1, 0)",
            (campaign, 1_000 * ord(variant) + n, f"{variant}{n}", run, variant),
        )


def end(conn: sqlite3.Connection, campaign: str, *, at_ms: int = NOW) -> list[str]:
    """Stop a campaign; return what is said under its card then."""
    acts.advance(conn, campaign, Action.STOP, say="Stopped.", key=KEY, now_ms=at_ms)
    return [each.body for each, _ in announcements.open_ones(conn, 99) if each.kind == "reply"]


@pytest.mark.parametrize(
    ("users", "converted", "says"),
    [
        (200, (3, 5), "so far variant “B” is ahead."),
        (200, (4, 4), "so far it is a tie."),
        (199, (4, 4), "so far not enough users to say which variant does better"),
    ],
    ids=str,
)
def test_a_live_campaign_that_ends_before_its_test_says_at_once_what_it_found(
    conn: sqlite3.Connection, users: int, converted: tuple[int, int], says: str
) -> None:
    campaign = sent_to(conn, aimed(live(), 1_000), users)
    for variant, n in zip("AB", converted, strict=True):
        convert(conn, campaign, variant, n)
    stopped, said = end(conn, campaign)
    assert stopped == "Stopped."
    assert says in said
    assert f"of “A” {converted[0]} of 100 (" in said
    assert said.endswith("it is judged in an hour.")


def test_what_was_found_at_the_end_stands_beside_the_test_and_names_no_winner_yet(
    conn: sqlite3.Connection,
) -> None:
    campaign = sent_to(conn, aimed(live(), 1_000), 200)
    convert(conn, campaign, "B", 5)
    end(conn, campaign, at_ms=NOW + 5)
    trial = variants.find_test(conn, campaign, LIVE)
    assert trial is not None
    assert trial.finding is not None
    assert (trial.finding.result, trial.finding.best) == (Result.WON, "B")
    assert (trial.finding.at_ms, trial.finding.until_ms) == (NOW + 5, NOW + 5 + HOUR)
    assert (trial.winner, trial.won, trial.decided_ms) == ("", "", None)


def test_a_test_that_had_its_users_keeps_the_end_of_its_wait(conn: sqlite3.Connection) -> None:
    campaign = sent_to(conn, aimed(live(), 2), 4)
    (said,) = end(conn, campaign, at_ms=NOW + 20 * 60_000)[1:]
    assert said.endswith("it is judged in 40 minutes.")
    (trial,) = variants.undecided(conn, campaign)
    assert trial.decide_ms == NOW + HOUR


def test_a_campaign_that_nobody_was_tested_in_says_nothing(conn: sqlite3.Connection) -> None:
    campaign = start(conn, aimed(live(), 100))
    assert end(conn, campaign) == ["Stopped."]
    assert variants.undecided(conn, campaign) == []


def test_a_campaign_without_a_test_says_nothing(conn: sqlite3.Connection) -> None:
    assert findings.at_the_end(conn, start(conn, live()), now_ms=NOW) == ""


def test_a_run_that_is_stopped_during_its_test_says_what_it_found(
    conn: sqlite3.Connection,
) -> None:
    definition = aimed(past(), 4)
    campaign = start(conn, definition)
    decisions = [decide(f"u{n}", "") for n in range(9)]
    runs.draw_chunk(conn, the_run(conn, campaign), decisions, now_ms=NOW)
    runs.finish_draw(conn, the_run(conn, campaign), definition, qualified=9, now_ms=NOW)
    accept(conn, campaign)
    convert(conn, campaign, "B", 1, run=SLOT)
    (said,) = end(conn, campaign)[1:]
    assert "of “A” 0 of 2 (0.0 %), of “B” 1 of 2 (50.0 %)" in said
    assert said.endswith(f"({SLOT})")


def test_of_many_tests_that_an_end_cuts_short_the_first_are_told(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, aimed(past(), 4))
    for n in range(findings.TOLD_MAX + 2):
        variants.open_test(conn, campaign, f"run {n}", NOW + n)
    *told, more = findings.at_the_end(conn, campaign, now_ms=NOW).splitlines()
    assert len(told) == findings.TOLD_MAX
    assert more == "And 2 more: the report has them."
