"""The outbox: one row a message, and the only ways it may change.

`drawn -> pending -> in_flight -> accepted`, and from there `pending` again (later, the same id),
`expired`, `cancelled`, `dead` or `unknown`. A claim commits before the first byte leaves and asks
again whether the campaign still runs at this revision; a slot of a cap is given back only if the
message never was in flight. What may have arrived never ends as "not sent" but as `unknown`, and
nothing of a campaign that is over goes back to waiting.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
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
    " admitted_ms, due_ms, lane, attempts, ambiguous_ms"
)
OPEN = "state IN ('drawn', 'pending', 'in_flight')"
"""The condition of the index `outbox_open`; a query without it walks the whole outbox."""

_PENDING = f"{OPEN} AND state = 'pending'"
_PENDING_THERE = _PENDING.replace("state", "outbox.state")
LANES = (1, 3, 0, 2)
"""Triggers, triggers tried before, backlog, backlog tried before: in this order."""
_OVER = {"stopped": SkipReason.STOPPED, "completed": SkipReason.CAMPAIGN_ENDED}
"""What a message that was not sent is told, by the final state of its campaign."""


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
    lane: int
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
    rows: list[Row] = []
    # Lane by lane: one query for both would read and sort everything that is due.
    for lane in LANES:
        found = conn.execute(
            f"SELECT {_COLUMNS} FROM outbox WHERE campaign = ? AND {_PENDING}"
            " AND lane = ? AND due_ms <= ? ORDER BY due_ms LIMIT ?",
            (campaign, lane, now_ms, limit - len(rows)),
        )
        rows += [Row(*row) for row in found.fetchall()]
    return rows


def campaigns_due(conn: sqlite3.Connection, *, now_ms: int) -> list[str]:
    """Return the running campaigns that have a message to send now, live ones first."""
    rows = conn.execute(
        "SELECT id FROM campaign WHERE state IN ('running', 'blocked') AND EXISTS ("
        f"SELECT 1 FROM outbox WHERE campaign = campaign.id AND {_PENDING_THERE}"
        " AND lane IN (0, 1, 2, 3) AND due_ms <= ?) ORDER BY kind = 'live' DESC, id",
        (now_ms,),
    )
    return [row[0] for row in rows]


def next_due_ms(conn: sqlite3.Connection) -> int | None:
    """Return when the next message of any running campaign falls due."""
    row = conn.execute(
        "SELECT min((SELECT due_ms FROM outbox WHERE campaign = campaign.id"
        f" AND {_PENDING_THERE} AND outbox.lane = lanes.column1 ORDER BY due_ms LIMIT 1))"
        " FROM campaign, (VALUES (0), (1), (2), (3)) AS lanes WHERE state IN ('running', 'blocked')"
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
            " WHERE message_id = ? AND state = 'pending' AND campaign = ? AND revision = ?"
            " AND NOT EXISTS ("
            "SELECT 1 FROM user WHERE user.user = outbox.user AND suppressed = 1)",
            (now_ms, message_id, campaign, state[1]),
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
    """Back to `pending`, the same ids. `ambiguous`: nobody can tell whether they arrived.

    The time that counts is that of the claim, before the first byte left.
    """
    campaigns = set()
    for message_id in message_ids:
        campaigns |= set(
            conn.execute(
                "UPDATE outbox SET state = 'pending', due_ms = ?, reason = ?, updated_ms = ?,"
                " ambiguous_ms = CASE WHEN ? THEN coalesce(ambiguous_ms, updated_ms)"
                " ELSE ambiguous_ms END"
                " WHERE message_id = ? AND state = 'in_flight' RETURNING campaign",
                (due_ms, reason, now_ms, ambiguous, message_id),
            ).fetchall()
        )
    _close_what_is_over(conn, [campaign for (campaign,) in campaigns], now_ms=now_ms)


def unclaim(conn: sqlite3.Connection, message_ids: Collection[str], *, now_ms: int) -> None:
    """Not one byte left: as if the claim had never been."""
    campaigns = set()
    for message_id in message_ids:
        campaigns |= set(
            conn.execute(
                "UPDATE outbox SET state = 'pending', attempts = attempts - 1, updated_ms = ?"
                " WHERE message_id = ? AND state = 'in_flight' RETURNING campaign",
                (now_ms, message_id),
            ).fetchall()
        )
    _close_what_is_over(conn, [campaign for (campaign,) in campaigns], now_ms=now_ms)


def postpone(conn: sqlite3.Connection, postponed: Sequence[Postponed], *, now_ms: int) -> None:
    """Move due dates: do-not-disturb began while they waited."""
    conn.executemany(
        "UPDATE outbox SET due_ms = ?, updated_ms = ? WHERE message_id = ? AND state = 'pending'",
        [(p.due_ms, now_ms, p.row.message_id) for p in postponed],
    )


def end(conn: sqlite3.Connection, endings: Sequence[Ending], *, now_ms: int) -> None:
    """Close messages that will not be sent, with the books and, if never in flight, the caps.

    What is on the wire can only turn out `dead` or `unknown`: it may arrive yet.
    """
    for ending in endings:
        mild = ending.state in {"expired", "cancelled"}
        row = conn.execute(
            "SELECT campaign, run, cap_day, attempts, ambiguous_ms FROM outbox"
            " WHERE message_id = ? AND (state = 'pending' OR state = 'in_flight' AND NOT ?)",
            (ending.row.message_id, mild),
        ).fetchone()
        if row is None:
            continue
        campaign, run, cap_day, attempts, ambiguous_ms = row
        state, reason = ending.state, ending.reason
        if mild and ambiguous_ms is not None:
            state, reason = "unknown", SkipReason.UNKNOWN
        conn.execute(
            "UPDATE outbox SET state = ?, reason = ?, updated_ms = ? WHERE message_id = ?",
            (state, reason, now_ms, ending.row.message_id),
        )
        books.move(conn, campaign, run, target=("skipped", reason))
        if attempts == 0:
            caps.give_back(conn, campaign, _scopes(run, cap_day))


def _scopes(run: str, cap_day: str) -> list[str]:
    return [caps.TOTAL, caps.run(run), *([caps.day(cap_day)] if cap_day else [])]


def cancel_open(conn: sqlite3.Connection, campaign: str, reason: SkipReason, *, now_ms: int) -> int:
    """Close everything that waits, when a campaign ends; what is in flight settles by itself.

    Returns how many. As `end` does, but all in a few statements: a stop must not keep the other
    campaigns waiting, however much is open.
    """
    groups = conn.execute(
        "SELECT run, cap_day, attempts = 0, ambiguous_ms IS NOT NULL, count(*) FROM outbox"
        f" WHERE campaign = ? AND {_PENDING} GROUP BY 1, 2, 3, 4",
        (campaign,),
    ).fetchall()
    conn.execute(
        "UPDATE outbox SET state = iif(ambiguous_ms IS NULL, 'cancelled', 'unknown'),"
        " reason = iif(ambiguous_ms IS NULL, ?, ?), updated_ms = ?"
        f" WHERE campaign = ? AND {_PENDING}",
        (reason, SkipReason.UNKNOWN, now_ms, campaign),
    )
    for run, cap_day, never_left, ambiguous, n in groups:
        told = SkipReason.UNKNOWN if ambiguous else reason
        books.move(conn, campaign, run, target=("skipped", told), n=n)
        if never_left:
            caps.give_back(conn, campaign, _scopes(run, cap_day), n)
    return sum(n for *_, n in groups)


def _close_what_is_over(conn: sqlite3.Connection, campaigns: Iterable[str], *, now_ms: int) -> None:
    """Close what came back from the wire into a campaign that ended meanwhile."""
    for campaign in campaigns:
        (state,) = conn.execute("SELECT state FROM campaign WHERE id = ?", (campaign,)).fetchone()
        if state in _OVER:
            cancel_open(conn, campaign, _OVER[state], now_ms=now_ms)


def open_count(conn: sqlite3.Connection, campaign: str) -> int:
    """Return how many messages are not yet in a final state."""
    row = conn.execute(
        f"SELECT count(*) FROM outbox WHERE campaign = ? AND {OPEN}", (campaign,)
    ).fetchone()
    return int(row[0])


def recover(conn: sqlite3.Connection, *, now_ms: int) -> int:
    """After a crash: what was in flight may have arrived, so it is ambiguous from then on."""
    campaigns = [row[0] for row in conn.execute("SELECT id FROM campaign").fetchall()]
    recovered = 0
    for campaign in campaigns:
        recovered += conn.execute(
            "UPDATE outbox SET state = 'pending', reason = 'in flight when the daemon ended',"
            " ambiguous_ms = coalesce(ambiguous_ms, updated_ms), due_ms = ?, updated_ms = ?"
            f" WHERE campaign = ? AND {OPEN} AND state = 'in_flight'",
            (now_ms, now_ms, campaign),
        ).rowcount
    _close_what_is_over(conn, campaigns, now_ms=now_ms)
    return recovered
