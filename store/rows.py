"""Asking for many keys at once, in statements of a bounded size."""

import sqlite3
from collections.abc import Collection, Iterator
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
