"""A test of variants of a run waits for its own messages: what nobody got nobody can answer.

Do-not-disturb, a throttle or an outage may keep them back until after the test would be over. Then
the winner was the first variant, by a tie of nothing.
"""

import sqlite3

from msgspec import Struct

from store import announcements, delivered, variants
from store.outbox_row import OPEN, PENDING

LATE_MS_MIN = 60_000
"""So much later than the draw the last message of a test may go without putting its end off."""


class PutOff(Struct, frozen=True):
    """The end of a test is moved from `was_ms` to `until_ms`."""

    run: str
    was_ms: int
    until_ms: int


def late(
    conn: sqlite3.Connection, campaign: str, run: str, *, wait_ms: int, now_ms: int
) -> PutOff | None:
    """Return until when a test that is over waits for its own messages; None: it does not.

    It is over `wait_ms` after the last of them was accepted. Those that are still open are taken to
    go when they are due; if they do not, it is put off again.
    """
    trial = variants.find_test(conn, campaign, run)
    if trial is None or trial.decided_ms is not None or trial.decide_ms > now_ms:
        return None
    (due_ms,) = conn.execute(
        f"SELECT max(due_ms) FROM outbox WHERE campaign = ? AND {OPEN} AND run = ?"
        " AND variant <> ''",
        (campaign, run),
    ).fetchone()
    # Nothing else of the campaign goes while its run is tested.
    last_ms = delivered.last_ms(conn, campaign) if due_ms is None else max(due_ms, now_ms)
    if last_ms is None or last_ms + wait_ms < trial.decide_ms + LATE_MS_MIN:
        return None
    until_ms = last_ms + wait_ms
    return PutOff(run, trial.decide_ms, until_ms) if until_ms > now_ms else None


def put_off(conn: sqlite3.Connection, campaign: str, late: PutOff, *, now_ms: int) -> bool:
    """Move the end of a test, and with it what waits for the winner; False: it was moved before."""
    moved = conn.execute(
        "UPDATE variant_test SET decide_ms = ?"
        " WHERE campaign = ? AND run = ? AND decide_ms = ? AND decided_ms IS NULL",
        (late.until_ms, campaign, late.run, late.was_ms),
    ).rowcount
    if not moved:
        return False
    conn.execute(
        "UPDATE outbox SET due_ms = ?1, expires_ms = expires_ms + (?1 - fell_due_ms),"
        f" fell_due_ms = ?1 WHERE campaign = ?2 AND {PENDING} AND run = ?3 AND variant = ''"
        " AND fell_due_ms < ?1",
        (late.until_ms, campaign, late.run),
    )
    announcements.add(conn, "card", campaign, now_ms=now_ms)
    return True
