import sqlite3
from typing import get_args

import pytest
from msgspec.structs import replace

from domain.review import Action
from store import announcements
from store.announcements import Announcement, Card
from tests.store.stage import act, live, publish

NOW = 1_790_000_000_000
POSTED = Card("C_REVIEW", "17.1")


def asked(conn: sqlite3.Connection) -> list[tuple[str, str, Card | None]]:
    return [(one.kind, one.body, card) for one, card in announcements.open_ones(conn, 10)]


def add_card(conn: sqlite3.Connection, *, now_ms: int = NOW) -> int:
    return announcements.add(conn, "card", "c_1", now_ms=now_ms)


def test_what_must_be_told_stands_in_order_until_it_is_told(conn: sqlite3.Connection) -> None:
    first = announcements.add(conn, "notice", "c_1", body="one", now_ms=NOW)
    second = announcements.add(conn, "notice", "c_1", body="two", now_ms=NOW)
    announcements.done(conn, first, card=None, now_ms=NOW)
    found = announcements.open_ones(conn, 10)
    assert found == [(Announcement(second, "notice", "c_1", "", "two"), None)]


def test_only_so_many_are_told_at_once(conn: sqlite3.Connection) -> None:
    for body in "abc":
        announcements.add(conn, "notice", "c_1", body=body, now_ms=NOW)
    assert [one.body for one, _ in announcements.open_ones(conn, 2)] == ["a", "b"]


def test_an_alert_stands_behind_no_queue_of_cards(conn: sqlite3.Connection) -> None:
    """After a day without Slack there are more than are told at once."""
    for n in range(9):
        announcements.add(conn, "card", f"c_{n}", now_ms=NOW)
    announcements.add(conn, "alert", "c_9", subject="1", now_ms=NOW + 1)
    assert [one.kind for one, _ in announcements.open_ones(conn, 2)] == ["card", "card", "alert"]


def test_a_campaign_whose_thread_takes_nothing_keeps_no_other_from_being_told(
    conn: sqlite3.Connection,
) -> None:
    for n in range(9):
        announcements.add(conn, "reply", "c_1", body=str(n), now_ms=NOW + n)
    announcements.add(conn, "card", "c_2", now_ms=NOW + 9)
    found = [(one.campaign, one.body) for one, _ in announcements.open_ones(conn, 3)]
    assert found == [("c_1", "0"), ("c_1", "1"), ("c_2", "")]


@pytest.mark.parametrize("kind", ["card", "alert"])
def test_a_card_that_changes_often_is_brought_up_to_date_once(
    conn: sqlite3.Connection, kind: announcements.Kind
) -> None:
    for at_ms in (NOW, NOW + 5):
        announcements.add(conn, kind, "c_1", subject="1", now_ms=at_ms)
    assert asked(conn) == [(kind, "", None)]


def test_a_campaign_has_one_card_and_each_held_run_an_alert(conn: sqlite3.Connection) -> None:
    for campaign, run in (("c_1", "1"), ("c_1", "2"), ("c_2", "1")):
        announcements.add(conn, "card", campaign, now_ms=NOW)
        announcements.add(conn, "alert", campaign, subject=run, now_ms=NOW)
    assert sorted(kind for kind, _, _ in asked(conn)) == ["alert"] * 3 + ["card"] * 2


def test_a_change_while_the_card_is_being_posted_is_told_afterwards(
    conn: sqlite3.Connection,
) -> None:
    """The teller read the state before the change: its `done` must not close the change too."""
    first = add_card(conn)
    second = add_card(conn, now_ms=NOW + 5)
    announcements.done(conn, first, card=POSTED, now_ms=NOW + 6)
    found = announcements.open_ones(conn, 10)
    assert found == [(Announcement(second, "card", "c_1", "", ""), POSTED)]


def test_a_card_that_changes_before_it_is_posted_stays_before_its_replies(
    conn: sqlite3.Connection,
) -> None:
    add_card(conn)
    announcements.add(conn, "reply", "c_1", body="Approved", now_ms=NOW + 1)
    add_card(conn, now_ms=NOW + 2)
    assert [kind for kind, _, _ in asked(conn)] == ["card", "reply"]


def test_the_same_words_at_the_same_moment_are_said_once(conn: sqlite3.Connection) -> None:
    for at_ms in (NOW, NOW, NOW + 1):
        announcements.add(conn, "notice", "c_1", body="Paused", now_ms=at_ms)
    assert [body for _, body, _ in asked(conn)] == ["Paused", "Paused"]


def test_a_reply_is_given_the_card_in_whose_thread_it_goes(conn: sqlite3.Connection) -> None:
    announcements.done(conn, add_card(conn), card=POSTED, now_ms=NOW)
    announcements.add(conn, "reply", "c_1", body="Approved", now_ms=NOW)
    announcements.add(conn, "call", "c_1", body="Look", now_ms=NOW)
    announcements.add(conn, "notice", "c_1", body="Started", now_ms=NOW)
    assert asked(conn) == [
        ("reply", "Approved", POSTED),
        ("call", "Look", POSTED),
        ("notice", "Started", None),
    ]


