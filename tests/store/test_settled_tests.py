import sqlite3

from domain.finding import Result
from domain.review import Action
from store import acts, announcements, audit, settled_tests, variants
from store.admission import LIVE
from store.announcements import Card
from store.settled_tests import settle, settle_ripe
from tests.store.stage import HOUR, KEY, NOW, SLOT, decide, live, past, start
from tests.store.test_findings import aimed, convert, end, sent_to
from tests.store.test_variants import draw


def ripe(conn: sqlite3.Connection, at_ms: int = NOW + HOUR) -> int:
    return settle_ripe(conn, until_ms=at_ms, key=KEY, now_ms=at_ms)


def said(conn: sqlite3.Connection) -> str:
    """Return the last reply that Slack must be told."""
    replies = [one for one, _ in announcements.open_ones(conn, 99) if one.kind == "reply"]
    return replies[-1].body


def stopped(conn: sqlite3.Connection, users: int = 200) -> str:
    """Stop a live campaign that so many users got, during its test."""
    campaign = sent_to(conn, aimed(live(), 1_000), users)
    end(conn, campaign)
    return campaign


def test_what_users_did_after_the_end_of_a_campaign_counts_until_the_wait_is_over(
    conn: sqlite3.Connection,
) -> None:
    campaign = stopped(conn)
    convert(conn, campaign, "B", 7)
    assert ripe(conn, NOW + HOUR - 1) == 0
    assert ripe(conn) == 1
    assert said(conn) == (
        "Variant “B” won the test."
        " The goal was reached of “A” 0 of 100 (0.0 %), of “B” 7 of 100 (7.0 %)."
    )
    trial = variants.find_test(conn, campaign, LIVE)
    assert trial is not None
    assert (trial.won, trial.decided_ms) == ("B", NOW + HOUR)


def test_a_test_of_few_users_names_no_winner(conn: sqlite3.Connection) -> None:
    campaign = stopped(conn, users=10)
    convert(conn, campaign, "B", 2)
    ripe(conn)
    trial = variants.find_test(conn, campaign, LIVE)
    assert trial is not None
    assert trial.finding is not None
    assert (trial.won, trial.finding.result, trial.finding.best) == ("", Result.FEW, "B")


def test_it_is_judged_once_and_audited(conn: sqlite3.Connection) -> None:
    stopped(conn, users=10)
    assert (ripe(conn), ripe(conn, NOW + 2 * HOUR)) == (1, 0)
    made = [act for act in audit.read(conn) if act.action == "choose_variant"]
    assert [(act.who, act.detail) for act in made] == [(acts.ENGINE, "live: A (few)")]


def test_it_is_told_in_the_thread_of_the_campaigns_card(conn: sqlite3.Connection) -> None:
    campaign = stopped(conn)
    for one, _ in announcements.open_ones(conn, 99):
        card = Card("C1", "1.0") if one.kind == "card" else None
        announcements.done(conn, one.id, card=card, now_ms=NOW)
    ripe(conn)
    told = [(one.kind, card) for one, card in announcements.open_ones(conn, 99)]
    assert told == [("card", Card("C1", "1.0")), ("reply", Card("C1", "1.0"))]
    assert variants.find_test(conn, campaign, LIVE)


def test_while_a_campaign_runs_its_actor_judges(conn: sqlite3.Connection) -> None:
    campaign = sent_to(conn, aimed(live(), 2), 4)
    assert ripe(conn) == 0
    (trial,) = variants.undecided(conn, campaign)
    assert settle(conn, campaign, trial, rest=True, key=KEY, now_ms=NOW + HOUR)
    assert not settle(conn, campaign, trial, rest=True, key=KEY, now_ms=NOW + HOUR)
    assert said(conn).startswith("Variant “A” goes to the rest")


def test_a_run_that_was_a_test_as_a_whole_is_judged_when_it_is_done(
    conn: sqlite3.Connection,
) -> None:
    campaign = draw(conn, aimed(past(), 99), [decide(f"u{n}", "") for n in range(4)])
    assert ripe(conn) == 0, "it still sends"
    conn.execute("UPDATE run SET state = 'done'")
    assert ripe(conn) == 1
    assert said(conn).endswith(f"({SLOT})")
    assert variants.undecided(conn, campaign) == []


def test_so_many_are_judged_at_once(conn: sqlite3.Connection) -> None:
    campaign = start(conn, aimed(past(), 4))
    acts.advance(conn, campaign, Action.STOP, key=KEY, now_ms=NOW)
    for n in range(settled_tests.SETTLED_MAX + 1):
        variants.open_test(conn, campaign, f"run {n}", NOW)
    assert [ripe(conn), ripe(conn), ripe(conn)] == [settled_tests.SETTLED_MAX, 1, 0]


def test_what_is_no_test_any_more_keeps_no_other_waiting(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    variants.open_test(conn, campaign, LIVE, NOW)
    acts.advance(conn, campaign, Action.STOP, key=KEY, now_ms=NOW)
    assert [ripe(conn), ripe(conn)] == [1, 0]
    assert not [act for act in audit.read(conn) if act.action == "choose_variant"]


def test_when_the_next_wait_is_over_is_known(conn: sqlite3.Connection) -> None:
    campaign = start(conn, aimed(past(), 4))
    for n, at in enumerate((5, 9, 7)):
        variants.open_test(conn, campaign, f"run {n}", NOW + at)
    variants.decide(conn, campaign, "run 2", "A", now_ms=NOW)
    assert settled_tests.next_ms(conn, after_ms=NOW) == NOW + 5
    assert settled_tests.next_ms(conn, after_ms=NOW + 5) == NOW + 9
    assert settled_tests.next_ms(conn, after_ms=NOW + 9) is None
