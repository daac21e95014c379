"""The outbox: one row a message, and the only ways it may change.

`drawn -> pending -> in_flight -> accepted`, and from there `pending` again (later, the same id),
`expired`, `cancelled`, `dead` or `unknown`. A claim commits before the first byte leaves and asks
again whether the campaign still runs at this revision; a slot of a cap is given back only if the
message never was in flight.
"""

import sqlite3
from collections.abc import Collection, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from domain.books import SkipReason
from store import books, caps

AMBIGUOUS_MS_MAX = 20 * 3_600_000
"""After this long nobody re-sends by itself: Segment remembers message ids for about a day."""

LATE_MS_MAX = 72 * 3_600_000
"""Nothing is sent later than this after it was decided."""

End: TypeAlias = Literal["expired", "cancelled", "dead", "unknown"]
_COLUMNS = (
    "message_id, campaign, revision, run, user, occurrence, event_seq, state, reason, cap_day,"
    " admitted_ms, due_ms, fresh, attempts, ambiguous_ms"
)
_OPEN = "state IN ('drawn', 'pending', 'in_flight')"


class Row(Struct, frozen=True):
    """One message of the outbox, as the table has it."""

    message_id: str
    campaign: str
    revision: int
    run: str
    user: str
    occurrence: str
    event_seq: int | None
    state: str
    reason: str
    cap_day: str
    admitted_ms: int
    due_ms: int
    fresh: int
    attempts: int
    ambiguous_ms: int | None


class Ending(Struct, frozen=True):
    """A message that will not be sent, and the reason that the books give for it."""

    row: Row
    state: End
    reason: SkipReason


class Postponed(Struct, frozen=True):
    """A message that is not due before `due_ms` after all."""

    row: Row
    due_ms: int


