"""Reckoning: the events that convert are credited, each once, in one pass over the log.

The log is read a little late, so that an answer of Segment's that is still on its way to the disk
is there before the event that follows it.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from domain.campaign import Trigger
from domain.facts import Event
from domain.goal import Goal, counts_as_of_ms, credited, revenue_micros
from domain.matching import compile_trigger
from store import exposures, goals, identities, log
from store.goals import Wanted
from store.log import Unreadable

LAG_MS = 5_000
"""How long after it came in an event is considered: any answer before it is durable by then."""


class Reckoned(Struct, frozen=True):
    """How a pass went: whether more is ripe, when the next is, and which events broke the test.

    `broken` has the place in the log and the kind of the error.
    """

    more: bool
    next_ms: int | None = None
    broken: tuple[tuple[int, str], ...] = ()


def reckon(conn: sqlite3.Connection, *, now_ms: int, limit: int) -> Reckoned:
    """Credit the next events, at most `limit`, and move the cursor, in the caller's transaction.

    An event that cannot be read converts nothing. Run again, it goes on where it stopped.
    """
    after = goals.cursor(conn)
    if after is None:
        return Reckoned(more=False)
    wanted = _by_event(goals.open_ones(conn, now_ms=now_ms))
    upto = log.last_seq(conn)
    page = log.events_after(conn, wanted, after=after, upto=upto, limit=limit)
    full = len(page) == limit
    ripe, next_ms = _ripe(page, now_ms=now_ms)
    broken = _credit_all(conn, wanted, ripe)
    everything = next_ms is None and not full
    reached = upto if everything else max((one.seq for one in ripe), default=after)
    conn.execute("UPDATE reckoned SET seq = ? WHERE seq = ?", (reached, after))
    sql = "SELECT user FROM reckon_again ORDER BY user LIMIT ?"
    people = conn.execute(sql, (limit,)).fetchall()
    for (user,) in people:
        found = _history(conn, identities.canonical(conn, user), wanted, reached)
        broken += _credit_all(conn, wanted, found)
        conn.execute("DELETE FROM reckon_again WHERE user = ?", (user,))
    more = (full and next_ms is None) or len(people) == limit
    return Reckoned(more=more, next_ms=next_ms, broken=tuple(broken))


def _by_event(goals: Iterable[Wanted]) -> dict[str, list[Wanted]]:
    found: dict[str, list[Wanted]] = {}
    for one in goals:
        found.setdefault(one.goal.event, []).append(one)
    return found


def _ripe(
    page: Sequence[Event | Unreadable], *, now_ms: int
) -> tuple[list[Event | Unreadable], int | None]:
    """Return what came in long enough ago, up to the first that did not, and when that will be.

    What came in later than now, by a clock that was wrong, is old all the same.
    """
    for n, one in enumerate(page):
        received_ms = one.received_ms if isinstance(one, Event) else 0
        if now_ms - LAG_MS < received_ms <= now_ms:
            return list(page[:n]), received_ms + LAG_MS
    return list(page), None


def _credit_all(
    conn: sqlite3.Connection,
    wanted: Mapping[str, Sequence[Wanted]],
    page: Sequence[Event | Unreadable],
) -> list[tuple[int, str]]:
    """Credit every event that can be asked; return those that cannot, with the kind of error."""
    broken = []
    for event in page:
        if not isinstance(event, Event):
            continue
        try:
            reached = [one for one in wanted[event.name] if _test(one.goal)(event)]
        except Exception as error:  # noqa: BLE001 - one event must not keep all others waiting
            broken.append((event.seq, type(error).__name__))
            continue
        if reached:
            _credit(conn, reached, event)
    return broken


def _credit(conn: sqlite3.Connection, reached: Sequence[Wanted], event: Event) -> None:
    ids = identities.ids_of(conn, event.user)
    happened_ms = counts_as_of_ms(event.time_ms, event.received_ms)
    for one in reached:
        # What triggered a message came before it, even by a clock that was set back in between.
        latest = exposures.latest_of(
            conn, ids, one.campaign, upto_ms=happened_ms, but_of=event.source_id
        )
        exposure = credited(
            latest,
            time_ms=event.time_ms,
            received_ms=event.received_ms,
            window_ms=one.goal.window_ms,
        )
        if exposure is None:
            continue
        conn.execute(
            "INSERT OR REPLACE INTO conversion (campaign, event_seq, user, exposed_ms, run,"
            " occurrence, arm, variant, happened_ms, revenue)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                one.campaign,
                event.seq,
                exposure.user,
                exposure.at_ms,
                exposure.run,
                exposure.occurrence,
                exposure.arm,
                exposure.variant,
                happened_ms,
                revenue_micros(one.goal, event.properties),
            ),
        )


def _history(
    conn: sqlite3.Connection, user: str, wanted: Mapping[str, Sequence[Wanted]], upto: int
) -> list[Event]:
    """Return the user's events that a window of theirs may hold: a robot's others stay unread.

    This is done in a transaction for which others wait.
    """
    exposed = exposures.between(conn, identities.ids_of(conn, user))
    seqs: list[int] = []
    for name, goals_of_name in wanted.items():
        spans = [
            (exposed[one.campaign][0], exposed[one.campaign][1] + one.goal.window_ms)
            for one in goals_of_name
            if one.campaign in exposed
        ]
        if not spans:
            continue
        # What is counted as of when it came in lies ahead of that.
        rows = conn.execute(
            "SELECT seq FROM log INDEXED BY log_of_user WHERE kind = 'event' AND user = ?"
            " AND name = ? AND seq <= ? AND time_ms >= ? AND min(time_ms, received_ms) < ?",
            (user, name, upto, min(spans)[0], max(until for _, until in spans)),
        )
        seqs += [seq for (seq,) in rows.fetchall()]
    return [event for event in log.events_at(conn, seqs) if isinstance(event, Event)]


@lru_cache(maxsize=1_024)
def _test(goal: Goal) -> Callable[[Event], bool]:
    return compile_trigger(Trigger(goal.event, goal.where))
