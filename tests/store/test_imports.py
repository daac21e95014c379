import sqlite3

from store import erasures, imports, intake, log, retention
from store.imports import Counts, Import, OutOfStep, Taken
from store.log import Incoming
from tests.store.conftest import INSTALL_KEY

NOW = 1_790_000_000_000
DIGEST = "d" * 64


def rows(*users: str, first: int = 0) -> list[Incoming]:
    return [
        Incoming("event", f"e{first + n}", user, "Bought", NOW, b"{}")
        for n, user in enumerate(users)
    ]


def begin(conn: sqlite3.Connection, *, again: bool = False) -> Import:
    return imports.begin(conn, "events", DIGEST, again=again, by="U_ANN", now_ms=NOW)


def take(
    conn: sqlite3.Connection, records: list[Incoming], at: int, source: str = DIGEST
) -> Taken | OutOfStep:
    return imports.take(conn, "events", source, records, at=at, now_ms=NOW, install_key=INSTALL_KEY)


def counts(conn: sqlite3.Connection) -> Counts:
    return begin(conn).counts


def test_rows_are_those_of_known_users_of_new_ones_and_duplicates(
    conn: sqlite3.Connection,
) -> None:
    log.append(conn, rows("ann", first=100), now_ms=NOW, install_key=INSTALL_KEY)
    erasures.erase(conn, "gone", now_ms=NOW)
    begin(conn)
    given = [*rows("ann", "ben", "ben", "gone"), *rows("ann", first=100)]
    taken = take(conn, given, 0)
    assert isinstance(taken, Taken)
    assert taken.counts == Counts(rows=5, matched=2, unknown=1, duplicates=1, erased=1)
    taken = take(conn, rows("ben", first=9), 5)
    assert isinstance(taken, Taken)
    assert taken.counts == Counts(rows=6, matched=3, unknown=1, duplicates=1, erased=1)


def test_rows_that_are_older_than_what_is_kept_are_counted_apart(conn: sqlite3.Connection) -> None:
    retention.keep_for(conn, 30)
    begin(conn)
    old = Incoming("event", "old", "ann", "Bought", NOW - 40 * 86_400_000, b"{}")
    taken = take(conn, [*rows("ann"), old, *rows("ann")], 0)
    assert isinstance(taken, Taken)
    assert taken.counts == Counts(rows=3, unknown=1, duplicates=1, too_old=1)
    assert counts(conn) == taken.counts


def test_a_piece_that_is_given_again_is_taken_once(conn: sqlite3.Connection) -> None:
    begin(conn)
    first = take(conn, rows("ann", "ben"), 0)
    again = take(conn, rows("ann", "ben"), 0)
    assert isinstance(first, Taken)
    assert isinstance(again, Taken)
    assert (again.counts, again.appended) == (first.counts, None)
    longer = take(conn, rows("ann", "ben", "cleo"), 0)
    assert isinstance(longer, Taken)
    assert longer.counts == Counts(rows=3, unknown=3)


def test_who_begins_a_file_again_goes_on_where_it_stopped(conn: sqlite3.Connection) -> None:
    begin(conn)
    take(conn, rows("ann", "ben"), 0)
    assert counts(conn).rows == 2
    assert isinstance(take(conn, rows("cleo", first=2), 2), Taken)
    done = imports.end(conn, "events", DIGEST, by="U_ANN", now_ms=NOW + 1)
    assert (done.counts.rows, done.done_ms) == (3, NOW + 1)
    assert imports.end(conn, "events", DIGEST, by="U_ANN", now_ms=NOW + 2) == done
    later = imports.begin(conn, "events", DIGEST, again=False, by="U_BEN", now_ms=NOW + 9)
    assert (later, later.begun_ms) == (done, NOW)


def test_nobody_adds_to_a_file_that_has_ended_or_leaves_rows_out(
    conn: sqlite3.Connection,
) -> None:
    assert isinstance(take(conn, rows("ann"), 0), OutOfStep)
    begin(conn)
    assert isinstance(take(conn, rows("ann"), 1), OutOfStep)
    imports.end(conn, "events", DIGEST, by="U_ANN", now_ms=NOW)
    assert isinstance(take(conn, rows("ann"), 0), OutOfStep)
    assert log.last_seq(conn) == 0


def test_a_file_that_is_in_is_imported_again_only_when_that_is_said(
    conn: sqlite3.Connection,
) -> None:
    begin(conn)
    assert begin(conn, again=True).source == DIGEST  # it has not ended
    imports.end(conn, "events", DIGEST, by="U_ANN", now_ms=NOW)
    assert begin(conn).done_ms == NOW
    second = begin(conn, again=True)
    assert (second.source, second.done_ms) == (f"{DIGEST}:2", None)
    imports.end(conn, "events", second.source, by="U_ANN", now_ms=NOW)
    assert begin(conn, again=True).source == f"{DIGEST}:3"


def test_the_audit_says_who_imported_and_no_ones_values(conn: sqlite3.Connection) -> None:
    begin(conn)
    take(conn, rows("ann@example.org"), 0)
    imports.end(conn, "events", DIGEST, by="U_ANN", now_ms=NOW)
    found = conn.execute("SELECT who, action, detail FROM audit ORDER BY id").fetchall()
    assert found == [
        ("U_ANN", "import", "events of file dddddddddddd, begun"),
        ("U_ANN", "import", "events of file dddddddddddd, done, rows: 1"),
    ]


def test_what_files_brought_stands_beside_what_the_sources_did(conn: sqlite3.Connection) -> None:
    begin(conn)
    take(conn, [*rows("ann", "ben"), *rows("ann")], 0)
    assert [(each.source, each.what, each.n) for each in intake.read(conn)] == [
        ("(files of events)", "accepted", 2),
        ("(files of events)", "duplicate", 1),
    ]
