"""What one user did, read from the log as conditions ask for it: of users who did very much.

Everything goes along an index, the newest first, and stops where the asker does.
"""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence

from domain.facts import Event
from domain.looking_back import EVER_MS
from domain.past import Carried, Memory
from domain.periods import Window
from store.log import EVENT, event_of
from store.rows import among

GAP_MAX = 20_000
"""What a user did since is found among all events of the name, if no more came in since; else
among all of the user's own."""
_OF_USER = f"{EVENT} INDEXED BY log_of_user WHERE kind = 'event' AND user = ? AND name = ?"
_OF_NAME = f"{EVENT} INDEXED BY log_of_name WHERE kind = 'event' AND user = ? AND name = ?"
_THEN = " AND time_ms >= ? AND time_ms < ?"
_NEWEST_FIRST = " ORDER BY time_ms DESC, seq DESC"


class Logged:
    """A user's events up to a place in the log: a `domain.past.Past`, within one read."""

    def __init__(
        self, conn: sqlite3.Connection, user: str, *, upto_seq: int, memory: Memory | None = None
    ) -> None:
        self._conn = conn
        self._user = user
        self.upto_seq = upto_seq
        self.memory = memory
        self.events_read = 0

    def first_ms(self, names: Collection[str]) -> int | None:
        """See `Past`."""
        sql = (
            "SELECT time_ms FROM log INDEXED BY log_of_user WHERE kind = 'event' AND user = ?"
            " AND name = ? AND seq <= ? ORDER BY time_ms LIMIT 1"
        )
        found = [
            time_ms
            for name in names
            for (time_ms,) in self._conn.execute(sql, (self._user, name, self.upto_seq))
        ]
        return min(found, default=None)

    def between(self, names: Collection[str], window: Window) -> Iterator[Event]:
        """See `Past`. Raises what decoding does for an event that cannot be read."""
        sql = f"{_OF_USER}{_THEN} AND seq <= ?{_NEWEST_FIRST}"
        since = EVER_MS if window.since_ms is None else window.since_ms
        for name in sorted(names):
            yield from self._events(sql, name, since, window.until_ms, self.upto_seq)

    def beyond(self, names: Collection[str], window: Window, counted: Carried) -> Iterator[Event]:
        """See `Past`: what came in since, and what was still ahead of the window then."""
        near = self.upto_seq - counted.upto_seq <= GAP_MAX
        came = f"{_OF_NAME if near else _OF_USER}{_THEN} AND seq > ? AND seq <= ?"
        ahead = f"{_OF_USER}{_THEN} AND seq <= ?"
        since = EVER_MS if window.since_ms is None else window.since_ms
        then, until = max(counted.window.until_ms, since), window.until_ms
        for name in sorted(names):
            yield from self._events(came, name, since, until, counted.upto_seq, self.upto_seq)
            yield from self._events(ahead, name, then, until, counted.upto_seq)

    def before(self, names: Collection[str], window: Window, counted: Carried) -> Iterator[Event]:
        """See `Past`."""
        old = counted.window
        since = EVER_MS if old.since_ms is None else old.since_ms
        until = since if window.since_ms is None else min(window.since_ms, old.until_ms)
        sql = f"{_OF_USER}{_THEN} AND seq <= ?"
        for name in sorted(names):
            yield from self._events(sql, name, since, until, counted.upto_seq)

    def _events(self, sql: str, name: str, *more: int) -> Iterator[Event]:
        for row in self._conn.execute(sql, (self._user, name, *more)):
            self.events_read += 1
            yield event_of(row)


def who_did_much(
    conn: sqlite3.Connection, of_users: Collection[str], names: Collection[str], *, most: int
) -> frozenset[str]:
    """Return those of the users who did more than `most` events of one of the names.

    `names` may say for each since when (epoch ms).
    """
    since = names if isinstance(names, Mapping) else {}
    sql = (
        "SELECT user FROM user WHERE user IN ({keys}) AND (SELECT seq FROM log INDEXED BY"
        " log_of_user WHERE kind = 'event' AND log.user = user.user AND name = ? AND time_ms >= ?"
        " LIMIT 1 OFFSET ?) IS NOT NULL"
    )
    return frozenset(
        user
        for name in frozenset(names)
        for (user,) in among(conn, sql, of_users, name, since.get(name, EVER_MS), most)
    )


def repeats(
    conn: sqlite3.Connection, events: Sequence[Event], names: Collection[str]
) -> frozenset[int]:
    """Return the places of those events before which something of the names came of their users.

    Before is what came before, whatever its time: what arrives later makes nothing first again.
    """
    sql = (
        "SELECT 1 FROM log INDEXED BY log_of_user"
        " WHERE kind = 'event' AND user = ? AND name = ? AND seq < ? LIMIT 1"
    )
    return frozenset(
        event.seq
        for event in events
        if any(conn.execute(sql, (event.user, name, event.seq)).fetchone() for name in names)
    )


def first_seqs(
    conn: sqlite3.Connection, of_users: Collection[str], names: Collection[str]
) -> dict[str, int]:
    """Return where in the log the first event that came of each user stands, of any of the names.

    First is what came first, whatever its time: what arrives later makes nothing first again.
    """
    found: dict[str, int] = {}
    for name in frozenset(names):
        sql = (
            "SELECT user, min(seq) FROM log INDEXED BY log_of_user"
            " WHERE kind = 'event' AND user IN ({keys}) AND name = ? GROUP BY user"
        )
        for user, seq in among(conn, sql, of_users, name):
            found[user] = min(seq, found.get(user, seq))
    return found
