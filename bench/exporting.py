"""A sample of users with attributes, as a file: as the product writes it, and as anybody would.

The product finds the users in the audience's copy and reads what it writes of them from SQLite,
where profiles are kept: so the crowd has such a database too.
"""

import csv
import itertools
import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from actors.audiences import ROWS_PER_WRITE
from bench import crowd
from bench.crowd import USER_FIELDS
from store import migrations
from store.member_file import MemberFile

PROFILES = "profiles.db"
ATTRIBUTES = ("email", "country", "plan")
_ROWS_PER_INSERT = 10_000
_NUMBERS = itertools.count()


def make(crowd_path: Path, path: Path, *, memory_mb: int) -> None:
    """Make the database with the profiles of a crowd, each as the JSON that ingest keeps."""
    keys = [field.key for field in USER_FIELDS]
    columns = ", ".join(f'"{key}"' for key in keys)
    conn = sqlite3.connect(path)
    with crowd.opened(crowd_path, memory_mb, read_only=True) as made, conn:
        for migration in migrations.load():
            conn.executescript(migration.sql)
        conn.execute("PRAGMA synchronous = OFF")
        rows = made.execute(f'SELECT "user", h, {columns} FROM crowd_user ORDER BY "user"')
        while some := rows.fetchmany(_ROWS_PER_INSERT):
            conn.executemany(
                "INSERT INTO user (user, h, traits, seq) VALUES (?, ?, ?, 0)",
                [
                    (user, h, json.dumps(dict(zip(keys, values, strict=True))).encode())
                    for user, h, *values in some
                ],
            )
    conn.close()


def opened(path: Path) -> sqlite3.Connection:
    """Open the profiles to read them."""
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)


def write_ours(conn: sqlite3.Connection, folder: Path, names: Sequence[str]) -> int:
    """Write the users as the product's export does; return how many stand in the file."""
    path = _fresh(folder)
    with MemberFile(path, ATTRIBUTES) as file:
        written = sum(
            file.append(conn, names[start : start + ROWS_PER_WRITE])
            for start in range(0, len(names), ROWS_PER_WRITE)
        )
        file.finish()
    path.unlink()
    return written


def write_plain(folder: Path, rows: Iterable[tuple[Any, ...]]) -> int:
    """Write the rows of a query in the simplest way; return how many stand in the file."""
    path = _fresh(folder)
    found = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("user", *ATTRIBUTES), *found])
    path.unlink()
    return len(found)


def _fresh(folder: Path) -> Path:
    return folder / f"export-{next(_NUMBERS)}.csv"
