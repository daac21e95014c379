"""Rows in bounded numbers: many keys asked for at once, and no more bytes than memory likes."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

KEYS_PER_STATEMENT_MAX = 500


def among(
    conn: sqlite3.Connection, sql: str, keys: Collection[str] | Collection[int], *more: object
) -> Iterator[Any]:
    """Yield the rows of `sql` for all the keys; `{keys}` in it stands for the list of marks.

    Bind parameters, not JSON: SQLite's JSON functions cut a text at a NUL character, and one user
    would be taken for another. `more` binds the parameters that follow the list. Rows come
    statement by statement: an order over all of them is the caller's to make.
    """
    rest = iter(keys)
    while chunk := list(islice(rest, KEYS_PER_STATEMENT_MAX)):
        marks = ",".join("?" * len(chunk))
        yield from conn.execute(sql.format(keys=marks), (*chunk, *more)).fetchall()


def weighed(rows: Iterable[Any], bytes_max: int) -> Iterator[Any]:
    """Yield rows until their last columns have so many bytes together; one at least."""
    size = 0
    for row in rows:
        yield row
        size += len(row[-1])
        if size >= bytes_max:
            return
