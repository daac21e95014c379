"""Tests of variants are judged for good when their wait is over: written down, audited and told.

The actor of a campaign does it where users wait for the winner; the reckoner, who counts what
converts, does it for all the others: their campaign is over, or everybody was in the test.
"""

import sqlite3

from domain.finding import told
from store import acts, announcements, findings, variants
from store.variants import Trial

SETTLED_MAX = 100
"""So many are judged in one transaction."""


def settle(
    conn: sqlite3.Connection, campaign: str, trial: Trial, *, rest: bool, key: bytes, now_ms: int
) -> bool:
    """Judge a test whose wait is over, by what is known in this very transaction, and tell it.

    `rest`: others get its winner. False: it was judged before, or is no test any more.
    """
    found = findings.of_trial(conn, campaign, trial, at_ms=now_ms, rest=rest)
    best = "" if found is None else found.best
    decided = variants.decide(conn, campaign, trial.run, best, finding=found, now_ms=now_ms)
    if found is None or not decided:
        return False
    detail = f"{trial.run}: {best}" + ("" if found.won else f" ({found.result})")
    acts.record(
        conn,
        who=acts.ENGINE,
        action="choose_variant",
        campaign=campaign,
        detail=detail,
        key=key,
        now_ms=now_ms,
    )
    announcements.add(conn, "card", campaign, now_ms=now_ms)
    body = findings.named(trial.run, told(found))
    announcements.add(conn, "reply", campaign, body=body, now_ms=now_ms)
    return True


def settle_ripe(conn: sqlite3.Connection, *, until_ms: int, key: bytes, now_ms: int) -> int:
    """Judge the tests for whose winner nobody waits and whose wait was over by `until_ms`.

    Return how many that were. Run again, it finds nothing more.
    """
    rows = conn.execute(
        "SELECT test.campaign, test.run FROM variant_test AS test INDEXED BY variant_test_open"
        " JOIN campaign ON campaign.id = test.campaign"
        " WHERE test.decided_ms IS NULL AND test.decide_ms <= ?"
        " AND (campaign.state IN ('stopped', 'completed') OR EXISTS (SELECT 1 FROM run"
        " WHERE run.campaign = test.campaign AND run.run = test.run"
        " AND run.state NOT IN ('drawing', 'blocked', 'sending')))"
        " ORDER BY test.decide_ms LIMIT ?",
        (until_ms, SETTLED_MAX),
    ).fetchall()
    for campaign, run in rows:
        trial = variants.find_test(conn, campaign, run)
        assert trial is not None, "it has just been read"
        settle(conn, campaign, trial, rest=False, key=key, now_ms=now_ms)
    return len(rows)


def next_ms(conn: sqlite3.Connection, *, after_ms: int) -> int | None:
    """Return when the wait of the next test is over that is not judged; None: of none it is."""
    (found,) = conn.execute(
        "SELECT min(decide_ms) FROM variant_test INDEXED BY variant_test_open"
        " WHERE decided_ms IS NULL AND decide_ms > ?",
        (after_ms,),
    ).fetchone()
    return None if found is None else int(found)
