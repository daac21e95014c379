"""What the clock leaves in the database: how far time had come, and a leap that holds it.

A process that starts later compares its wall clock with them: a clock that went back while nobody
looked, or was off when the process ended, is not right because of a restart.
"""

import sqlite3

import msgspec
from msgspec import Struct

from domain.leap import Leap
from store import acts, announcements, meta
from store.outbox import OPEN

HIGH_WATER = "clock_high_water_ms"
LEAP = "clock_leap"
ALERT = "clock"
"""The subject of a leap's notice; its button carries which leap it was."""


class Marks(Struct, frozen=True):
    """What an earlier process left: the latest time it ran at, and the leap that held it."""

    high_water_ms: int | None = None
    leap: Leap | None = None


def read(conn: sqlite3.Connection) -> Marks:
    """Return both marks; there are none before the first minute of the first start."""
    high, noted = meta.get(conn, HIGH_WATER), meta.get(conn, LEAP)
    return Marks(
        high_water_ms=None if high is None else int(high),
        leap=msgspec.json.decode(noted, type=Leap) if noted else None,
    )


def raise_high_water(conn: sqlite3.Connection, *, now_ms: int) -> None:
    """Remember that the daemon ran at this time; an earlier one than is known changes nothing."""
    held = meta.get(conn, HIGH_WATER)
    if held is None or int(held) < now_ms:
        meta.put(conn, HIGH_WATER, str(now_ms))


def note_leap(conn: sqlite3.Connection, leap: Leap, *, tell: str = "", now_ms: int) -> None:
    """Remember the leap that holds the clock, and `tell` people of it, with a button."""
    meta.put(conn, LEAP, msgspec.json.encode(leap).decode())
    if tell:
        subject = f"{ALERT}:{leap.since_ms}"
        announcements.add(conn, "notice", "", subject=subject, body=tell, now_ms=now_ms)


def clear_leap(conn: sqlite3.Connection, *, tell: str, now_ms: int) -> None:
    """Forget the leap: the wall clock came back by itself; and `tell` people."""
    if meta.get(conn, LEAP):
        meta.put(conn, LEAP, "")
        announcements.add(conn, "notice", "", body=tell, now_ms=now_ms)


def accept(
    conn: sqlite3.Connection,
    *,
    by: str,
    wall_ms: int,
    now_ms: int,
    detail: str,
    tell: str,
    key: bytes,
) -> None:
    """Believe the wall clock from now on, because a person does: audit, marks and dates together.

    `now_ms` is the time so far. Where the clock goes back, what was dated by it is dated anew.
    """
    acts.record(
        conn, who=by, action="accept_clock", campaign="", detail=detail, key=key, now_ms=now_ms
    )
    meta.put(conn, LEAP, "")
    meta.put(conn, HIGH_WATER, str(wall_ms))
    announcements.add(conn, "notice", "", body=tell, now_ms=now_ms)
    if wall_ms < now_ms:
        _go_back(conn, back_ms=now_ms - wall_ms, now_ms=wall_ms)


def _go_back(conn: sqlite3.Connection, *, back_ms: int, now_ms: int) -> None:
    """Date what is open by the clock that is right now; done twice, it only ends sooner.

    When something was first ambiguous may have been told by the clock that was ahead, and a date
    that comes too late would let it go again after Segment has forgotten its id: so all of those
    move back. Other dates move only if they lie in the future. What waits for a date is asked
    again now: delivery judges do-not-disturb itself before it sends.
    """
    conn.execute(
        f"UPDATE outbox SET ambiguous_ms = ambiguous_ms - ? WHERE {OPEN}"
        " AND ambiguous_ms IS NOT NULL",
        (back_ms,),
    )
    conn.execute(
        "UPDATE outbox SET updated_ms = updated_ms - ?1, claimed_ms = claimed_ms - ?1"
        f" WHERE {OPEN} AND state = 'in_flight'",
        (back_ms,),
    )
    conn.execute(
        "UPDATE outbox SET admitted_ms = admitted_ms - ?1, fell_due_ms = fell_due_ms - ?1,"
        f" expires_ms = expires_ms - ?1 WHERE {OPEN} AND admitted_ms > ?2",
        (back_ms, now_ms),
    )
    conn.execute(f"UPDATE outbox SET due_ms = ?1 WHERE {OPEN} AND due_ms > ?1", (now_ms,))
    conn.execute(
        "UPDATE campaign SET published_ms = ?1 WHERE state = 'scheduled' AND published_ms > ?1",
        (now_ms,),
    )
