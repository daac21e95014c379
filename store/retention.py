"""How long events are kept: the old ones leave the log, a few with each batch that comes in.

An event may leave once it happened, and came in, more days ago than the operator keeps. It stays,
whole and for ever, where it is the first of its name that its user did: so "for the first time" and
"never" are right with no table beside the log. It stays too while somebody needs it. The copy for
audiences lets go of the same events before it is asked anything more.
"""

import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing
from itertools import takewhile
from typing import Protocol, TypeVar

from msgspec import Struct

from store import goals

DAYS_MIN, DAYS_MAX = 30, 3_650
"""A goal's window and its late events, and what ended timers are compared with, fit in a month."""
DAY_MS = 24 * 3_600_000
ZONE_DAYS = 1
"""A day that began so many days ago in the account's zone began up to 14 hours before UTC's."""
LOOKED_AT_MIN, LOOKED_AT_MAX = 20, 500
"""So many rows of the log are looked at with one batch: some milliseconds of the writer."""
LOOKED_AT_FOR_EACH = 2
"""So many for each record that came, so that what is old leaves faster than new comes."""


class Retention(Struct, frozen=True):
    """What the operator said, and what became of it. See the table of the same name."""

    days: int
    since_ms: int | None
    passed_seq: int


class Datable(Protocol):
    """What is asked of a record that comes in."""

    @property
    def kind(self) -> str:
        """Whether it is an `event`: nothing else is ever too old."""

    @property
    def time_ms(self) -> int:
        """When it happened."""


R = TypeVar("R", bound=Datable)


def keep_for(conn: sqlite3.Connection, days: int) -> None:
    """Keep events for so many days from now on; 0: for ever. What has left does not come back."""
    if days or read(conn) is not None:
        conn.execute(
            "INSERT INTO retention (one, days) VALUES (1, ?)"
            " ON CONFLICT (one) DO UPDATE SET days = excluded.days",
            (days,),
        )


def read(conn: sqlite3.Connection) -> Retention | None:
    """Return how long events are kept, and since when; None: nobody ever wanted any to leave."""
    row = conn.execute("SELECT days, since_ms, passed_seq FROM retention").fetchone()
    return None if row is None else Retention(*row)


def days(conn: sqlite3.Connection) -> int:
    """Return for how many days events are kept; 0: for ever."""
    held = read(conn)
    return 0 if held is None else held.days


def passed_seq(conn: sqlite3.Connection) -> int:
    """Return a place in the log that moves whenever events may have left."""
    held = read(conn)
    return 0 if held is None else held.passed_seq


def young(conn: sqlite3.Connection, records: Sequence[R], *, now_ms: int) -> Sequence[R]:
    """Return the records without events that are older than what is kept.

    Such an event may have been in the log before: nobody could tell that it comes twice.
    """
    since_ms = _move(conn, now_ms)
    if since_ms is None:
        return records
    return [one for one in records if one.kind != "event" or one.time_ms >= since_ms]


def let_leave(conn: sqlite3.Connection, *, came: int, now_ms: int) -> int:
    """Remove old events, in the transaction in which `came` records came in; return how many.

    To be called after `young`, which moves the day from which on events are kept.
    """
    held = read(conn)
    if held is None or not held.days or held.since_ms is None:
        return 0
    since_ms = held.since_ms
    most = min(max(LOOKED_AT_MIN, LOOKED_AT_FOR_EACH * came), LOOKED_AT_MAX)
    with closing(conn.execute(_NEXT, (held.passed_seq, most))) as rows:
        old = list(takewhile(lambda row: row[5] < since_ms, rows))
    if not old:  # as it is on most days, from the hour at which a day's events have left
        return 0
    upto = _considered_upto(conn, last_old_seq=old[-1][0], now_ms=now_ms)
    seen = [row for row in old if row[0] <= upto]
    if not seen:
        return 0
    left = [
        (seq,)
        for seq, kind, user, name, time_ms, _ in seen
        if kind == "event"
        and time_ms < since_ms
        and conn.execute(_MAY_LEAVE, (user, name, seq)).fetchone()[0]
    ]
    conn.executemany("DELETE FROM log WHERE seq = ?", left)
    conn.executemany("INSERT INTO leaving (seq) VALUES (?) ON CONFLICT DO NOTHING", left)
    conn.execute("UPDATE retention SET passed_seq = ?", (seen[-1][0],))
    return len(left)


