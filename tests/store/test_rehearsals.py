import sqlite3

import msgspec

from domain.review import Action
from store import acts, announcements, campaigns, rehearsals
from store.rehearsals import Asked, Kept
from tests.store.stage import NOW, live

KEY = b"k" * 32


def drafted(conn: sqlite3.Connection, name: str) -> str:
    definition = msgspec.structs.replace(live(), name=name)
    row = campaigns.create(conn, definition, author="U0ANA", channel="", now_ms=NOW)
    assert isinstance(row, campaigns.CampaignRow)
    return row.id


def submitted(conn: sqlite3.Connection, name: str = "A", *, at: int = NOW) -> str:
    campaign = drafted(conn, name)
    acts.advance(conn, campaign, Action.SUBMIT, who="U0ANA", key=KEY, now_ms=at)
    rehearsals.ask(conn, campaign, 1, now_ms=at)
    return campaign


def told(conn: sqlite3.Connection) -> list[str]:
    return [one.kind for one, _ in announcements.open_ones(conn, 99)]


def test_what_was_submitted_first_is_rehearsed_first(conn: sqlite3.Connection) -> None:
    later, first = submitted(conn, "A", at=NOW + 1), submitted(conn, "B")
    assert rehearsals.next_one(conn) == Asked(first, 1)
    assert rehearsals.finish(conn, Asked(first, 1), b"{}", now_ms=NOW + 2)
    assert rehearsals.next_one(conn) == Asked(later, 1)


def test_what_nobody_decides_about_any_more_is_not_rehearsed(conn: sqlite3.Connection) -> None:
    campaign = submitted(conn)
    acts.advance(conn, campaign, Action.REQUEST_CHANGES, who="U0BEN", key=KEY, now_ms=NOW)
    assert rehearsals.next_one(conn) is None


def test_what_is_approved_meanwhile_is_rehearsed_all_the_same(conn: sqlite3.Connection) -> None:
    campaign = submitted(conn)
    acts.advance(conn, campaign, Action.APPROVE, who="U0BEN", key=KEY, now_ms=NOW)
    assert rehearsals.next_one(conn) == Asked(campaign, 1)


def test_an_earlier_revision_s_answer_is_not_kept(conn: sqlite3.Connection) -> None:
    campaign = submitted(conn)
    rehearsals.ask(conn, campaign, 2, now_ms=NOW + 1)
    assert not rehearsals.finish(conn, Asked(campaign, 1), b"{}", now_ms=NOW + 2)
    assert rehearsals.of_campaign(conn, campaign, 1) is None
    assert rehearsals.of_campaign(conn, campaign, 2) == Kept(2, NOW + 1, None, None)


def test_the_answer_is_kept_once_and_slack_is_told_on_the_card_and_below(
    conn: sqlite3.Connection,
) -> None:
    campaign = submitted(conn)
    announcements.close_words(conn, now_ms=NOW)
    assert rehearsals.finish(conn, Asked(campaign, 1), b'{"a":1}', now_ms=NOW + 2)
    assert not rehearsals.finish(conn, Asked(campaign, 1), b"{}", now_ms=NOW + 3)
    assert rehearsals.of_campaign(conn, campaign, 1) == Kept(1, NOW, NOW + 2, b'{"a":1}')
    assert sorted(told(conn)) == ["card", "rehearsal"]
    assert rehearsals.next_one(conn) is None


def test_after_a_restore_no_rehearsal_is_told_that_may_have_been(conn: sqlite3.Connection) -> None:
    campaign = submitted(conn)
    rehearsals.finish(conn, Asked(campaign, 1), b"{}", now_ms=NOW)
    announcements.close_words(conn, now_ms=NOW + 1)
    assert told(conn) == ["card"]