def due(conn: sqlite3.Connection, campaign: str, *, now_ms: int, limit: int) -> list[Row]:
    """Return messages of a running campaign that may go now: triggers first, then the oldest."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM outbox WHERE campaign = ? AND state = 'pending' AND due_ms <= ?"
        " ORDER BY fresh DESC, due_ms LIMIT ?",
        (campaign, now_ms, limit),
    )
    return [Row(*row) for row in rows]


def campaigns_due(conn: sqlite3.Connection, *, now_ms: int) -> list[str]:
    """Return the running campaigns that have a message to send now."""
    rows = conn.execute(
        "SELECT id FROM campaign WHERE state IN ('running', 'blocked') AND EXISTS ("
        "SELECT 1 FROM outbox WHERE campaign = campaign.id AND outbox.state = 'pending'"
        " AND due_ms <= ?) ORDER BY id",
        (now_ms,),
    )
    return [row[0] for row in rows]


def next_due_ms(conn: sqlite3.Connection) -> int | None:
    """Return when the next message of any running campaign falls due."""
    row = conn.execute(
        "SELECT min((SELECT min(due_ms) FROM outbox WHERE campaign = campaign.id"
        " AND outbox.state = 'pending')) FROM campaign WHERE state IN ('running', 'blocked')"
    ).fetchone()
    return None if row[0] is None else int(row[0])


def claim(
    conn: sqlite3.Connection, campaign: str, message_ids: Sequence[str], *, now_ms: int
) -> frozenset[str]:
    """Put messages in flight; return those that may go. Run again, it claims nothing new."""
    state = conn.execute(
        "SELECT state, published FROM campaign WHERE id = ?", (campaign,)
    ).fetchone()
    if state is None or state[0] not in {"running", "blocked"}:
        return frozenset()
    claimed = set()
    for message_id in message_ids:
        done = conn.execute(
            "UPDATE outbox SET state = 'in_flight', attempts = attempts + 1, updated_ms = ?"
            " WHERE message_id = ? AND state = 'pending' AND NOT EXISTS ("
            "SELECT 1 FROM user WHERE user.user = outbox.user AND suppressed = 1)",
            (now_ms, message_id),
        )
        if done.rowcount:
            claimed.add(message_id)
    return frozenset(claimed)


def accepted(conn: sqlite3.Connection, message_ids: Collection[str], *, now_ms: int) -> None:
    """Segment answered 2xx: these were sent."""
    for message_id in message_ids:
        row = conn.execute(
            "UPDATE outbox SET state = 'accepted', reason = '', updated_ms = ?"
            " WHERE message_id = ? AND state = 'in_flight' RETURNING campaign, run",
            (now_ms, message_id),
        ).fetchone()
        if row:
            books.move(conn, row[0], row[1], target=("sent", ""))


def again(
    conn: sqlite3.Connection,
    message_ids: Collection[str],
    *,
    due_ms: int,
    ambiguous: bool,
    reason: str,
    now_ms: int,
) -> None:
    """Back to `pending`, the same ids. `ambiguous`: nobody can tell whether they arrived."""
    conn.executemany(
        "UPDATE outbox SET state = 'pending', due_ms = ?, reason = ?, updated_ms = ?,"
        " ambiguous_ms = CASE WHEN ? THEN coalesce(ambiguous_ms, ?) ELSE ambiguous_ms END"
        " WHERE message_id = ? AND state = 'in_flight'",
        [(due_ms, reason, now_ms, ambiguous, now_ms, m) for m in message_ids],
    )


def unclaim(conn: sqlite3.Connection, message_ids: Collection[str], *, now_ms: int) -> None:
    """Not one byte left: as if the claim had never been."""
    conn.executemany(
        "UPDATE outbox SET state = 'pending', attempts = attempts - 1, updated_ms = ?"
        " WHERE message_id = ? AND state = 'in_flight'",
        [(now_ms, m) for m in message_ids],
    )


def postpone(conn: sqlite3.Connection, postponed: Sequence[Postponed], *, now_ms: int) -> None:
    """Move due dates: do-not-disturb began while they waited."""
    conn.executemany(
        "UPDATE outbox SET due_ms = ?, updated_ms = ? WHERE message_id = ? AND state = 'pending'",
        [(p.due_ms, now_ms, p.row.message_id) for p in postponed],
    )


def end(conn: sqlite3.Connection, endings: Sequence[Ending], *, now_ms: int) -> None:
    """Close messages that will not be sent, with the books and, if never in flight, the caps."""
    for ending in endings:
        row = conn.execute(
            "UPDATE outbox SET state = ?, reason = ?, updated_ms = ?"
            f" WHERE message_id = ? AND {_OPEN}"
            " RETURNING campaign, run, cap_day, attempts",
            (ending.state, ending.reason, now_ms, ending.row.message_id),
        ).fetchone()
        if row is None:
            continue
        campaign, run, cap_day, attempts = row
        books.move(conn, campaign, run, target=("skipped", ending.reason))
        if attempts == 0:
            scopes = [caps.TOTAL, caps.run(run), *([caps.day(cap_day)] if cap_day else [])]
            caps.give_back(conn, campaign, scopes)


def cancel_open(conn: sqlite3.Connection, campaign: str, reason: SkipReason, *, now_ms: int) -> int:
    """Close everything that waits, when a campaign ends; what is in flight settles by itself."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM outbox WHERE campaign = ? AND state = 'pending'", (campaign,)
    ).fetchall()
    end(conn, [Ending(Row(*row), "cancelled", reason) for row in rows], now_ms=now_ms)
    return len(rows)


def open_count(conn: sqlite3.Connection, campaign: str) -> int:
    """Return how many messages are not yet in a final state."""
    row = conn.execute(
        f"SELECT count(*) FROM outbox WHERE campaign = ? AND {_OPEN}", (campaign,)
    ).fetchone()
    return int(row[0])


def recover(conn: sqlite3.Connection, *, now_ms: int) -> int:
    """After a crash: what was in flight may have arrived, so it is ambiguous from then on."""
    done = conn.execute(
        "UPDATE outbox SET state = 'pending', reason = 'in flight when the daemon ended',"
        " ambiguous_ms = coalesce(ambiguous_ms, updated_ms), due_ms = ?, updated_ms = ?"
        " WHERE state = 'in_flight'",
        (now_ms, now_ms),
    )
    return done.rowcount
