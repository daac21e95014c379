"""Exposures: since when each user of a campaign with a goal is watched, messaged or held back.

They are written in the transaction that makes them true: where Segment's answer is kept, where a
control user is decided, where a run becomes visible. A campaign without a goal has none.
"""

import sqlite3
from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct, structs

from domain.books import SkipReason
from domain.verdict import Control, Hold, Send
from store import allowance, caps
from store.allowance import Bounds, Wanted
from store.decisions import LIVE, Decision, LiveBatch
from store.rows import among

Arm: TypeAlias = Literal["target", "control"]
_OF_ARM = "SELECT 1 FROM exposure WHERE user = ? AND campaign = ? AND arm = ?"


class Exposure(Struct, frozen=True):
    """A message that a user got, or, in the control arm, would have got, at a moment."""

    user: str
    at_ms: int
    run: str
    occurrence: str
    arm: Arm
    variant: str = ""


def is_watched(conn: sqlite3.Connection, campaign: str) -> bool:
    """Tell whether the campaign has a goal."""
    found = conn.execute("SELECT 1 FROM goal WHERE campaign = ?", (campaign,)).fetchone()
    return found is not None


def add(conn: sqlite3.Connection, campaign: str, exposure: Exposure) -> None:
    """Keep an exposure, once, and count its user, once in each arm and variant."""
    e = exposure
    whose = (e.user, campaign, e.arm)
    (in_arm,) = conn.execute(f"SELECT EXISTS ({_OF_ARM})", whose).fetchone()
    (of_variant,) = conn.execute(
        f"SELECT EXISTS ({_OF_ARM} AND variant = ?)", (*whose, e.variant)
    ).fetchone()
    conn.execute(
        "INSERT INTO exposure (user, campaign, at_ms, run, occurrence, arm, variant)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (e.user, campaign, e.at_ms, e.run, e.occurrence, e.arm, e.variant),
    )
    if not in_arm:
        _count(conn, campaign, e.arm, "", 1)
    if e.variant and not of_variant:
        _count(conn, campaign, e.arm, e.variant, 1)


def add_target(conn: sqlite3.Connection, campaign: str, message_id: str, *, at_ms: int) -> None:
    """Keep that a message was accepted, if its campaign has a goal."""
    if not is_watched(conn, campaign):
        return
    user, run, occurrence, variant = conn.execute(
        "SELECT user, run, occurrence, variant FROM outbox WHERE message_id = ?", (message_id,)
    ).fetchone()
    add(conn, campaign, Exposure(user, at_ms, run, occurrence, "target", variant))


def compare_ms(
    conn: sqlite3.Connection,
    bounds: Bounds,
    wanted: Wanted,
    *,
    now_ms: int,
    cutoff_ms: int | None = None,
) -> int | None:
    """Return since when a control user would have had the message; None: never.

    The limits on one user hold for both arms: a user who is reached once would be watched once,
    and a control user who is watched at each trigger would seem to convert more often.
    """
    match wanted.verdict:
        case Control(otherwise=Send() | Hold() as otherwise):
            would = structs.replace(wanted, verdict=otherwise, spared=True)
        case _:
            return None
    placed = allowance.place(conn, bounds, would, now_ms=now_ms, cutoff_ms=cutoff_ms)
    if isinstance(placed, SkipReason) or (cutoff_ms is not None and placed.due_ms > cutoff_ms):
        return None
    return placed.due_ms


def compare(
    conn: sqlite3.Connection,
    batch: LiveBatch,
    decision: Decision,
    wanted: Wanted,
    now_ms: int,
) -> None:
    """Watch a control user like those who get the message, while there are messages to get."""
    if not is_watched(conn, batch.campaign):
        return
    since_ms = compare_ms(conn, batch.bounds, wanted, now_ms=now_ms)
    scopes = [caps.TOTAL, *([caps.day(decision.day)] if batch.per_day is not None else [])]
    if since_ms is None or any(caps.is_full(conn, batch.campaign, scope) for scope in scopes):
        return
    watched = Exposure(decision.user, since_ms, LIVE, decision.occurrence, "control")
    add(conn, batch.campaign, watched)


def add_control(conn: sqlite3.Connection, campaign: str, run: str) -> None:
    """Keep the control users of a run that has been drawn, those who can be compared."""
    chosen = (
        "FROM decision WHERE campaign = ? AND run = ? AND bucket = 'control'"
        " AND compare_ms IS NOT NULL"
    )
    (fresh,) = conn.execute(
        f"SELECT count(DISTINCT user) {chosen} AND NOT EXISTS (SELECT 1 FROM exposure"
        " WHERE exposure.user = decision.user AND exposure.campaign = decision.campaign"
        " AND arm = 'control')",
        (campaign, run),
    ).fetchone()
    conn.execute(
        "INSERT INTO exposure (user, campaign, at_ms, run, occurrence, arm)"
        f" SELECT user, campaign, compare_ms, run, occurrence, 'control' {chosen}"
        " ON CONFLICT DO NOTHING",
        (campaign, run),
    )
    if fresh:
        _count(conn, campaign, "control", "", fresh)


def latest_of(
    conn: sqlite3.Connection, users: tuple[str, ...], campaign: str, *, upto_ms: int, but_of: str
) -> list[Exposure]:
    """Return a person's latest exposure in a campaign up to a moment, under each of these ids.

    Not the one of the occurrence `but_of`. A robot may have any number of them, and has one read.
    """
    return [
        Exposure(*row)
        for user in users
        for row in conn.execute(
            "SELECT user, at_ms, run, occurrence, arm, variant FROM exposure"
            " WHERE user = ? AND campaign = ? AND at_ms <= ? AND occurrence <> ?"
            " ORDER BY at_ms DESC, run, occurrence LIMIT 1",
            (user, campaign, upto_ms, but_of),
        ).fetchall()
    ]


def between(conn: sqlite3.Connection, users: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return for each campaign that a person was exposed to, when that was first and last."""
    found: dict[str, tuple[int, int]] = {}
    for campaign, first, last in among(conn, _BETWEEN, users):
        held = found.get(campaign, (first, last))
        found[campaign] = min(held[0], first), max(held[1], last)
    return found


def users_of(conn: sqlite3.Connection, campaign: str) -> dict[tuple[Arm, str], int]:
    """Return how many users each arm has, by arm and variant; the variant "" is all of them."""
    rows = conn.execute("SELECT arm, variant, users FROM arm WHERE campaign = ?", (campaign,))
    return {(arm, variant): users for arm, variant, users in rows.fetchall()}


def _count(conn: sqlite3.Connection, campaign: str, arm: Arm, variant: str, n: int) -> None:
    conn.execute(
        "INSERT INTO arm (campaign, arm, variant, users) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (campaign, arm, variant) DO UPDATE SET users = users + excluded.users",
        (campaign, arm, variant, n),
    )


_BETWEEN = (
    "SELECT campaign, min(at_ms), max(at_ms) FROM exposure WHERE user IN ({keys})"
    " GROUP BY user, campaign"
)
