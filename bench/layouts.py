"""How the events of the audience's copy could lie, and what five questions cost with each.

`make bench ARGS=layouts USERS=1000000` lays the events of a crowd out in ten ways, one after the
other, and asks each in the SQL that fits it. Seconds are those of one core; all must find the same.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
from msgspec import Struct

from bench import crowd
from bench.crowd import DAY_MS, EVENT_FIELDS, NAMES, NOW_MS, Crowd
from bench.timing import Row, best
from store.copy_order import RUN_ROWS

USERS, EVENTS_A_USER = 100_000, 20
MEMORY_MB = 3_072
PAGE_ROWS = 20_000
Connection: TypeAlias = duckdb.DuckDBPyConnection
_VALUES = ", ".join(f'"{field.key}"' for field in EVENT_FIELDS)
_TEXT_USER = "'user-' || no AS no"
_MONTH, _TWO = NOW_MS - 30 * DAY_MS, NOW_MS - 60 * DAY_MS


class Layout(Struct, frozen=True):
    """Where a property of an event is, and in which order the events lie."""

    title: str
    columns: str = _VALUES
    no: str = "no"
    order: str = "number, time_ms"
    rows: int = RUN_ROWS
    value: str = "{field}"
    a_table_each: bool = False

    def get(self, field: str, number: int, kind: str) -> str:
        """Return how a property of the n-th kind of event is read."""
        key = f"{field}_{number}" if number % 2 else field
        return f"({self.value.format(field=field, key=key)})::{kind}"

    def make(self, connection: Connection, events: int) -> None:
        """Lay out the events of the attached crowd."""
        select = f"SELECT number, time_ms, seq, {self.no}, {self.columns} FROM crowd.crowd_event"
        connection.execute(f"CREATE TABLE events AS {select} LIMIT 0")
        for start in range(0, events, self.rows):
            part = f"seq > {start} AND seq <= {start + self.rows}"
            connection.execute(f"INSERT INTO events {select} WHERE {part} ORDER BY {self.order}")
        if self.a_table_each:
            for number in range(NAMES):
                connection.execute(
                    f"CREATE TABLE events_{number} AS SELECT * FROM events WHERE number = {number}"
                )
            connection.execute("DROP TABLE events")
        connection.execute("CHECKPOINT")

    def did(self, number: int, where: str = "true") -> str:
        """Return the part of a statement that reads the n-th kind of event."""
        table = f"events_{number}" if self.a_table_each else "events"
        return f"FROM {table} WHERE number = {number} AND {where}"


def _objects() -> str:
    plain = ", ".join(f"'{field.key}', \"{field.key}\"" for field in EVENT_FIELDS)
    own = ", ".join(f"'{field.key}_' || number, \"{field.key}\"" for field in EVENT_FIELDS)
    return f"CASE WHEN number % 2 = 0 THEN json_object({plain}) ELSE json_object({own}) END"


def _map() -> str:
    own = "CASE WHEN number % 2 = 0 THEN '' ELSE '_' || number END"
    keys = ", ".join(f"'{field.key}' || {own}" for field in EVENT_FIELDS)
    values = ", ".join(f'"{field.key}"::VARCHAR' for field in EVENT_FIELDS)
    return f"map([{keys}], [{values}])"


def layouts() -> tuple[Layout, ...]:
    """Return the ten ways, made anew.

    No constant: the garbage collector does not see that a Struct of plain values holds its class,
    so a module that knows DuckDB and keeps one of its own would outlive the last collection of
    the process, and DuckDB's binding would print a page about it.
    """
    arrival: dict[str, Any] = {"rows": PAGE_ROWS}
    return (
        Layout("typed columns, as they came, users as text", no=_TEXT_USER, **arrival),
        Layout("typed columns, runs by name and time, users as text", no=_TEXT_USER),
        Layout("typed columns, as they came", **arrival),
        Layout("typed columns, runs by name and time"),
        Layout("typed columns, runs by name and user", order="number, no, time_ms"),
        Layout("typed columns, all by name and user", order="number, no, time_ms", rows=2**40),
        Layout("typed columns, a table for each name", a_table_each=True),
        Layout("JSON, runs by name and time", f"{_objects()} AS p", value="p->>'$.{key}'"),
        Layout("MAP, runs by name and time", f"{_map()} AS p", value="p['{key}']"),
        Layout(
            "VARIANT, runs by name and time", f"{_objects()}::JSON::VARIANT AS p", value="p.{key}"
        ),
    )


def questions(layout: Layout) -> Iterator[str]:
    """Yield what a person would write: a count, did and not, a sum, the same value, the first."""
    amount = layout.get("amount", 0, "DOUBLE")
    month, two = f"time_ms >= {_MONTH}", f"time_ms >= {_TWO}"
    category = layout.get("category", 1, "VARCHAR")
    yield (f"SELECT no {layout.did(0, month)} AND {amount} > 150 GROUP BY no HAVING count(*) >= 2")
    yield (
        f"SELECT no {layout.did(1, two)} AND {category} = 'category-3' GROUP BY no"
        f" EXCEPT SELECT no {layout.did(0, month)}"
    )
    yield f"SELECT no {layout.did(0)} GROUP BY no HAVING sum({amount}) > 500"
    items = [layout.get("item", number, "VARCHAR") for number in (0, 1)]
    yield (
        f"SELECT DISTINCT no FROM (SELECT no, {items[0]} AS item {layout.did(0, two)}"
        f" GROUP BY no, item HAVING count(*) >= 2 EXCEPT SELECT no, {items[1]} {layout.did(1)})"
    )
    yield f"SELECT no {layout.did(2)} GROUP BY no HAVING min(time_ms) >= {_MONTH}"


def measure() -> list[Row]:
    """Lay out and ask, one layout after the other."""
    users = int(os.environ.get("CLARION_BENCH_USERS") or USERS)
    size = Crowd(users=users, events=users * EVENTS_A_USER)
    with tempfile.TemporaryDirectory(prefix="clarion-bench-") as name:
        folder = Path(name)
        with crowd.opened(folder / "crowd.duckdb", MEMORY_MB) as made:
            crowd.fill(made, size)
        found = [_one(folder, layout, size) for layout in layouts()]
    assert len({answers for answers, _ in found}) == 1, "all layouts hold the same"
    return [row for _, row in found]


def _one(folder: Path, layout: Layout, size: Crowd) -> tuple[tuple[int, ...], Row]:
    path = folder / "layout.duckdb"
    with suppress(FileNotFoundError):
        path.unlink()
    with crowd.opened(path, MEMORY_MB) as connection:
        connection.execute("SET threads = 1")
        connection.execute(f"ATTACH '{folder / 'crowd.duckdb'}' AS crowd (READ_ONLY)")
        began = time.process_time()
        layout.make(connection, size.events)
        made = time.process_time() - began
        asked = [f"SELECT count(*) FROM ({sql})" for sql in questions(layout)]

        def work(sql: str) -> Callable[[], Any]:
            return lambda: connection.execute(sql).fetchall()

        answers = tuple(work(sql)()[0][0] for sql in asked)
        times = [best(work(sql), time.process_time) for sql in asked]
    size_mb = path.stat().st_size / 1e6
    each = ", ".join(f"{1_000 * seconds:,.0f}" for seconds in times)
    print(f"{layout.title}: {each} ms; made in {made:,.1f} s, {size_mb:,.0f} MB", flush=True)
    return answers, Row(f"five questions, {size}", layout.title, sum(times))
