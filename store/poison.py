"""Events that a campaign could not consider: set aside, one alert an hour, until a person decides.

The kind of the error is kept and an id that the log has too, never the error's words: they may
quote a user's value.
"""

import sqlite3
from collections.abc import Collection, Sequence

from msgspec import Struct

from domain.alert_text import EACH_OF_THEM, alert_text
from store import announcements, erased, meta
from store.announcements import Buttons

TELL_EVERY_MS = 3_600_000
"""A campaign's people are alerted this seldom; the alert counts what came since the last one."""


class Poison(Struct, frozen=True):
    """One event set aside. `state` is open, again (a person asked), retried or dropped."""

    campaign: str
    event_seq: int
    user: str
    error: str
    error_id: str
    at_ms: int
    state: str = "open"
    decided_by: str = ""


def set_aside(conn: sqlite3.Connection, found: Sequence[Poison]) -> None:
    """Keep events for a person, in the transaction that moves the cursor past them.

    One that failed again after a person had asked for it is open again, with the new error. Nothing
    is set aside of a user who was erased meanwhile.
    """
    gone = erased.among(conn, {p.user for p in found})
    conn.executemany(
        "INSERT INTO poison (campaign, event_seq, user, error, error_id, at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (campaign, event_seq) DO UPDATE SET"
        " error = excluded.error, error_id = excluded.error_id, at_ms = excluded.at_ms,"
        " state = 'open' WHERE state = 'again'",
        [
            (p.campaign, p.event_seq, p.user, p.error, p.error_id, p.at_ms)
            for p in found
            if p.user not in gone
        ],
    )


def again(conn: sqlite3.Connection, campaign: str, *, limit: int) -> list[Poison]:
    """Return the events that a person wants considered anew, by their place in the log."""
    return _rows(
        conn,
        "INDEXED BY poison_again WHERE campaign = ? AND state = 'again' ORDER BY event_seq LIMIT ?",
        (campaign, limit),
    )


def considered(conn: sqlite3.Connection, campaign: str, seqs: Collection[int]) -> None:
    """Close events that a person had asked for and that could be considered now."""
    conn.executemany(
        "UPDATE poison SET state = 'retried'"
        " WHERE campaign = ? AND event_seq = ? AND state = 'again'",
        [(campaign, seq) for seq in seqs],
    )


def decide(conn: sqlite3.Connection, poison: Poison, state: str, *, by: str) -> bool:
    """Write down what a person decided about an open event; False if it is not open any more."""
    done = conn.execute(
        "UPDATE poison SET state = ?, decided_by = ?"
        " WHERE campaign = ? AND event_seq = ? AND state = 'open'",
        (state, by, poison.campaign, poison.event_seq),
    )
    return done.rowcount > 0


def open_ones(conn: sqlite3.Connection, campaign: str = "", *, limit: int) -> list[Poison]:
    """Return what waits for a person, the latest first; of one campaign, or of all."""
    if campaign:
        return _rows(
            conn,
            "WHERE state = 'open' AND campaign = ? ORDER BY at_ms DESC, event_seq DESC LIMIT ?",
            (campaign, limit),
        )
    rest = "WHERE state = 'open' ORDER BY at_ms DESC, event_seq DESC LIMIT ?"
    return _rows(conn, rest, (limit,))


def count(conn: sqlite3.Connection, campaign: str = "") -> int:
    """Return how many wait for a person."""
    (n,) = conn.execute(
        "SELECT count(*) FROM poison WHERE state = 'open' AND (? = '' OR campaign = ?)",
        (campaign, campaign),
    ).fetchone()
    return int(n)


def find(conn: sqlite3.Connection, campaign: str, event_seq: int) -> Poison | None:
    """Return one event that was ever set aside."""
    found = _rows(conn, "WHERE campaign = ? AND event_seq = ?", (campaign, event_seq))
    return found[0] if found else None


def of_user(conn: sqlite3.Connection, campaign: str, user: str) -> list[Poison]:
    """Return a user's events that the campaign ever set aside, in their order."""
    return _rows(conn, "WHERE campaign = ? AND user = ? ORDER BY event_seq", (campaign, user))


def waits(conn: sqlite3.Connection, campaign: str, *, now_ms: int) -> bool:
    """Tell whether there is something to consider anew, or to tell people.

    Asked for each page of events: both questions go along an index, however much was set aside.
    """
    asked = conn.execute(
        "SELECT 1 FROM poison INDEXED BY poison_again"
        " WHERE campaign = ? AND state = 'again' LIMIT 1",
        (campaign,),
    ).fetchone()
    return asked is not None or untold(conn, campaign, now_ms=now_ms) > 0


def untold(conn: sqlite3.Connection, campaign: str, *, now_ms: int) -> int:
    """Return how many events were set aside that people must be told of now: 0 is too soon too."""
    told_ms = int(meta.get(conn, _told_key(campaign)) or 0)
    if now_ms - told_ms < TELL_EVERY_MS:
        return 0
    (n,) = conn.execute(
        "SELECT count(*) FROM poison INDEXED BY poison_untold"
        " WHERE campaign = ? AND at_ms > ? AND state = 'open'",
        (campaign, told_ms),
    ).fetchone()
    return int(n)


def tell(conn: sqlite3.Connection, campaign: str, name: str, *, now_ms: int) -> None:
    """Alert people if it is time to: at most once an hour, with the count since the last alert."""
    n = untold(conn, campaign, now_ms=now_ms)
    if not n:
        return
    events = "1 event" if n == 1 else f"{n:,} events"
    body = alert_text(
        f"*{name}* could not consider {events}.",
        "what it could not consider is set aside, and it goes on with all others.",
        f"nothing is urgent. {EACH_OF_THEM}. Below, all of them can be considered anew or dropped.",
    )
    subject = Buttons.ASIDE.about()
    announcements.add(conn, "notice", campaign, subject=subject, body=body, now_ms=now_ms)
    meta.put(conn, _told_key(campaign), str(now_ms))


def _told_key(campaign: str) -> str:
    return f"poison_told:{campaign}"


def _rows(conn: sqlite3.Connection, rest: str, values: tuple[object, ...]) -> list[Poison]:
    rows = conn.execute(
        "SELECT campaign, event_seq, user, error, error_id, at_ms, state, decided_by"
        f" FROM poison {rest}",
        values,
    )
    return [Poison(*row) for row in rows.fetchall()]
