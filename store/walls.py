"""What a clock on the wall showed at each event, from the copy's table of offsets.

DuckDB knows no time zones here; `zone_offset` has a row for every stretch of time in which a zone
kept its offset.
"""

from typing import Any

import sqlalchemy as sa

from domain.audience import Asked
from domain.periods import DAY_MS, MONDAY_MS, WEEK_MS, WEEKDAYS, day_ranges
from store.terms import Column, Truth

_OWNERS = sa.table("users", sa.column("no", sa.Integer()), sa.column("zone", sa.Text()))
_OFFSETS = sa.table(
    "zone_offset",
    sa.column("zone", sa.Text()),
    sa.column("from_ms", sa.BigInteger()),
    sa.column("until_ms", sa.BigInteger()),
    sa.column("offset_ms", sa.BigInteger()),
)


class Walls:
    """Joins to the events the offset of the account's zone, of the user's zone, or neither."""

    def __init__(self, events: sa.TableClause, zone: str) -> None:
        self._events = events
        self._zone = zone
        self._account = _OFFSETS.alias("account_offset")
        self._user = _OFFSETS.alias("user_offset")
        self._owner = _OWNERS.alias("owner")
        self._wants: set[str] = set()

    def account(self) -> Column:
        """Return an event's wall in the account's zone, as milliseconds of a day without zones."""
        self._wants.add("account")
        return self._events.c.time_ms + self._account.c.offset_ms

    def user(self) -> Column:
        """Return an event's wall where the user is; the account's zone where that is unknown."""
        self._wants.add("user")
        return self._events.c.time_ms + self._user.c.offset_ms

    def source(self) -> sa.FromClause:
        """Return the events with what the walls that were asked for need."""
        source: sa.FromClause = self._events
        if "account" in self._wants:
            at = self._at(self._account, sa.literal(self._zone))
            source = source.join(self._account, at)
        if "user" in self._wants:
            zone = sa.func.coalesce(self._owner.c.zone, self._zone)
            source = source.join(self._owner, self._owner.c.no == self._events.c.no)
            source = source.join(self._user, self._at(self._user, zone))
        return source

    def _at(self, offsets: sa.FromClause, zone: Column) -> Truth:
        time_ms = self._events.c.time_ms
        # Without the last of these, "ever" would look at fifty years of changes for each event.
        return sa.and_(
            offsets.c.zone == zone,
            offsets.c.from_ms <= time_ms,
            time_ms < offsets.c.until_ms,
            offsets.c.until_ms > sa.select(sa.func.min(_TIMES.c.time_ms)).scalar_subquery(),
        )


_TIMES: Any = sa.table("events", sa.column("time_ms", sa.BigInteger())).alias("every_event")


def day_start(wall: Column) -> Column:
    """Return where the day of a wall starts."""
    return wall - _modulo(wall, DAY_MS)


def at_times(deed: Asked, wall: Column) -> Truth:
    """Return whether a wall is at a time of day and week that the deed wants."""
    since_midnight = _modulo(wall, DAY_MS)
    since_monday = _modulo(wall - MONDAY_MS, WEEK_MS)
    hours = sa.or_(*(_within(since_midnight, start, end) for start, end in day_ranges(deed)))
    if not deed.weekdays:
        return hours
    starts = [WEEKDAYS.index(day) * DAY_MS for day in deed.weekdays]
    return sa.and_(hours, sa.or_(*(_within(since_monday, at, at + DAY_MS) for at in starts)))


def _within(part: Column, start: int, end: int) -> Truth:
    return sa.and_(part >= start, part < end)


def _modulo(wall: Column, size: int) -> Column:
    """Return what is left of whole parts, never below 0 (SQL's remainder has the sign)."""
    return (wall % size + size) % size
