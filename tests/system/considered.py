"""What live campaigns made of the events, in a database that a daemon has left behind.

By plain SQL: each event was decided about once (P10); of campaigns that wait, a message has its
moment behind it (P12), and is for nobody who answered (P13).
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

SHOWN_MAX = 3
"""How many examples a sentence names."""
GRACE_MS = 30_000
MINUTE_MS = 60_000


class Wait(Struct, frozen=True):
    """How long a campaign waits after its event, and for which event; "": for none."""

    minutes: int
    answer: str = ""

    @property
    def moment_ms(self) -> int:
        """How long after the event a message may be promised."""
        return self.minutes * MINUTE_MS + (GRACE_MS if self.answer else 0)


def decided_once(
    conn: sqlite3.Connection, triggers: Mapping[str, str], waits: Mapping[str, Wait], *, after: int
) -> Iterator[str]:
    """Yield the campaigns that decided about an event not once, or twice.

    Events up to `after` may have been decided in a database that is lost. Of one that was answered,
    or whose place another took, nothing needs to be left.
    """
    for name, event in triggers.items():
        rows = conn.execute(
            "SELECT l.source_id, l.seq,"
            " (SELECT count(*) FROM outbox o WHERE o.user = l.user AND o.campaign = c.id"
            "  AND o.occurrence = l.source_id)"
            " + (SELECT count(*) FROM decision d WHERE d.campaign = c.id AND d.run = 'live'"
            "  AND d.user = l.user AND d.occurrence = l.source_id)"
            " + (SELECT count(*) FROM poison p WHERE p.campaign = c.id AND p.event_seq = l.seq)"
            " + (SELECT count(*) FROM timer t WHERE t.user = l.user AND t.campaign = c.id"
            "  AND t.state = 'armed' AND t.event_seq = l.seq)"
            " FROM campaign c JOIN cursor k ON k.campaign = c.id AND k.revision = c.published"
            " JOIN log l ON l.kind = 'event' AND l.name = ? AND l.seq <= k.seq WHERE c.name = ?",
            (event, name),
        ).fetchall()
        is_left = name not in waits or not waits[name].answer
        once = [(source, n) for source, seq, n in rows if n or (is_left and seq > after)]
        often = [f"{source} {n} times" for source, n in once if n != 1]
        if often:
            yield f"{len(often):,} events were not decided once for {name}: {some(often)}."


def wrong(conn: sqlite3.Connection, waits: Mapping[str, Wait]) -> Iterator[str]:
    """Yield what went too early, or although its user had answered in time."""
    for name, wait in waits.items():
        early = conn.execute(
            "SELECT o.message_id FROM campaign c JOIN outbox o ON o.campaign = c.id"
            " JOIN log l ON l.source_id = o.occurrence"
            " WHERE c.name = ? AND o.admitted_ms < l.time_ms + ?",
            (name, wait.moment_ms),
        ).fetchall()
        if early:
            yield f"{len(early):,} messages of {name} were promised too early: {some(early)}."
        if not wait.answer:
            continue
        answered = conn.execute(
            "SELECT o.message_id FROM campaign c JOIN outbox o ON o.campaign = c.id"
            " JOIN log l ON l.source_id = o.occurrence"
            " WHERE c.name = :name AND EXISTS (SELECT 1 FROM log a WHERE a.kind = 'event'"
            "  AND a.user = l.user AND a.name = :answer AND a.seq <> l.seq"
            "  AND a.time_ms BETWEEN l.time_ms AND l.time_ms + :within"
            "  AND a.received_ms < l.time_ms + :moment)",
            {
                "name": name,
                "answer": wait.answer,
                "within": wait.minutes * MINUTE_MS,
                "moment": wait.moment_ms,
            },
        ).fetchall()
        if answered:
            yield f"{len(answered):,} users of {name} had answered in time: {some(answered)}."


def waiting(conn: sqlite3.Connection, waits: Mapping[str, Wait]) -> Iterator[str]:
    """Yield what waits still, of campaigns that go on, although all has come to rest."""
    for name in waits:
        (n,) = conn.execute(
            "SELECT count(*) FROM timer JOIN campaign c ON c.id = timer.campaign"
            " WHERE c.name = ? AND c.state = 'running' AND timer.state = 'armed'",
            (name,),
        ).fetchone()
        if n:
            yield f"{n:,} users of {name} wait still."


def some(values: Sequence[Any]) -> str:
    """Name a few of these; of rows, their first columns."""
    shown = ", ".join(
        str(each[0] if isinstance(each, tuple) else each) for each in values[:SHOWN_MAX]
    )
    return f"{shown} ..." if len(values) > SHOWN_MAX else shown
