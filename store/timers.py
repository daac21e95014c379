"""Timers as rows: armed and cleared in the transaction that moves the cursor, read when due.

Memory holds none of them; whoever fires some asks the log once more, in the same transaction.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import assert_never

from msgspec import Struct, structs

from domain.facts import ERASED, Event
from domain.listening import Listener
from domain.timer import Begin, Move, Nothing, Timer, TimerState, Wait, arm, beaten, clears
from domain.trigger import Trigger
from store.fault_points import reach
from store.log import Unreadable
from store.stops import Stops


class Waiting(Struct, frozen=True):
    """How many timers of a campaign wait, and when the first of them falls due."""

    timers: int
    next_due_ms: int | None


NOBODY = Waiting(0, None)


class Begun(Struct, frozen=True):
    """An event that makes its user wait. `event_seq` and `occurrence` tell which."""

    campaign: str
    user: str
    event_seq: int
    occurrence: str
    wait: Wait


def begin(
    conn: sqlite3.Connection, listener: Listener, asked: Begun, *, drops: bool = False, now_ms: int
) -> None:
    """Let a user wait, as the timers of the same key that there are allow.

    What clears it may have come before it: then it is cleared at once. `drops`: it came in a pause
    and begins nothing, but the date that it replaces holds no more.
    """
    if asked.user.startswith(ERASED) or (drops and listener.trigger.date is None):
        return
    held = of_key(conn, asked.campaign, asked.user, asked.wait.key)
    changed = arm(
        listener.trigger,
        held,
        asked.wait,
        event_seq=asked.event_seq,
        occurrence=asked.occurrence,
    )
    gives_way: TimerState = "replaced" if listener.trigger.date is not None else "restarted"
    end(conn, changed.ends, gives_way, by=asked.event_seq, now_ms=now_ms)
    if drops:
        return
    timer: Timer
    match changed:
        case Nothing(reach=earlier):
            conn.executemany(
                "UPDATE timer SET first_ms = ? WHERE id = ?",
                [(each.first_ms, each.id) for each in earlier],
            )
            return
        case Move(timer):
            _move(conn, timer)
        case Begin():
            timer = _insert(conn, asked, now_ms)
        case _:
            assert_never(changed)
    reach("timer.armed")
    stops = Stops(conn, listener, [timer])
    if (cleared_by := stopped_by(stops, listener, timer)) is not None:
        end(conn, [timer], "cancelled", by=cleared_by, now_ms=now_ms)


def clear(
    conn: sqlite3.Connection,
    listener: Listener,
    campaign: str,
    events: Iterable[Event],
    *,
    now_ms: int,
) -> None:
    """Clear the timers that these events clear, by their keys and times."""
    for event in events:
        key = listener.clears(event)
        if key is None:
            continue
        cleared = [
            timer
            for timer in of_key(conn, campaign, event.user, key)
            if timer.state == "armed" and clears(timer, time_ms=event.time_ms, seq=event.seq)
        ]
        end(conn, cleared, "cancelled", by=event.seq, now_ms=now_ms)


def ripe(
    conn: sqlite3.Connection,
    listener: Listener,
    timers: Sequence[Timer],
    *,
    cursor: int | None,
    now_ms: int,
) -> list[Timer]:
    """Return those of the timers that may be decided about now; end what the log speaks against.

    Left alone are those that are no longer as they were read, and those of users of whom the
    campaign has yet to consider an event (`cursor` None: it will consider none any more).
    """
    waits_for_more = frozenset() if cursor is None else _users_after(conn, listener, cursor)
    stops = Stops(conn, listener, timers)
    found = []
    for timer in timers:
        if timer.user in waits_for_more:
            continue
        held = of_key(conn, timer.campaign, timer.user, timer.key)
        if timer not in held:
            continue
        if (cleared_by := stopped_by(stops, listener, timer)) is not None:
            end(conn, [timer], "cancelled", by=cleared_by, now_ms=now_ms)
        elif (other := beaten(listener.trigger, timer, held)) is not None:
            state: TimerState = "replaced" if listener.trigger.date is not None else "restarted"
            end(conn, [timer], state, by=other.event_seq, now_ms=now_ms)
        else:
            found.append(timer)
    return found


def stopped_by(stops: Stops, listener: Listener, timer: Timer) -> int | None:
    """Return the place of the first event in the log that clears the timer, or None.

    One that cannot be read is taken for such an event: then nothing is sent.
    """
    earliest: tuple[int, int] | None = None
    for name in listener.stopping:
        for event in stops.of(timer, name):
            if isinstance(event, Unreadable):
                return event.seq
            if event.seq != timer.event_seq and listener.clears(event) == timer.key:
                at = (event.time_ms, event.seq)
                earliest = at if earliest is None else min(earliest, at)
                break
    return None if earliest is None else earliest[1]


def end(
    conn: sqlite3.Connection,
    timers: Iterable[Timer],
    state: TimerState,
    *,
    by: int | None = None,
    now_ms: int,
) -> None:
    """Write down how timers ended; one that has ended stays as it is."""
    conn.executemany(
        "UPDATE timer SET state = ?, ended_ms = ?, ended_by = ? WHERE id = ? AND state = 'armed'",
        [(state, now_ms, by, timer.id) for timer in timers],
    )


def due(conn: sqlite3.Connection, campaign: str, *, upto_ms: int, limit: int) -> list[Timer]:
    """Return the first timers that are due by then, in the order in which they fall due."""
    return _timers(
        conn,
        "INDEXED BY timer_due WHERE campaign = ? AND state = 'armed' AND due_ms <= ?"
        " ORDER BY due_ms, id LIMIT ?",
        (campaign, upto_ms, limit),
    )


def next_due_ms(conn: sqlite3.Connection, campaign: str) -> int | None:
    """Return when the next timer of a campaign falls due."""
    (found,) = conn.execute(
        "SELECT min(due_ms) FROM timer INDEXED BY timer_due WHERE campaign = ? AND state = 'armed'",
        (campaign,),
    ).fetchone()
    return None if found is None else int(found)


def waiting(conn: sqlite3.Connection, campaign: str) -> Waiting:
    """Count the timers that wait."""
    n, first = conn.execute(
        "SELECT count(*), min(due_ms) FROM timer INDEXED BY timer_due"
        " WHERE campaign = ? AND state = 'armed'",
        (campaign,),
    ).fetchone()
    return Waiting(n, first)


def count_due(conn: sqlite3.Connection, campaign: str, *, upto_ms: int) -> int:
    """Count the timers that wait and are due by then."""
    (n,) = conn.execute(
        "SELECT count(*) FROM timer INDEXED BY timer_due"
        " WHERE campaign = ? AND state = 'armed' AND due_ms <= ?",
        (campaign, upto_ms),
    ).fetchone()
    return int(n)


def of_key(conn: sqlite3.Connection, campaign: str, user: str, key: str) -> list[Timer]:
    """Return every timer that a user ever had of a key."""
    return _timers(
        conn,
        "INDEXED BY timer_of WHERE user = ? AND campaign = ? AND key = ? ORDER BY id",
        (user, campaign, key),
    )


def of_user(conn: sqlite3.Connection, campaign: str, user: str, *, limit: int) -> list[Timer]:
    """Return the latest timers of a user in a campaign, of whatever key."""
    return _timers(
        conn,
        "INDEXED BY timer_of WHERE user = ? AND campaign = ? ORDER BY id DESC LIMIT ?",
        (user, campaign, limit),
    )


def _users_after(conn: sqlite3.Connection, listener: Listener, cursor: int) -> frozenset[str]:
    """Return the users with events that may change a timer, past a place in the log."""
    if not _is_changed(listener.trigger):
        return frozenset()
    return frozenset(
        user
        for name in listener.names
        for (user,) in conn.execute(
            "SELECT user FROM log INDEXED BY log_of_name"
            " WHERE kind = 'event' AND name = ? AND seq > ?",
            (name, cursor),
        ).fetchall()
    )


def _is_changed(trigger: Trigger) -> bool:
    """Whether an event may change a timer that another began."""
    return trigger.without is not None or trigger.date is not None


def _insert(conn: sqlite3.Connection, asked: Begun, now_ms: int) -> Timer:
    wait = asked.wait
    timer = Timer(
        id=0,
        campaign=asked.campaign,
        user=asked.user,
        key=wait.key,
        state="armed",
        event_seq=asked.event_seq,
        occurrence=asked.occurrence,
        first_ms=wait.since_ms,
        since_ms=wait.since_ms,
        until_ms=wait.until_ms,
        due_ms=wait.due_ms,
        armed_ms=now_ms,
    )
    new = conn.execute(_INSERT, (*structs.astuple(timer)[1:], wait.local)).lastrowid
    assert new is not None, "a row that was inserted has an id"
    return structs.replace(timer, id=new)


def _move(conn: sqlite3.Connection, timer: Timer) -> None:
    conn.execute(
        "UPDATE timer SET event_seq = ?, occurrence = ?, first_ms = ?, since_ms = ?,"
        " until_ms = ?, due_ms = ? WHERE id = ? AND state = 'armed'",
        (
            timer.event_seq,
            timer.occurrence,
            timer.first_ms,
            timer.since_ms,
            timer.until_ms,
            timer.due_ms,
            timer.id,
        ),
    )


def _timers(conn: sqlite3.Connection, rest: str, values: tuple[object, ...]) -> list[Timer]:
    rows = conn.execute(f"SELECT {_COLUMNS} FROM timer {rest}", values)
    return [Timer(*row) for row in rows.fetchall()]


_COLUMNS = ", ".join(Timer.__struct_fields__)
_INSERT = (
    f"INSERT INTO timer ({_COLUMNS.removeprefix('id, ')}, local)"
    f" VALUES ({', '.join('?' * len(Timer.__struct_fields__))})"
)
