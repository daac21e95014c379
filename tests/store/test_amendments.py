"""An amendment is the campaign's latest revision until it holds or is asked for no more."""

import sqlite3

from msgspec.structs import replace

from domain.review import Action
from store import amendments, campaigns
from tests.store.stage import NOW, act, everything, live, past, start


def asked(conn: sqlite3.Connection) -> str:
    campaign = start(conn, past())
    edit = replace(past(), labels=("new",))
    number = campaigns.add_revision(conn, campaign, edit, editor="U_ANN", now_ms=NOW)
    assert isinstance(number, int)
    amendments.ask(conn, campaign, number, now_ms=NOW)
    return campaign


def place(conn: sqlite3.Connection, campaign: str) -> tuple[int, int | None, int | None]:
    row = campaigns.find(conn, campaign)
    assert row is not None
    return row.revision, row.published, row.amendment


def test_what_is_asked_for_is_the_latest_and_something_else_runs(conn: sqlite3.Connection) -> None:
    assert place(conn, asked(conn)) == (2, 1, 2)


def test_asked_for_no_more_what_runs_is_the_latest_again(conn: sqlite3.Connection) -> None:
    campaign = asked(conn)
    assert amendments.end(conn, campaign, now_ms=NOW)
    assert place(conn, campaign) == (1, 1, None)
    before = everything(conn)
    assert not amendments.end(conn, campaign, now_ms=NOW + 1)
    assert everything(conn) == before


def test_the_next_has_a_number_of_its_own(conn: sqlite3.Connection) -> None:
    campaign = asked(conn)
    amendments.end(conn, campaign, now_ms=NOW)
    edit = replace(past(), labels=("newer",))
    assert campaigns.add_revision(conn, campaign, edit, editor="U_ANN", now_ms=NOW) == 3


def test_what_is_over_asks_for_nothing(conn: sqlite3.Connection) -> None:
    campaign = asked(conn)
    act(conn, campaign, Action.STOP)
    assert place(conn, campaign) == (1, 1, None)


def test_the_next_revision_goes_on_in_the_log_where_the_one_before_it_stopped(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, live())
    conn.execute("UPDATE cursor SET seq = 7, dropped = 3")
    amendments.hand_on_cursor(conn, campaign, 1, 2)
    found = conn.execute("SELECT revision, seq, dropped FROM cursor ORDER BY 1").fetchall()
    assert found == [(1, 7, 3), (2, 7, 3)]
