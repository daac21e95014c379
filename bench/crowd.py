"""A crowd of any size, from one seed, made inside DuckDB: nothing of it passes through Python.

Each user has 20 properties and up to three devices. Events arrive in the order of their time over
90 days; 50 names, of which the n-th is 1/n as frequent as the first, have 5 to 8 properties each.
The names of odd number have keys of their own, as real senders do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from msgspec import Struct

from store.catalogue import Kind

NOW_MS = 1_790_000_000_000
DAY_MS = 86_400_000
DAYS = 90
NAMES = 50
_START_MS = NOW_MS - DAYS * DAY_MS


class Field(Struct, frozen=True):
    """A property: its key, its kind, and the SQL that makes its value for the row `i`."""

    key: str
    kind: Kind
    sql: str


def _text(prefix: str, salt: str, distinct: int) -> str:
    return f"'{prefix}' || hash(i, '{salt}') % {distinct}"


def _number(salt: str, below: int, parts: int = 1) -> str:
    return f"(hash(i, '{salt}') % {below * parts})::DOUBLE / {parts}"


EVENT_FIELDS = (
    Field("amount", Kind.NUMBER, _number("amount", 200, 100)),
    Field("item", Kind.TEXT, _text("item-", "item", 1_000)),
    Field("category", Kind.TEXT, _text("category-", "category", 20)),
    Field("channel", Kind.TEXT, _text("channel-", "channel", 5)),
    Field("first", Kind.FLAG, "hash(i, 'first') % 10 = 0"),
    Field("quantity", Kind.NUMBER, _number("quantity", 9)),
    Field("referrer", Kind.TEXT, _text("https://example.com/", "referrer", 300)),
    Field("score", Kind.NUMBER, _number("score", 100)),
)
FIELDS_MIN = 5
USER_FIELDS = (
    Field("country", Kind.TEXT, _text("country-", "country", 20)),
    Field("city", Kind.TEXT, _text("city-", "city", 400)),
    Field("plan", Kind.TEXT, _text("plan-", "plan", 4)),
    Field("language", Kind.TEXT, _text("language-", "language", 12)),
    Field("gender", Kind.TEXT, _text("gender-", "gender", 3)),
    Field("email", Kind.TEXT, "'user' || i || '@example.com'"),
    Field("name", Kind.TEXT, _text("Name ", "name", 50_000)),
    Field("company", Kind.TEXT, _text("Company ", "company", 5_000)),
    Field("source", Kind.TEXT, _text("source-", "source", 30)),
    Field("tier", Kind.TEXT, _text("tier-", "tier", 5)),
    Field("age", Kind.NUMBER, f"18 + {_number('age', 60)}"),
    Field("latitude", Kind.NUMBER, f"{_number('latitude', 120, 1_000)} - 50"),
    Field("longitude", Kind.NUMBER, f"{_number('longitude', 360, 1_000)} - 180"),
    Field("spent", Kind.NUMBER, _number("spent", 5_000, 100)),
    Field("orders", Kind.NUMBER, _number("orders", 60)),
    Field("visits", Kind.NUMBER, _number("visits", 400)),
    Field("score", Kind.NUMBER, _number("user score", 100)),
    Field("subscribed", Kind.FLAG, "hash(i, 'subscribed') % 3 > 0"),
    Field("beta", Kind.FLAG, "hash(i, 'beta') % 20 = 0"),
    Field("seen", Kind.MOMENT, f"({NOW_MS} - hash(i, 'seen') % {400 * DAY_MS})::BIGINT"),
)


class Crowd(Struct, frozen=True):
    """How many there are."""

    users: int
    events: int

    def __str__(self) -> str:
        """Say it in a table's heading."""
        return f"{self.users:,} users, {self.events:,} events"


@contextmanager
def opened(
    path: Path, memory_mb: int, *, read_only: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file of DuckDB that may take so much memory and shows no bar of progress."""
    limits: dict[str, Any] = {"memory_limit": f"{memory_mb}MB", "threads": 2}
    with duckdb.connect(path, read_only=read_only, config=limits) as connection:
        connection.execute("SET enable_progress_bar = false")
        yield connection


def name(number: int) -> str:
    """Return the name of the n-th kind of event, from 0 on."""
    return f"Event {number:02}"


def event_fields(number: int) -> Iterator[Field]:
    """Yield the properties of the n-th kind of event."""
    for field in EVENT_FIELDS[: FIELDS_MIN + number % 4]:
        key = f"{field.key}_{number}" if number % 2 else field.key
        yield Field(key, field.kind, field.sql)


def fill(connection: duckdb.DuckDBPyConnection, crowd: Crowd) -> None:
    """Make the tables `crowd_user`, `crowd_device` and `crowd_event`.

    `crowd_event` has a column for each of EVENT_FIELDS, whatever the key of the event calls it;
    `number` is the kind of event and `no` the number of its user.
    """
    every = ", ".join(f'{field.sql} AS "{field.key}"' for field in USER_FIELDS)
    connection.execute(f"""
        CREATE TABLE crowd_user AS
        SELECT i::INTEGER AS no, 'user-' || i AS "user",
               (hash(i, 'h') % 2147483647)::BIGINT AS h, {every}
        FROM range({crowd.users}) s(i)""")
    connection.execute(f"""
        CREATE TABLE crowd_device AS
        SELECT i::INTEGER AS no, 'OS ' || hash(i, d, 'os') % 2 AS os,
               (1 + hash(i, d, 'major') % 9)::INTEGER AS major,
               (hash(i, d, 'minor') % 20)::INTEGER AS minor
        FROM range({crowd.users}) s(i), range(3) t(d) WHERE d <= hash(i, 'devices') % 3""")
    kinds = ", ".join(
        f"CASE WHEN number % 4 >= {n - FIELDS_MIN + 1} THEN {field.sql} END AS {field.key}"
        if n >= FIELDS_MIN
        else f"{field.sql} AS {field.key}"
        for n, field in enumerate(EVENT_FIELDS)
    )
    share = "(hash(i, '{}') % 1000000)::DOUBLE / 1000000"
    connection.execute(f"""
        CREATE TABLE crowd_event AS
        SELECT (i + 1)::BIGINT AS seq, number, no, time_ms, {kinds} FROM (
            SELECT i,
                   floor(exp({share.format("kind")} * ln({NAMES + 1})) - 1)::INTEGER AS number,
                   floor(pow({share.format("who")}, 1.5) * {crowd.users})::INTEGER AS no,
                   ({_START_MS} + (i * {DAYS * DAY_MS}::HUGEINT) // {crowd.events}
                     - hash(i, 'late') % 600000)::BIGINT AS time_ms
            FROM range({crowd.events}) s(i))""")
