"""The audience's copy: users and events as typed columns in DuckDB, made from the log alone.

It is disposable: its watermark (the last place in the log that it holds) commits together with
the rows, so a crash leaves it behind the log, never beside it, and it can be made anew. One
thread at a time uses it; only `interrupt` may come from another.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, Self, TypeAlias

import duckdb
import msgspec

from domain import zones
from domain.facts import User
from domain.formula import flat
from store import copy_layout, copy_merges, devices
from store.catalogue import USERS, Catalogue
from store.copy_layout import EVENT_BASE, USER_BASE, VERSION
from store.errors import StoreError
from store.fault_points import reach
from store.sheet import Sheet

THREADS = 2
MEMORY_MB = 1_024

Interrupted = duckdb.InterruptException
_DISK_ERRORS = (duckdb.OperationalError, duckdb.FatalException)
"""What a disk is to blame for that is full or fails, and everything that follows from it."""

_Settings: TypeAlias = dict[str, str | int]
_CLOSED = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "preserve_insertion_order": False,
    "lock_configuration": True,
}
"""The copy reads and writes its own file, and nothing else."""
_PROPERTIES = msgspec.json.Decoder(dict[str, Any])


class CopyUnreadableError(Exception):
    """The file is no copy that we can read; the message says what to do."""


class CopyNotWrittenError(StoreError):
    """The copy could not take what is new, as on a full disk: open it anew before trying again."""

    def __init__(self, path: Path, reason: Exception) -> None:
        super().__init__(
            f"{path}: the audience's copy cannot be written ({type(reason).__name__}): "
            "look at free disk space; nothing is lost, and it is tried again"
        )


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
    _zones: set[str]

    def __init__(self, path: Path, settings: _Settings) -> None:
        self._path = path
        self.left_out = 0  # events whose body could not be read
        self._settings = settings
        self._lock = threading.Lock()
        self._cursors: set[duckdb.DuckDBPyConnection] = set()
        self._connection = _connect(path, settings)
        try:
            if _version(self._connection) != VERSION:
                self.rebuild()
            else:
                self._read()
        except BaseException:
            self._connection.close()
            raise

    @classmethod
    def open(cls, path: Path, *, threads: int = THREADS, memory_mb: int = MEMORY_MB) -> Self:
        """Open the copy, or make an empty one where there is none of this version.

        Raises CopyUnreadableError for a file that is no such copy, or that another process holds.
        """
        return cls(path, {"threads": threads, "memory_limit": f"{memory_mb}MB"})

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

        Raises CopyNotWrittenError where the disk does not take it: this object is of no use then.
        """
        new = [row for row in rows if row.seq > self._watermark]
        people = {user.user: user for user in users}
        watermark = max((row.seq for row in new), default=self._watermark)
        try:
            self._commit(new, people, watermark)
        except _DISK_ERRORS as error:
            raise CopyNotWrittenError(self._path, error) from error
        self._watermark = watermark
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
        try:
            self._know([zone])
        except _DISK_ERRORS as error:
            raise CopyNotWrittenError(self._path, error) from error

    @contextmanager
    def asking(self, sql: str, values: Sequence[Any]) -> Iterator[duckdb.DuckDBPyConnection]:
        """Execute a question on a cursor of its own, to be fetched from inside the block.

        Raises Interrupted, here or at a fetch, when `interrupt` cuts it short.
        """
        cursor = self._connection.cursor()
        with self._lock:
            self._cursors.add(cursor)
        try:
            cursor.execute(sql, list(values))
            yield cursor
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
            self._connection = _connect(self._path, self._settings)
        self._connection.begin()
        self._connection.execute(copy_layout.CREATE)
        self._connection.execute("INSERT INTO watermark VALUES ($1, 0)", [VERSION])
        self._connection.commit()
        self._read()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _read(self) -> None:
        ((seq,),) = self._connection.execute("SELECT seq FROM watermark").fetchall()
        self._watermark = int(seq)
        self._connection.execute('CREATE OR REPLACE TEMP TABLE changed ("user" VARCHAR)')
        self._catalogue = Catalogue(self._connection)
        known = self._connection.execute("SELECT DISTINCT zone FROM zone_offset").fetchall()
        self._zones = {zone for (zone,) in known}

    def _load(self, rows: Sequence[LogRow], people: Mapping[str, User]) -> None:
        """Lay out rows and users, make the columns that they need, and append them."""
        sheets: dict[int, Sheet] = {}
        for row in rows:
            if row.kind == "event":
                scope = self._catalogue.assign_scope(row.name)
                if scope not in sheets:
                    sheets[scope] = Sheet(self._catalogue, scope)
                if (properties := _properties(row)) is None:
                    self.left_out += 1
                    continue
                base = (scope, row.time_ms, row.seq, row.user)
                sheets[scope].add(base, row.seq, properties)
        profiles = Sheet(self._catalogue, USERS)
        found: set[str | None] = set()
        for user in people.values():
            zone = user.zone if user.zone is not None and zones.is_known(user.zone) else None
            found.add(zone)
            profile = (user.user, user.h, zone, user.suppressed)
            profiles.add(profile, user.user, flat(user.traits))
        self._catalogue.save()
        copy_merges.apply(self._connection, rows)
        for scope in sorted(sheets):
            self._append("events", "event_item", EVENT_BASE, sheets[scope])
        if people:
            self._forget(people)
            self._append("users", "user_item", USER_BASE, profiles)
            owned = [row for one in people.values() for row in devices.rows(one.user, one.traits)]
            self._add("user_device", owned)
            self._know(zone for zone in found if zone is not None)

    def _append(self, table: str, items_table: str, base: Sequence[str], sheet: Sheet) -> None:
        columns, rows = sheet.rows()
        with self._connection.appender(table, columns=[*base, *columns]) as appender:
            appender.append_rows(rows)
        self._add(items_table, sheet.items)

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

    def _forget(self, people: Iterable[str]) -> None:
        self._connection.execute("DELETE FROM changed")
        with self._connection.appender("changed") as appender:
            appender.append_rows([(user,) for user in people])
        for delete in copy_layout.FORGET:
            self._connection.execute(delete)


def _properties(row: LogRow) -> dict[str, Any] | None:
    """Read an event's body; None for one that cannot be read: one row must not hold up all."""
    try:
        return _PROPERTIES.decode(row.body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _connect(path: Path, settings: _Settings) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(path, config={**settings, **_CLOSED})
    except duckdb.Error as error:
        raise CopyUnreadableError(
            f"{path} cannot be opened as the audience's copy: {error}. If no other process uses it,"
            " delete it: it is made anew from the log."
        ) from error


def _version(connection: duckdb.DuckDBPyConnection) -> int | None:
    try:
        ((version,),) = connection.execute("SELECT version FROM watermark").fetchall()
    except (duckdb.CatalogException, duckdb.BinderException, ValueError):
        return None
    return int(version)
