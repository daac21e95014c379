"""Amendments: what a campaign that runs is to say from its next run on, while people are asked.

An amendment is the latest revision of its campaign. What is published goes on until it is approved.
"""

import sqlite3


def ask(conn: sqlite3.Connection, campaign_id: str, number: int, *, now_ms: int) -> None:
    """Let people be asked about this revision, the campaign's latest."""
    conn.execute(
        "UPDATE campaign SET amendment = ?, updated_ms = ? WHERE id = ?",
        (number, now_ms, campaign_id),
    )


def end(conn: sqlite3.Connection, campaign_id: str, *, now_ms: int) -> bool:
    """Ask no more: what is published is the campaign's latest revision. False: none was asked."""
    done = conn.execute(
        "UPDATE campaign SET amendment = NULL, revision = published, updated_ms = ?"
        " WHERE id = ? AND amendment IS NOT NULL",
        (now_ms, campaign_id),
    )
    return done.rowcount > 0


def hand_on_cursor(conn: sqlite3.Connection, campaign: str, before: int, after: int) -> None:
    """Let a revision of a live campaign go on in the log where the one before it stopped."""
    conn.execute(
        "INSERT INTO cursor (campaign, revision, seq, dropped)"
        " SELECT campaign, ?, seq, dropped FROM cursor WHERE campaign = ? AND revision = ?",
        (after, campaign, before),
    )
