"""P28 and the books of variants in a stopped daemon's database, counted anew from its rows."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import msgspec

SHOWN_MAX = 3
MINUTE_MS = 60_000


def all_of_them(conn: sqlite3.Connection) -> Iterator[str]:
    """Ask every question of this module, once there is a schema with goals."""
    if conn.execute("SELECT 1 FROM sqlite_schema WHERE name = 'goal'").fetchone():
        for judge in (exposed, converted, variants):
            yield from judge(conn)


def exposed(conn: sqlite3.Connection) -> Iterator[str]:
    """Whoever got a message is watched, and whoever got none by chance; each counts once.

    That holds where chance alone keeps messages back: without caps, do-not-disturb and pauses. A
    control user is watched for as many triggers as the limits on one user would have let go.
    """
    target = (
        "SELECT user, campaign, run, occurrence, variant FROM outbox"
        " WHERE state = 'accepted' AND user NOT GLOB 'erased:*' AND campaign IN"
        " (SELECT campaign FROM goal)"
    )
    control = (
        "SELECT {who}, campaign{more} FROM decision WHERE bucket = 'control' AND campaign IN"
        " (SELECT campaign FROM goal)"
    )
    watched = "SELECT {who}, campaign{more} FROM exposure WHERE arm = '{arm}'"
    person = "coalesce((SELECT i.user FROM identity i WHERE i.old = user), user)"
    place, whole = ", run, occurrence", ", run, occurrence, variant"
    messaged = watched.format(who="user", more=whole, arm="target")
    persons = watched.format(who=person, more="", arm="control")
    spared = watched.format(who="user", more=place, arm="control")
    for arm, told, minus in (
        ("target", "not watched", (target, messaged)),
        ("target", "watched for nothing", (messaged, target)),
        ("control", "not watched", (control.format(who=person, more=""), persons)),
        ("control", "watched for nothing", (spared, control.format(who="user", more=place))),
    ):
        if found := conn.execute(" EXCEPT ".join(minus)).fetchall():
            yield f"{len(found):,} users ({arm}) are {told}: {found[:SHOWN_MAX]}."
    often = (
        "SELECT e.user, e.campaign, count(*) AS n,"
        " json_extract(CAST(definition AS TEXT), '$.limits.per_user_max') AS most"
        " FROM exposure e JOIN campaign ON id = e.campaign"
        " JOIN revision r ON r.campaign = e.campaign AND r.number = published"
        " WHERE arm = 'control' GROUP BY 1, 2 HAVING n > most"
    )
    if found := conn.execute(often).fetchall():
        yield f"{len(found):,} users (control) are watched too often: {found[:SHOWN_MAX]}."
    counted = (
        "SELECT campaign, arm, '', count(DISTINCT user) FROM exposure GROUP BY 1, 2"
        " UNION SELECT campaign, arm, variant, count(DISTINCT user) FROM exposure"
        " WHERE variant <> '' GROUP BY 1, 2, 3"
    )
    told = "SELECT campaign, arm, variant, users FROM arm WHERE users > 0"
    if found := conn.execute(f"SELECT * FROM ({counted}) EXCEPT {told}").fetchall():
        yield f"{len(found):,} arms do not say how many users they have: {found[:SHOWN_MAX]}."


def converted(conn: sqlite3.Connection) -> Iterator[str]:
    """Of the events that were asked, those convert that lie in a window; each counts once."""
    row = conn.execute("SELECT seq FROM reckoned").fetchone()
    if row is None:
        return
    for campaign, event, goal in conn.execute("SELECT campaign, event, goal FROM goal").fetchall():
        window_ms = msgspec.json.decode(goal).get("window_minutes", 24 * 60) * MINUTE_MS
        found: list[Any] = conn.execute(
            "SELECT seq FROM log l WHERE kind = 'event' AND name = ? AND seq <= ? AND EXISTS"
            " (SELECT 1 FROM exposure e WHERE e.user = l.user AND e.campaign = ?"
            "  AND e.occurrence <> l.source_id"
            "  AND min(l.time_ms, l.received_ms) >= e.at_ms"
            "  AND min(l.time_ms, l.received_ms) < e.at_ms + ?)",
            (event, row[0], campaign, window_ms),
        ).fetchall()
        due = {seq for (seq,) in found}
        rows = conn.execute("SELECT event_seq FROM conversion WHERE campaign = ?", (campaign,))
        counted = {seq for (seq,) in rows}
        if wrong := sorted(due ^ counted):
            yield f"{len(wrong):,} events of goals are miscounted: {wrong[:SHOWN_MAX]}."


def variants(conn: sqlite3.Connection) -> Iterator[str]:
    """What the books of variants say is what the messages say."""
    counted = (
        "SELECT campaign, run, variant, CASE WHEN state IN ('pending', 'in_flight') THEN 'pending'"
        " WHEN state = 'accepted' THEN 'sent' ELSE 'skipped' END, count(*) FROM outbox"
        " WHERE variant <> '' AND state <> 'drawn' GROUP BY 1, 2, 3, 4"
    )
    told = "SELECT campaign, run, variant, bucket, n FROM variant_books WHERE n > 0"
    for one, other in ((counted, told), (told, counted)):
        if found := conn.execute(
            f"SELECT * FROM ({one}) EXCEPT SELECT * FROM ({other})"
        ).fetchall():
            yield f"{len(found):,} books of variants are wrong: {found[:SHOWN_MAX]}."
