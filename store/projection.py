"""The audience's copy: users and events as typed columns in DuckDB, made from the log alone.

It is disposable: its watermark (the last place in the log that it holds) commits together with
the rows, so a crash leaves it behind the log, never beside it, and it can be made anew. One
thread at a time uses it; only `interrupt` may come from another.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, Self

import duckdb
import msgspec

from domain import zones
from domain.facts import User
from domain.formula import flat
from store import copy_layout, copy_merges, copy_order, devices
from store.catalogue import USERS, Catalogue
from store.copy_connection import Limits, Settings, connect, unreadable, version
from store.copy_errors import (
    DISK_ERRORS,
    CopyDamagedError,
    CopyNotWrittenError,
    QuestionTooLargeError,
    is_damage,
)
from store.copy_layout import EVENT_BASE, USER_BASE, VERSION
from store.fault_points import reach
from store.numbers import Numbers
from store.sheet import Sheet

Interrupted = duckdb.InterruptException

_PROPERTIES = msgspec.json.Decoder(dict[str, Any])


class LogRow(Protocol):
    """One row of the log, as the store gives it."""

    @property
    def seq(self) -> int:
        """Its place."""

    @property
    def kind(self) -> str:
        """Whether it is an `event`; all else changes users only."""

    @property
    def user(self) -> str:
        """Whose it is."""

    @property
    def name(self) -> str:
        """The event's name."""

    @property
    def time_ms(self) -> int:
        """When it happened."""

    @property
    def body(self) -> bytes:
        """An event's properties, as a JSON object."""


