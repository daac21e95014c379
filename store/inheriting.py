"""What becomes of the messages of an id that turns out to be a person's known by another.

What waits goes to the person, whom a run sends one message: of two the one that may be on its way
counts, and the other ends as `merged`. What was sent or decided stays under the id of its time.
"""

import sqlite3

from domain.books import SkipReason
from domain.control import Controls, group_of
from domain.facts import User
from store import campaigns, day_caps, outbox, users
from store.outbox import COLUMNS, Ending, Row

_MAY_GO = frozenset({"pending", "in_flight", "accepted", "unknown"})


def inherit(
    conn: sqlite3.Connection, old: str, user: str, *, controls: Controls, now_ms: int
) -> None:
    """Hand over the open messages of the old id, and close those that the person has already.

    `controls` are the operator's groups: who is in one as a person gets nothing under any id.
    """
    person = users.get(conn, (user,))[user]
    for row in _rows(conn, old, "state = 'drawn'"):
        _undraw(conn, row, now_ms=now_ms)
    # Both sides are read before anything moves, or a message would be its own twin.
    theirs = _rows(conn, old, "state <> 'drawn'")
    mine = {_place(row): row for row in _rows(conn, user, "state <> 'drawn'")}
    conn.execute(
        "UPDATE outbox SET user = ?"
        " WHERE user = ? AND state IN ('pending', 'in_flight', 'dead', 'unknown')",
        (user, old),
    )
    endings = []
    for row in theirs:
        twin = mine.get(_place(row))
        if _is_untried(row) and (
            (twin is not None and twin.state in _MAY_GO) or _is_control(conn, row, person, controls)
        ):
            endings.append(row)
        elif twin is not None and _is_untried(twin) and row.state in _MAY_GO:
            endings.append(twin)
    reason = SkipReason.MERGED
    outbox.end(conn, [Ending(row, "cancelled", reason) for row in endings], now_ms=now_ms)


def _undraw(conn: sqlite3.Connection, row: Row, *, now_ms: int) -> None:
    """Take a recipient out of a run that is still being drawn: the person may be drawn as well."""
    day_caps.give_back_drawn(conn, row.campaign, row.run, row.message_id)
    conn.execute("DELETE FROM outbox WHERE message_id = ?", (row.message_id,))
    conn.execute(
        "INSERT INTO decision (campaign, run, user, occurrence, bucket, reason, at_ms)"
        " VALUES (?, ?, ?, ?, 'skipped', ?, ?) ON CONFLICT DO NOTHING",
        (row.campaign, row.run, row.user, row.occurrence, SkipReason.MERGED, now_ms),
    )


def _rows(conn: sqlite3.Connection, user: str, states: str) -> list[Row]:
    found = conn.execute(
        f"SELECT {COLUMNS} FROM outbox INDEXED BY outbox_of_user WHERE user = ? AND {states}",
        (user,),
    )
    return [Row(*row) for row in found.fetchall()]


def _place(row: Row) -> tuple[str, str, str]:
    """Return what a person gets one message for: two events are two, a run is one."""
    return row.campaign, row.run, row.occurrence


def _is_untried(row: Row) -> bool:
    return row.state == "pending" and row.attempts == 0


def _is_control(conn: sqlite3.Connection, row: Row, person: User, controls: Controls) -> bool:
    definition = campaigns.revision_of(conn, row.campaign, row.revision).definition
    return group_of(row.campaign, definition, person, controls) is not None
