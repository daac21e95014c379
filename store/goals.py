"""The goals of published campaigns: which events are waited for, and up to where they were asked.

One cursor serves all campaigns: an event is credited to what went before it, so a campaign that
is published later has nothing to gain from earlier events.
"""

import sqlite3

import msgspec
from msgspec import Struct

from domain.campaign import Campaign
from domain.goal import LATE_MS_MAX, MINUTE_MS, WINDOW_MINUTES_MAX, Goal

BACK_MS_MAX = WINDOW_MINUTES_MAX * MINUTE_MS + LATE_MS_MAX
"""No event that comes in so long after a campaign's end can convert anything of it."""


class Wanted(Struct, frozen=True):
    """A goal of a published campaign."""

    campaign: str
    goal: Goal


def keep(conn: sqlite3.Connection, campaign: str, definition: Campaign, *, now_ms: int) -> None:
    """Note the goal of what is published; once the campaign has started it stays what it is."""
    (started,) = conn.execute("SELECT started FROM campaign WHERE id = ?", (campaign,)).fetchone()
    if started:
        return
    conn.execute("DELETE FROM goal WHERE campaign = ?", (campaign,))
    if definition.goal is None:
        return
    if not open_ones(conn, now_ms=now_ms):  # nobody had an interest in what came until now
        conn.execute(
            "INSERT INTO reckoned (one, seq) SELECT 1, coalesce(max(seq), 0) FROM log WHERE true"
            " ON CONFLICT (one) DO UPDATE SET seq = excluded.seq"
        )
    conn.execute(
        "INSERT INTO goal (campaign, event, goal) VALUES (?, ?, ?)",
        (campaign, definition.goal.event, msgspec.json.encode(definition.goal)),
    )


def open_ones(conn: sqlite3.Connection, *, now_ms: int) -> tuple[Wanted, ...]:
    """Return every goal that can still be reached, in a fixed order."""
    rows = conn.execute(
        "SELECT goal.campaign, goal FROM goal JOIN campaign ON campaign.id = goal.campaign"
        " WHERE NOT (state IN ('stopped', 'completed') AND updated_ms < ?)"
        " ORDER BY goal.campaign",
        (now_ms - BACK_MS_MAX,),
    )
    return tuple(Wanted(campaign, _GOAL.decode(goal)) for campaign, goal in rows.fetchall())


def of_campaign(conn: sqlite3.Connection, campaign: str) -> Goal | None:
    """Return the goal that a published campaign has for ever."""
    row = conn.execute("SELECT goal FROM goal WHERE campaign = ?", (campaign,)).fetchone()
    return None if row is None else _GOAL.decode(row[0])


def cursor(conn: sqlite3.Connection) -> int | None:
    """Return up to where events were considered; None while no campaign ever had a goal."""
    row = conn.execute("SELECT seq FROM reckoned").fetchone()
    return None if row is None else int(row[0])


def reconsider(conn: sqlite3.Connection, user: str) -> None:
    """Have a person's events considered anew: they are known by another id since."""
    if cursor(conn) is not None:
        conn.execute("INSERT INTO reckon_again (user) VALUES (?) ON CONFLICT DO NOTHING", (user,))


_GOAL = msgspec.json.Decoder(Goal)
