"""P5 and P27 in a stopped daemon's database: caps and books, added up from the rows anew."""

import sqlite3
from collections import Counter
from collections.abc import Iterator

_SKIPPED_BY_STATE = {
    "expired": "expired",
    "cancelled": "stopped",
    "dead": "dead",
    "unknown": "unknown",
}


def caps(conn: sqlite3.Connection) -> Iterator[str]:
    """P5: a cap holds, and its counter is the number of messages that hold a slot of it.

    A slot is given back only by what ended and certainly never was in flight, here or elsewhere.
    """
    held: Counter[tuple[str, str]] = Counter()
    for campaign, run, day, n in conn.execute(  # in one pass: no index leads to a campaign's rows
        "SELECT campaign, run, cap_day, count(*) FROM outbox WHERE state <> 'drawn'"
        " AND (attempts > 0 OR ambiguous_ms > 0"
        "  OR state NOT IN ('expired', 'cancelled', 'dead', 'unknown'))"
        " GROUP BY 1, 2, 3"
    ):
        for scope in ("total", f"run:{run}", f"day:{day}"):
            held[campaign, scope] += n
    for campaign, name, scope, lim, used in conn.execute(
        "SELECT c.id, c.name, k.scope, k.lim, k.used FROM cap k JOIN campaign c ON c.id = campaign"
    ):
        holds = held[campaign, scope]
        if used > lim or holds > lim:
            yield f"{name} has a cap of {lim} ({scope}), of which {max(used, holds)} are used."
        elif used != holds:
            yield f"{name}'s cap ({scope}) says {used} used, its messages say {holds}."


def books(conn: sqlite3.Connection) -> Iterator[str]:
    """P27: qualified = control + sent + skipped + pending, and all of it as the rows say."""
    told: Counter[tuple[str, ...]] = Counter()
    for campaign, run, bucket, reason, n in conn.execute(
        "SELECT campaign, run, bucket, reason, n FROM books"
    ):
        told[campaign, run, bucket, reason] += n
    found: Counter[tuple[str, ...]] = Counter()
    held = conn.execute(  # the safety check's: nobody of them has a row of their own
        "SELECT campaign, run, state, qualified FROM run"
        " WHERE safety_limit IS NOT NULL AND sample IS NULL AND state IN ('skipped', 'stopped')"
    )
    for campaign, run, state, n in held.fetchall():
        found[campaign, run, "skipped", "run_skipped" if state == "skipped" else "stopped"] += n
    rows = conn.execute(
        "SELECT campaign, run, state, reason, count(*) FROM outbox WHERE state <> 'drawn'"
        " GROUP BY 1, 2, 3, 4"
    )
    for campaign, run, state, reason, n in rows.fetchall():
        if state in {"pending", "in_flight"}:
            found[campaign, run, "pending", ""] += n
        elif state == "accepted":
            found[campaign, run, "sent", ""] += n
        else:
            found[campaign, run, "skipped", reason or _SKIPPED_BY_STATE[state]] += n
    drawing = {
        (row[0], row[1])
        for row in conn.execute("SELECT campaign, run FROM run WHERE state = 'drawing'")
    }
    rows = conn.execute(
        "SELECT campaign, run, bucket, reason, count(*) FROM decision GROUP BY 1, 2, 3, 4"
    )
    for campaign, run, bucket, reason, n in rows.fetchall():
        if (campaign, run) not in drawing:
            found[campaign, run, bucket, "" if bucket == "control" else reason] += n
    for (campaign, run, _bucket, _reason), n in list(found.items()):
        found[campaign, run, "qualified", ""] += n
    names = dict(conn.execute("SELECT id, name FROM campaign").fetchall())
    for key in sorted(told.keys() | found.keys()):
        if told[key] != found[key]:
            campaign, run, bucket, reason = key
            yield (
                f"The books of {names[campaign]} {run} say {told[key]} {bucket} {reason}".rstrip()
                + f", its rows say {found[key]}."
            )
