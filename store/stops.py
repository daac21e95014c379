"""The events that may clear timers, looked for in the log of their users.

A robot lets hundreds wait at once, each for another value, and did a hundred thousand of what
clears them: its events are looked through once for all of its timers.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence

from domain.facts import Event
from domain.listening import Listener
from domain.timer import Timer
from store import log
from store.log import Unreadable

MANY = 10
"""Of a user with so many timers the events are looked through once."""


class Stops:
    """What may clear any of these timers."""

    def __init__(
        self, conn: sqlite3.Connection, listener: Listener, timers: Sequence[Timer]
    ) -> None:
        self._conn = conn
        self._listener = listener
        times = Counter(timer.user for timer in timers)
        self._own: dict[str, list[Timer]] = {
            user: [timer for timer in timers if timer.user == user]
            for user, n in times.items()
            if n >= MANY
        }
        self._found: dict[tuple[str, str], dict[str, list[Event]] | None] = {}

    def of(self, timer: Timer, name: str) -> Iterable[Event | Unreadable]:
        """Return a name's events within a timer's wait, by time: at least those that clear it."""
        if timer.user in self._own and (by_key := self._by_key(timer.user, name)) is not None:
            return (
                event
                for event in by_key.get(timer.key, ())
                if timer.since_ms <= event.time_ms <= timer.until_ms
            )
        return log.of_user_between(
            self._conn, timer.user, name, since_ms=timer.since_ms, until_ms=timer.until_ms
        )

    def _by_key(self, user: str, name: str) -> dict[str, list[Event]] | None:
        """Return what clears timers of the keys that wait; None: some of it cannot be read."""
        if (user, name) not in self._found:
            self._found[user, name] = self._look_through(user, name)
        return self._found[user, name]

    def _look_through(self, user: str, name: str) -> dict[str, list[Event]] | None:
        own = self._own[user]
        found: dict[str, list[Event]] = {timer.key: [] for timer in own}
        for event in log.of_user_between(
            self._conn,
            user,
            name,
            since_ms=min(timer.since_ms for timer in own),
            until_ms=max(timer.until_ms for timer in own),
        ):
            if isinstance(event, Unreadable):
                return None
            key = self._listener.clears(event)
            if key is not None and key in found:
                found[key].append(event)
        return found
