import sqlite3

from domain.campaign import When
from domain.personal import UserZone
from domain.schedule import wall_of
from domain.zones import resolve_local
from store import runs, turns
from store.runs import Run
from store.turns import NOWHERE, Turn
from tests.store.stage import NOW

OSLO, NEW_YORK, TOKYO = "Europe/Oslo", "America/New_York", "Asia/Tokyo"
RUN = "2026-03-20T12:00[user]"
WHEN = When(start="2026-03-20T12:00", personal=UserZone())


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


def following(
    conn: sqlite3.Connection, wave_ms: int = 0, begins_ms: int = 0, next_ms: int | None = None
) -> Turn | None:
    return turns.following(
        conn, run(conn, wave_ms), WHEN, begins_ms=begins_ms, account_zone=OSLO, next_ms=next_ms
    )


LAST = noon("UTC-12:00")


def test_waves_follow_each_other_by_the_zones_that_users_have(conn: sqlite3.Connection) -> None:
    add(conn, a=OSLO, b=NEW_YORK)
    assert following(conn) == Turn(noon(OSLO), frozenset((OSLO, NOWHERE)))
    assert following(conn, noon(OSLO)) == Turn(noon(NEW_YORK), frozenset((NEW_YORK,)))
    assert following(conn, noon(NEW_YORK)) == Turn(LAST, frozenset(), last=True)
    assert following(conn, LAST) is None


def test_a_zone_that_somebody_comes_into_is_a_wave_as_well(conn: sqlite3.Connection) -> None:
    add(conn, a=OSLO)
    assert following(conn, noon(OSLO)) == Turn(LAST, frozenset(), last=True)
    conn.execute("UPDATE user SET zone = ?", (NEW_YORK,))
    assert following(conn, noon(OSLO)) == Turn(noon(NEW_YORK), frozenset((NEW_YORK,)))


def test_if_the_next_run_is_soon_the_last_wave_that_there_is_has_who_is_left(
    conn: sqlite3.Connection,
) -> None:
    add(conn, a=OSLO, b=NEW_YORK)
    soon = LAST - 1
    assert following(conn, next_ms=soon) == Turn(noon(OSLO), frozenset((OSLO, NOWHERE)))
    ends = following(conn, noon(OSLO), next_ms=soon)
    assert ends == Turn(noon(NEW_YORK), frozenset((NEW_YORK,)), last=True)
    assert following(conn, noon(NEW_YORK), next_ms=soon) is None
    assert following(conn, noon(NEW_YORK), next_ms=LAST) == Turn(LAST, frozenset(), last=True)


def test_the_first_wave_has_those_whom_no_wave_reaches(conn: sqlite3.Connection) -> None:
    add(conn, a=TOKYO, b="Mars/One", c=None)
    found = following(conn, begins_ms=noon(TOKYO) + 1)
    assert found is not None
    assert found.zones == {OSLO, TOKYO, "Mars/One", NOWHERE}
    begins = noon(OSLO) + 1
    nobody = following(conn, begins_ms=begins)
    assert nobody == Turn(begins, frozenset((OSLO, TOKYO, "Mars/One", NOWHERE)))
    assert following(conn, begins, begins_ms=begins) == Turn(LAST, frozenset(), last=True)
    over = following(conn, begins_ms=LAST + 1)
    assert over is not None
    assert (over.due_ms, over.last) == (LAST + 1, True)
    assert following(conn, LAST + 1, begins_ms=LAST + 1) is None


def test_who_is_in_a_wave_keeps_the_order_of_the_draw(conn: sqlite3.Connection) -> None:
    add(conn, a=OSLO, b=NEW_YORK, c=None, d=OSLO)
    turn = Turn(1, frozenset((OSLO,)))
    chosen = ("d", "gone", "c", "b", "a")
    assert turns.members(conn, run(conn), turn, chosen, unknown_zone=OSLO) == ["d", "c", "a"]
    assert turns.members(conn, run(conn), turn, chosen, unknown_zone=NOWHERE) == ["d", "a"]
    last = Turn(1, frozenset(), last=True)
    assert turns.members(conn, run(conn), last, chosen, unknown_zone=OSLO) == ["d", "c", "b", "a"]


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