class Projection:
    """The copy in one file. `open` it, `catch_up` with the log, ask it, and `close` it."""

    _watermark: int
    _catalogue: Catalogue
    _numbers: Numbers
    _zones: set[str]

    def __init__(self, path: Path, settings: Settings) -> None:
        self._path = path
        self.left_out = 0  # events whose body could not be read
        self._settings = settings
        self._lock = threading.Lock()
        self._cursors: set[duckdb.DuckDBPyConnection] = set()
        is_new = not path.exists()
        self._connection = connect(path, settings)
        try:
            if is_new:
                self._lay_out()
            elif version(self._connection) != VERSION:
                self.rebuild()
            else:
                self._read()
        except BaseException as error:
            self._connection.close()
            if is_damage(error):
                raise unreadable(path, error) from error
            raise

    @classmethod
    def open(cls, path: Path, limits: Limits = Limits()) -> Self:  # noqa: B008 - it is frozen
        """Open the copy, or make an empty one where there is none of this version.

        Raises CopyUnreadableError for a file that is no such copy, or that another process holds.
        """
        return cls(path, limits.settings())

    @property
    def catalogue(self) -> Catalogue:
        """Which column holds what, as of the last catch-up."""
        return self._catalogue

    def watermark(self) -> int:
        """Return the last place in the log that the copy holds; 0 for an empty one."""
        return self._watermark

    def catch_up(self, rows: Iterable[LogRow], users: Iterable[User] = ()) -> int:
        """Take the next rows of the log, in its order, and return the new watermark.

        `users` are the users that these rows changed (the first event of a user too), as they
        stand now: what they were in the copy is replaced. Rows up to the watermark are passed
        over, so the same call twice is the same as once. All of it happens, or nothing does.

        Raises CopyNotWrittenError where the disk does not take it, and CopyDamagedError: this
        object is of no use then.
        """
        new = [row for row in rows if row.seq > self._watermark]
        people = {user.user: user for user in users}
        watermark = max((row.seq for row in new), default=self._watermark)
        with self._writing():
            self._commit(new, people, watermark)
            self._watermark = watermark
            copy_order.put_in_order(self._connection, watermark)
        return watermark

    def _commit(self, new: Sequence[LogRow], people: Mapping[str, User], watermark: int) -> None:
        self._connection.begin()
        try:
            self._load(new, people)
            reach("projector.rows_loaded")
            self._connection.execute("UPDATE watermark SET seq = $1", [watermark])
            self._connection.commit()
        except BaseException:
            self._connection.rollback()  # raises too, after a commit that the disk did not take
            self._read()  # the catalogue has assigned what is not there now
            raise

    def know_zone(self, zone: str) -> None:
        """Let questions use the walls of this normalised zone, besides those of the users."""
        if zone in self._zones:
            return
        with self._writing():
            self._know([zone])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except DISK_ERRORS as error:
            raise CopyNotWrittenError(self._path, error) from error
        except duckdb.Error as error:
            if is_damage(error):
                raise CopyDamagedError(self._path) from error
            raise

    @contextmanager
    def asking(self, sql: str, values: Sequence[Any]) -> Iterator[duckdb.DuckDBPyConnection]:
        """Execute a question on a cursor of its own, to be fetched from inside the block.

        Raises Interrupted, here or at a fetch, when `interrupt` cuts it short; CopyDamagedError and
        QuestionTooLargeError, of which the copy survives the latter.
        """
        cursor = self._connection.cursor()
        with self._lock:
            self._cursors.add(cursor)
        try:
            cursor.execute(sql, list(values))
            yield cursor
        except duckdb.OutOfMemoryException as error:
            raise QuestionTooLargeError from error
        except duckdb.Error as error:
            if is_damage(error):
                raise CopyDamagedError(self._path) from error
            raise
        finally:
            with self._lock:
                self._cursors.discard(cursor)
            cursor.close()

    def interrupt(self) -> None:
        """Cut short what runs now, if anything does. Any thread may call it."""
        with self._lock:
            for cursor in (self._connection, *self._cursors):
                cursor.interrupt()

    def rebuild(self) -> None:
        """Start anew with an empty copy; the next catch-up begins at the log's first row."""
        with self._lock:
            self._connection.close()
            for path in (self._path, self._path.with_name(self._path.name + ".wal")):
                path.unlink(missing_ok=True)
            self._connection = connect(self._path, self._settings)
        self._lay_out()

    def _lay_out(self) -> None:
        self._connection.begin()
        self._connection.execute(copy_layout.CREATE)
        self._connection.execute("INSERT INTO watermark VALUES ($1, 0, 0)", [VERSION])
        self._connection.commit()
        self._read()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _read(self) -> None:
        ((seq,),) = self._connection.execute("SELECT seq FROM watermark").fetchall()
        self._watermark = int(seq)
        self._connection.execute("CREATE OR REPLACE TEMP TABLE changed (no INTEGER)")
        self._numbers = Numbers(self._connection)
        self._catalogue = Catalogue(self._connection)
        known = self._connection.execute("SELECT DISTINCT zone FROM zone_offset").fetchall()
        self._zones = {zone for (zone,) in known}

    def _load(self, rows: Sequence[LogRow], people: Mapping[str, User]) -> None:
        """Lay out rows and users, make the columns that they need, and append them."""
        numbers = self._numbers.of({*people, *(row.user for row in rows if row.kind == "event")})
        sheets: dict[int, Sheet] = {}
        for row in rows:
            if row.kind == "event":
                scope = self._catalogue.assign_scope(row.name)
                if scope not in sheets:
                    sheets[scope] = Sheet(self._catalogue, scope)
                if (properties := _properties(row)) is None:
                    self.left_out += 1
                    continue
                base = (scope, row.time_ms, row.seq, numbers[row.user])
                sheets[scope].add(base, row.seq, properties)
        profiles = Sheet(self._catalogue, USERS)
        owned: list[devices.DeviceRow] = []
        found: set[str | None] = set()
        for user in people.values():
            zone = user.zone if user.zone is not None and zones.is_known(user.zone) else None
            found.add(zone)
            no = numbers[user.user]
            profiles.add((no, user.user, user.h, zone, user.suppressed), no, flat(user.traits))
            owned += devices.rows(no, user.traits)
        self._catalogue.save()
        copy_merges.apply(self._connection, rows, self._numbers)
        alike: dict[tuple[str, ...], list[Sheet]] = {}  # names that have ids in them are many
        for scope in sorted(sheets):
            alike.setdefault(tuple(self._catalogue.columns(scope)), []).append(sheets[scope])
        for same in alike.values():
            self._append("events", "event_item", EVENT_BASE, same)
        if people:
            self._forget(numbers[user] for user in people)
            self._append("users", "user_item", USER_BASE, [profiles])
            self._add("user_device", owned)
            self._know(zone for zone in found if zone is not None)

    def _append(
        self, table: str, items_table: str, base: Sequence[str], sheets: Sequence[Sheet]
    ) -> None:
        """Append sheets of the same columns together: each time takes milliseconds."""
        ready = [sheet.rows() for sheet in sheets]
        columns, _ = ready[0]
        with self._connection.appender(table, columns=[*base, *columns]) as appender:
            appender.append_rows([row for _, rows in ready for row in rows])
        self._add(items_table, [item for sheet in sheets for item in sheet.items])

    def _add(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            with self._connection.appender(table) as appender:
                appender.append_rows(rows)

    def _know(self, names: Iterable[str]) -> None:
        """Write down when each zone has which offset: DuckDB itself knows no zones."""
        new = set(names) - self._zones
        self._add(
            "zone_offset", [row for zone in sorted(new) for row in copy_layout.offset_rows(zone)]
        )
        self._zones |= new

    def _forget(self, numbers: Iterable[int]) -> None:
        self._connection.execute("DELETE FROM changed")
        with self._connection.appender("changed") as appender:
            appender.append_rows([(no,) for no in numbers])
        for delete in copy_layout.FORGET:
            self._connection.execute(delete)


def _properties(row: LogRow) -> dict[str, Any] | None:
    """Read an event's body; None for one that cannot be read: one row must not hold up all."""
    try:
        return _PROPERTIES.decode(row.body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
