import sqlite3

import msgspec
import pytest

from domain.campaign import OnDate, Trigger
from domain.listening import Listener
from store import local_dates, log, merging, timers
from store.log import Incoming
from store.timers import Begun
from tests.store.stage import HOUR, NOW, live, start

KEY = bytes(32)
LISTENER = Listener(Trigger("Booked", date=OnDate("at", before_minutes=0)))
NINE = 1_774_083_600_000
"""2026-03-21T09:00Z."""


def booked(conn: sqlite3.Connection, campaign: str, user: str, at: str, seq: int) -> None:
    body = msgspec.json.encode({"at": at})
    log.append(
        conn, [Incoming("event", f"e{seq}", user, "Booked", NOW, body)], now_ms=NOW, install_key=KEY
    )
    (event,) = log.events_at(conn, [log.last_seq(conn)])
    assert not isinstance(event, log.Unreadable)
    wait = LISTENER.wait(event, zone="UTC")
    begun = Begun(campaign, user, event.seq, event.source_id, wait)
    timers.begin(conn, LISTENER, begun, now_ms=NOW)


def is_in(conn: sqlite3.Connection, user: str, zone: str) -> None:
    body = msgspec.json.encode({"timezone": zone})
    found = Incoming("profile", f"p-{user}-{zone}", user, "", NOW, body)
    log.append(conn, [found], now_ms=NOW, install_key=KEY)


def dues(conn: sqlite3.Connection) -> dict[str, float]:
    rows = conn.execute("SELECT user, due_ms FROM timer").fetchall()
    return {user: (due_ms - NINE) / HOUR for user, due_ms in rows}


@pytest.fixture
def campaign(conn: sqlite3.Connection) -> str:
    return start(conn, live())


def read_anew(conn: sqlite3.Connection, campaign: str, *, limit: int = 9) -> None:
    local_dates.read_anew(conn, LISTENER, campaign, zone="UTC", limit=limit)


def test_a_wall_time_is_read_where_the_user_is_now_and_an_instant_stays(
    conn: sqlite3.Connection, campaign: str
) -> None:
    booked(conn, campaign, "ann", "2026-03-21T09:00", 1)
    booked(conn, campaign, "ben", "2026-03-21T09:00Z", 2)
    assert not local_dates.are_moved(conn, campaign)
    for user in ("ann", "ben"):
        is_in(conn, user, "Asia/Tokyo")
    assert local_dates.are_moved(conn, campaign)
    read_anew(conn, campaign)
    assert dues(conn) == {"ann": -9, "ben": 0}
    assert not local_dates.are_moved(conn, campaign)
    is_in(conn, "ann", "Asia/Tokyo")
    assert not local_dates.are_moved(conn, campaign), "the same zone again moves nothing"


def test_what_has_ended_stays_as_it_was_and_several_are_read_a_few_at_a_time(
    conn: sqlite3.Connection, campaign: str
) -> None:
    for n, user in enumerate(("ann", "ben", "cleo")):
        booked(conn, campaign, user, "2026-03-21T09:00", n)
        is_in(conn, user, "Asia/Tokyo")
    (first, *_) = timers.due(conn, campaign, upto_ms=NINE, limit=1)
    timers.end(conn, [first], "fired", now_ms=NOW)
    read_anew(conn, campaign, limit=2)
    assert sorted(dues(conn).values()) == [-9, 0, 0]
    read_anew(conn, campaign, limit=2)
    assert dues(conn) == {"ann": 0, "ben": -9, "cleo": -9}


def test_who_turns_out_to_be_somebody_is_where_that_person_is(
    conn: sqlite3.Connection, campaign: str
) -> None:
    is_in(conn, "ann", "Asia/Tokyo")
    booked(conn, campaign, "anon:d1", "2026-03-21T09:00", 1)
    assert merging.merge(conn, "anon:d1", "ann", now_ms=NOW, install_key=KEY) == "merged"
    read_anew(conn, campaign)
    assert dues(conn) == {"ann": -9}


def test_a_date_whose_event_is_gone_stays_as_it_is(conn: sqlite3.Connection, campaign: str) -> None:
    booked(conn, campaign, "ann", "2026-03-21T09:00", 1)
    is_in(conn, "ann", "Asia/Tokyo")
    conn.execute("DELETE FROM log WHERE kind = 'event'")
    read_anew(conn, campaign)
    assert dues(conn) == {"ann": 0}
    assert not local_dates.are_moved(conn, campaign)
