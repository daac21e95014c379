"""Rehearsals that a review asked for: which still wait, and what came of the others.

A campaign has one, of the revision that was submitted last. What it holds names no user, so an
erasure has nothing to look for in it.
"""

import sqlite3

from msgspec import Struct

from store import announcements

_LOOKED_AT = ("in_review", "approved")
"""In these states somebody has still to decide by it."""


class Asked(Struct, frozen=True):
    """A rehearsal that waits, of one revision."""

    campaign: str
    revision: int


class Kept(Struct, frozen=True):
    """A rehearsal of a revision; `answer` is its JSON, and None until it is over."""

    revision: int
    asked_ms: int
    done_ms: int | None
    answer: bytes | None


def ask(conn: sqlite3.Connection, campaign: str, revision: int, *, now_ms: int) -> None:
    """Ask for the rehearsal of a revision; of an earlier one nobody wants to know any more."""
    conn.execute(
        "INSERT OR REPLACE INTO rehearsal (campaign, revision, asked_ms) VALUES (?, ?, ?)",
        (campaign, revision, now_ms),
    )


def next_one(conn: sqlite3.Connection) -> Asked | None:
    """Return the rehearsal that has waited longest, of what is still in review or approved."""
    row = conn.execute(
        "SELECT r.campaign, r.revision FROM rehearsal r INDEXED BY rehearsal_open"
        " JOIN campaign c ON c.id = r.campaign AND c.revision = r.revision"
        " WHERE r.done_ms IS NULL AND c.state IN (?, ?) ORDER BY r.asked_ms, r.campaign LIMIT 1",
        _LOOKED_AT,
    ).fetchone()
    return None if row is None else Asked(*row)


def finish(conn: sqlite3.Connection, one: Asked, answer: bytes, *, now_ms: int) -> bool:
    """Keep what came of it, and have Slack told: in the thread, and on the card.

    False: another revision was submitted meanwhile, or it was kept before.
    """
    kept = conn.execute(
        "UPDATE rehearsal SET done_ms = ?, answer = ?"
        " WHERE campaign = ? AND revision = ? AND done_ms IS NULL",
        (now_ms, answer, one.campaign, one.revision),
    ).rowcount
    if not kept:
        return False
    announcements.add(conn, "card", one.campaign, now_ms=now_ms)
    announcements.add(conn, "rehearsal", one.campaign, now_ms=now_ms)
    return True


def of_campaign(conn: sqlite3.Connection, campaign: str, revision: int) -> Kept | None:
    """Return the rehearsal of a revision, or None: nobody asked for one."""
    row = conn.execute(
        "SELECT revision, asked_ms, done_ms, answer FROM rehearsal"
        " WHERE campaign = ? AND revision = ?",
        (campaign, revision),
    ).fetchone()
    return None if row is None else Kept(*row)
