import sqlite3

from msgspec import structs

from domain.campaign import When
from domain.personal import UserZone
from domain.schedule import moment, wall_of
from domain.zones import resolve_local
from store import runs, turns
from store.runs import Run
from store.turns import NOWHERE, Turn
from tests.store.stage import NOW

OSLO, NEW_YORK, TOKYO = "Europe/Oslo", "America/New_York", "Asia/Tokyo"
RUN = "2026-03-20T12:00[user]"
WHEN = When(start="2026-03-20T12:00", cutoff="18:00", personal=UserZone())


def add(conn: sqlite3.Connection, **zones: str | None) -> None:
    conn.executemany(
        "INSERT INTO user (user, h, traits, zone, seq) VALUES (?, 0, x'7b7d', ?, 1)", zones.items()
    )


def noon(zone: str, hour: int = 12) -> int:
    at = wall_of(RUN).replace(hour=hour)
    return resolve_local(at.date(), at.time(), zone)


def run(conn: sqlite3.Connection, wave_ms: int = 0) -> Run:
    runs.begin(conn, "c", RUN, 1, due_ms=NOW, now_ms=NOW)
    conn.execute("UPDATE run SET wave_ms = ?", (wave_ms,))
    found = runs.find(conn, "c", RUN)
    assert found is not None
    return found


def following(conn: sqlite3.Connection, wave_ms: int = 0, begins_ms: int = 0) -> Turn | None:
    one = run(conn, wave_ms)
    return turns.following(conn, one, WHEN, begins_ms=begins_ms, account_zone=OSLO)


def test_waves_follow_each_other_by_the_zones_that_users_have(conn: sqlite3.Connection) -> None:
    add(conn, a=OSLO, b=NEW_YORK)
    first = following(conn)
    assert first == Turn(noon(OSLO), frozenset((OSLO, NOWHERE)), noon(OSLO, 18))
    assert following(conn, noon(OSLO)) == Turn(
        noon(NEW_YORK), frozenset((NEW_YORK,)), noon(NEW_YORK, 18)
    )
    assert following(conn, noon(NEW_YORK)) is None


def test_where_the_slot_and_its_cutoff_do_not_exist_nothing_goes_a_day_long(
    conn: sqlite3.Connection,
) -> None:
    """Cairo's clocks went from midnight to 01:00, which is past the cut-off already."""
    cairo = "Africa/Cairo"
    add(conn, a=cairo)
    one = structs.replace(run(conn), run="2026-04-24T00:00[user]")
    when = When(start="2026-04-24T00:00", cutoff="00:30", personal=UserZone())
    found = turns.following(conn, one, when, begins_ms=0, account_zone=cairo)
    assert found is not None
    assert found.cutoff_ms == found.due_ms == moment("2026-04-24T01:00", cairo)


def test_the_first_wave_has_those_whom_no_wave_reaches(conn: sqlite3.Connection) -> None:
    add(conn, a=TOKYO, b="Mars/One", c=None)
    found = following(conn, begins_ms=noon(TOKYO) + 1)
    assert found is not None
    assert found.zones == {OSLO, TOKYO, "Mars/One", NOWHERE}
    nobody = following(conn, begins_ms=noon(OSLO) + 1)
    assert nobody == Turn(noon(OSLO) + 1, frozenset((OSLO, TOKYO, "Mars/One", NOWHERE)))


def test_who_is_in_a_wave_keeps_the_order_of_the_draw(conn: sqlite3.Connection) -> None:
    add(conn, a=OSLO, b=NEW_YORK, c=None, d=OSLO)
    turn = Turn(1, frozenset((OSLO,)))
    chosen = ("d", "gone", "c", "b", "a")
    assert turns.members(conn, run(conn), turn, chosen, unknown_zone=OSLO) == ["d", "c", "a"]
    assert turns.members(conn, run(conn), turn, chosen, unknown_zone=NOWHERE) == ["d", "a"]


def test_who_had_something_of_the_run_is_in_no_later_wave_under_any_id(
    conn: sqlite3.Connection,
) -> None:
    add(conn, a=OSLO, b=OSLO, c=OSLO)
    conn.execute("INSERT INTO identity (old, user, seq) VALUES ('anon:b', 'b', 1)")
    conn.executemany(
        "INSERT INTO decision (campaign, run, user, occurrence, bucket, at_ms)"
        " VALUES ('c', ?, ?, '', 'control', 1)",
        [(RUN, "a"), (RUN, "anon:b"), ("another", "c")],
    )
    turn = Turn(2, frozenset((OSLO,)))
    found = turns.members(conn, run(conn, 1), turn, ("a", "b", "c"), unknown_zone=NOWHERE)
    assert found == ["c"]
