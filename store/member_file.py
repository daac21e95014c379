"""A file of users: CSV in the form that custom lists are uploaded in, with traits beside.

It is written under another name and put in place at the end, so that nobody takes a part for it.
"""

import csv
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from domain import spreadsheet
from domain.facts import ANONYMOUS, User
from domain.formula import flat
from store import users
from store.safe_file import OWNER_ONLY, flush_folder

COLUMNS = ("Type", "Identity")
PART_SUFFIX = ".part"


class FileExists(Exception):  # noqa: N818 - says what is the matter
    """There is something of this name already; nothing was written."""


class MemberFile:
    """Writes the users that it is given, in that order; used in a `with`, then `finish`."""

    def __init__(self, path: Path, profile: Sequence[str]) -> None:
        """Begin the file. Raises FileExists, or an OSError where it cannot be written."""
        if path.exists():
            raise FileExists(str(path))
        self._path = path
        self._part = path.with_name(path.name + PART_SUFFIX)
        self._profile = tuple(profile)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        descriptor = os.open(self._part, flags, OWNER_ONLY)
        self._file = os.fdopen(descriptor, "w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file)
        self._rows.writerow([*COLUMNS, *map(cell, profile)])

    def __enter__(self) -> Self:
        """Keep the file open; whatever is not finished is removed."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it, and leave no part behind."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def append(self, conn: sqlite3.Connection, names: Sequence[str]) -> int:
        """Write these users with their traits; return how many are known and can be read."""
        known = users.get_readable(conn, names)
        rows = [self._row(known[name]) for name in names if name in known]
        self._rows.writerows(rows)
        return len(rows)

    def finish(self) -> None:
        """Put the file in place, durably."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._part.replace(self._path)
        flush_folder(self._path.parent)

    def _row(self, user: User) -> list[str]:
        kind, name = ("g", user.user[len(ANONYMOUS) :]) if user.anonymous else ("i", user.user)
        traits = flat(user.traits)
        return [kind, cell(name), *(cell(traits.get(key)) for key in self._profile)]


def cell(value: Any) -> str:
    """Return a value as a cell; what a spreadsheet would run as a formula is made a text."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return spreadsheet.guard(text)