def test_a_card_stays_where_it_was_posted_when_an_update_names_no_place(
    conn: sqlite3.Connection,
) -> None:
    announcements.done(conn, add_card(conn), card=POSTED, now_ms=NOW)
    announcements.done(conn, add_card(conn), card=None, now_ms=NOW)
    assert announcements.card_of(conn, "c_1") == POSTED


def test_a_card_that_was_posted_anew_stands_in_its_new_place(conn: sqlite3.Connection) -> None:
    announcements.done(conn, add_card(conn), card=POSTED, now_ms=NOW)
    announcements.done(conn, add_card(conn), card=Card("C_NEW", "18.2"), now_ms=NOW)
    assert announcements.card_of(conn, "c_1") == Card("C_NEW", "18.2")


def test_the_place_of_a_reply_is_not_taken_for_the_cards(conn: sqlite3.Connection) -> None:
    reply = announcements.add(conn, "reply", "c_1", body="Approved", now_ms=NOW)
    announcements.done(conn, reply, card=POSTED, now_ms=NOW)
    assert announcements.card_of(conn, "c_1") is None


def test_only_the_card_of_a_campaign_that_is_not_over_is_asked_for_again(
    conn: sqlite3.Connection,
) -> None:
    over, going = (publish(conn, replace(live(), name=name)) for name in ("Over", "Going"))
    act(conn, over, Action.STOP)
    conn.execute("UPDATE announcement SET done_ms = 1")
    for campaign in (over, going):
        one = announcements.add(conn, "card", campaign, now_ms=NOW)
        announcements.done(conn, one, card=POSTED, now_ms=NOW)
    assert announcements.cards_again(conn, now_ms=NOW) == 1
    assert [one.campaign for one, _ in announcements.open_ones(conn, 10)] == [going]


def test_ids_leap_forward_only(conn: sqlite3.Connection) -> None:
    announcements.leap_over_ids(conn, above=7)
    announcements.leap_over_ids(conn, above=3)
    assert announcements.add(conn, "notice", "", body="a", now_ms=NOW) == 8


def test_words_are_closed_and_what_stands_somewhere_is_not(conn: sqlite3.Connection) -> None:
    for kind in get_args(announcements.Kind):
        announcements.add(conn, kind, "c_1", now_ms=NOW)
    assert announcements.close_words(conn, now_ms=NOW) == 6
    assert [kind for kind, _, _ in asked(conn)] == ["card", "alert", "check"]


def test_the_cards_of_the_campaigns_that_are_named_are_asked_for_where_they_stand(
    conn: sqlite3.Connection,
) -> None:
    ids = [publish(conn, replace(live(), name=name)) for name in ("a", "b", "c")]
    for campaign in ids[:2]:
        asked_id = announcements.add(conn, "card", campaign, now_ms=NOW)
        announcements.done(conn, asked_id, card=POSTED, now_ms=NOW)
    before = announcements.open_ones(conn, 99)
    assert announcements.freshen(conn, [ids[0], ids[2], "c_gone"], now_ms=NOW + 1) == 1
    fresh = [one for one, _ in announcements.open_ones(conn, 99) if one not in dict(before)]
    assert [(one.kind, one.campaign) for one in fresh] == [("card", ids[0])]
    assert announcements.freshen(conn, [], now_ms=NOW + 2) == 0


def rows(conn: sqlite3.Connection, table: str = "announcement") -> int:
    return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_in_a_long_life_what_was_told_goes_and_what_was_not_stays(
    conn: sqlite3.Connection,
) -> None:
    """A card is drawn up to once a minute; here it is every hour of a year."""
    hour, year, now_ms = 3_600_000, 365 * 24, NOW
    untold = announcements.add(conn, "notice", "c_1", body="Read me.", now_ms=NOW)
    for n in range(year):
        now_ms = NOW + n * hour
        asked = announcements.add(conn, "card", "c_1", now_ms=now_ms)
        announcements.done(conn, asked, card=POSTED, now_ms=now_ms)
    assert announcements.KEPT_MS // hour <= rows(conn) <= announcements.KEPT_MS // hour + 2
    assert [one.id for one, _ in announcements.open_ones(conn, 10)] == [untold]
    assert announcements.card_of(conn, "c_1") == POSTED
    assert announcements.add(conn, "card", "c_1", now_ms=now_ms) == year + 2, "an id is given once"


def test_what_can_never_be_told_keeps_nothing_that_was_told_from_going(
    conn: sqlite3.Connection,
) -> None:
    """The channel that their cards stand in is in the archive."""
    many, hour = 3 * announcements.PRUNED_MAX, 3_600_000
    for n in range(many):
        announcements.add(conn, "reply", "c_2", body=f"{n}", now_ms=NOW)
    for n in range(500):
        asked = announcements.add(conn, "card", "c_1", now_ms=NOW + n * hour)
        announcements.done(conn, asked, card=POSTED, now_ms=NOW + n * hour)
    assert rows(conn) <= many + announcements.KEPT_MS // hour + 2
    assert len(announcements.open_ones(conn, 99)) == many
