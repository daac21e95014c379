"""A test of variants waits for its own messages: what nobody got nobody can answer.

Do-not-disturb, a throttle or an outage may keep them back until after the test would be over. Then
the winner was the first variant, by a tie of nothing.
"""

import sqlite3
from itertools import accumulate

from msgspec import Struct

from domain.variants import AbTest
from store import announcements, delivered, exposures, variants
from store.decisions import LIVE
from store.outbox_row import OPEN, PENDING

LATE_MS_MIN = 60_000
"""So much later than a test had its users the last message may go without putting its end off."""
MINUTE_MS = 60_000


class PutOff(Struct, frozen=True):
    """The end of a test is moved from `was_ms` to `until_ms`."""

    run: str
    was_ms: int
    until_ms: int


def late(
    conn: sqlite3.Connection, campaign: str, run: str, *, test: AbTest, now_ms: int
) -> PutOff | None:
    """Return until when a test that is over waits for its own messages; None: it does not.

    It is over `wait_minutes` after they were accepted: all of a run's, and of a live campaign as
    many as the test has users. What is open is taken to go when it is due; if not, it waits again.
    """
    trial = variants.find_test(conn, campaign, run)
    if trial is None or trial.decided_ms is not None or trial.decide_ms > now_ms:
        return None
    had_ms = _live_ms(conn, campaign, test) if run == LIVE else _run_ms(conn, campaign, run)
    if had_ms is None:
        had_ms = _due_ms(conn, campaign, run, now_ms=now_ms)
    if had_ms is None:
        return None  # nobody got it, and nobody will
    until_ms = had_ms + test.wait_minutes * MINUTE_MS
    if until_ms < trial.decide_ms + LATE_MS_MIN:
        return None
    return PutOff(run, trial.decide_ms, until_ms) if until_ms > now_ms else None


def _run_ms(conn: sqlite3.Connection, campaign: str, run: str) -> int | None:
    """Return when the last message of a run's test was accepted; None: some are open, or none was.

    Nothing else of the campaign goes while its run is tested.
    """
    (is_open,) = conn.execute(f"SELECT EXISTS (SELECT 1 {_OPEN})", (campaign, run)).fetchone()
    return None if is_open else delivered.last_ms(conn, campaign)


def _live_ms(conn: sqlite3.Connection, campaign: str, test: AbTest) -> int | None:
    """Return when as many users got a live test's messages as it has, to the quarter of an hour.

    None: fewer did until now.
    """
    wanted = test.test_users or 0
    users = exposures.users_of(conn, campaign)
    if sum(n for (arm, variant), n in users.items() if arm == "target" and variant) < wanted:
        return None
    every = delivered.of_campaign(conn, campaign)
    sums = accumulate(each.n for each in every)
    return next((one.from_ms for one, n in zip(every, sums, strict=True) if n >= wanted), None)


def _due_ms(conn: sqlite3.Connection, campaign: str, run: str, *, now_ms: int) -> int | None:
    """Return when the open messages of the test go: of a run the last, of a live one the next."""
    which = "min" if run == LIVE else "max"
    (due_ms,) = conn.execute(f"SELECT {which}(due_ms) {_OPEN}", (campaign, run)).fetchone()
    return None if due_ms is None else max(due_ms, now_ms)


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


_OPEN = f"FROM outbox WHERE campaign = ? AND {OPEN} AND run = ? AND variant <> ''"