def leaving(conn: sqlite3.Connection, *, limit: int) -> list[int]:
    """Return events that have left and that the copy for audiences may still have."""
    rows = conn.execute("SELECT seq FROM leaving ORDER BY seq LIMIT ?", (limit,))
    return [seq for (seq,) in rows.fetchall()]


def done(conn: sqlite3.Connection, seqs: Collection[int]) -> None:
    """The copy for audiences has let go of these."""
    conn.executemany("DELETE FROM leaving WHERE seq = ?", [(seq,) for seq in seqs])


def _move(conn: sqlite3.Connection, now_ms: int) -> int | None:
    """Return since when events are kept, moved on if it is another day; it never moves back.

    It moves by whole days: between them nothing leaves, and counts of robots can be carried on.
    """
    held = read(conn)
    if held is None or not held.days:
        return None if held is None else held.since_ms
    due_ms = (now_ms // DAY_MS - held.days - ZONE_DAYS) * DAY_MS
    if held.since_ms is not None and held.since_ms >= due_ms:
        return held.since_ms
    conn.execute("UPDATE retention SET since_ms = ?", (due_ms,))
    return due_ms


def _considered_upto(conn: sqlite3.Connection, *, last_old_seq: int, now_ms: int) -> int:
    """Return the place up to which nobody has yet to consider what came in.

    The last row of the log stays, whatever it is: the log never ends before a place it had reached.
    """
    (before_last,) = conn.execute("SELECT coalesce(max(seq), 0) - 1 FROM log").fetchone()
    (live,) = conn.execute(_CURSORS).fetchone()
    upto = int(before_last if live is None else min(before_last, live))
    reckoned = goals.cursor(conn)
    if reckoned is None:
        return upto
    again = conn.execute("SELECT EXISTS (SELECT 1 FROM reckon_again)").fetchone()[0]
    if (again or reckoned < last_old_seq) and goals.open_ones(conn, now_ms=now_ms):
        return 0 if again else min(upto, reckoned)  # somebody's events are to be reckoned anew
    return upto


_NEXT = (
    "SELECT seq, kind, user, name, time_ms, received_ms FROM log WHERE seq > ? ORDER BY seq LIMIT ?"
)
_CURSORS = (
    "SELECT min(cursor.seq) FROM campaign"
    " JOIN cursor ON cursor.campaign = campaign.id AND cursor.revision = campaign.published"
    " WHERE campaign.state NOT IN ('stopped', 'completed')"
)
_OF_NAME = "SELECT seq FROM log INDEXED BY log_of_user WHERE kind = 'event' AND user = ?1"
_MAY_LEAVE = (
    # Another is the first by its time, and one was the first to come: both stay.
    f"SELECT ?3 <> ({_OF_NAME} AND name = ?2 ORDER BY time_ms, seq LIMIT 1)"
    f" AND EXISTS ({_OF_NAME} AND name = ?2 AND seq < ?3)"
    " AND NOT EXISTS (SELECT 1 FROM poison INDEXED BY poison_of_user"
    " WHERE user = ?1 AND event_seq = ?3 AND state IN ('open', 'again'))"
    " AND NOT EXISTS (SELECT 1 FROM timer INDEXED BY timer_of"
    " WHERE user = ?1 AND event_seq = ?3 AND state IN ('armed', 'set_aside'))"
    " AND NOT EXISTS (SELECT 1 FROM outbox INDEXED BY outbox_of_user"
    " WHERE user = ?1 AND event_seq = ?3 AND state NOT IN ('accepted', 'expired', 'cancelled'))"
)
