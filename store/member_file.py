"""A file of users: CSV in the form that custom lists are uploaded in, with attributes beside.

It is written under another name and put in place at the end, so that nobody takes a part for it.
"""

import csv
import fcntl
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

import msgspec

from domain.facts import ANONYMOUS, User
from domain.formula import flat
from domain.spreadsheet import LOOKED_AT, guard
from domain.values import EXACT_MAX, items
from store.attributes import Page
from store.csv_lines import lines
from store.safe_file import OWNER_ONLY, flush_folder

COLUMNS = ("Type", "Identity")
PART_SUFFIX = ".part"
KEPT_SUFFIX = ".kept"


class FileExists(Exception):  # noqa: N818 - says what is the matter
    """There is something of this name already; nothing was written."""


class MemberFile:
    """Writes the pages that it is given, in that order; used in a `with`, then `finish`."""

    def __init__(self, path: Path, attributes: Sequence[str]) -> None:
        """Begin the file. Raises FileExists, or an OSError where it cannot be written.

        BlockingIOError is one of them: somebody else is writing it.
        """
        if path.exists():
            raise FileExists(str(path))
        self._path = path
        self._part = path.with_name(path.name + PART_SUFFIX)
        self._kept = path.with_name(path.name + KEPT_SUFFIX)
        self._attributes = tuple(attributes)
        self._file = _open(self._part)
        if path.exists():  # whoever had the part has finished since
            self.__exit__(None, None, None)
            raise FileExists(str(path))
        csv.writer(self._file).writerow([*COLUMNS, *map(cell, attributes)])

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
        for left in (self._part, self._kept):
            left.unlink(missing_ok=True)  # while it is ours
        self._file.close()

    def append(self, page: Page, profiles: Mapping[str, User]) -> int:
        """Write the users of a page with their attributes; return how many.

        `profiles` tells of those whom the page does not tell whole; who is not there is left out.
        """
        columns = [*_identities(page.users), *map(_cells, page.columns)]
        left_out = set()
        for place in page.beyond:
            if (user := profiles.get(page.users[place])) is None:
                left_out.add(place)
                continue
            traits = flat(user.traits)
            for column, key in zip(columns[len(COLUMNS) :], self._attributes, strict=True):
                column[place] = cell(traits.get(key))
        if left_out:
            columns = [
                [each for place, each in enumerate(column) if place not in left_out]
                for column in columns
            ]
        self._file.write(lines(columns))
        return len(page.users) - len(left_out)

    def leave_out(self, users: Collection[str]) -> int:
        """Take users out again, who were erased after they were written; return how many were."""
        gone = set(zip(*_identities(list(users)), strict=True))
        self._file.flush()
        kept = _open(self._kept)
        rows = csv.writer(kept)
        left = 0
        with self._part.open(encoding="utf-8", newline="") as written:
            for row in csv.reader(written):
                if tuple(row[: len(COLUMNS)]) in gone:
                    left += 1
                else:
                    rows.writerow(row)
        self._kept.replace(self._part)
        self._file.close()
        self._file = kept
        return left

    def finish(self) -> None:
        """Put the file in place, durably."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._part.replace(self._path)
        flush_folder(self._path.parent)


def cell(value: Any) -> str:
    """Return a value as a cell; what a spreadsheet would run as a formula is made a text.

    Nothing, and a list of nothing, are an empty cell; a number without a fraction has no point.
    """
    if isinstance(value, str):
        return guard(value)
    if not items(value):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_MAX:
        return str(int(value))
    return msgspec.json.encode(value).decode()


def _identities(users: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the types and the identities of users, as in a custom list."""
    kinds = ["g" if user.startswith(ANONYMOUS) else "i" for user in users]
    return kinds, _cells([user.removeprefix(ANONYMOUS) for user in users])


def _cells(values: Sequence[Any]) -> list[str]:
    """Return a column's cells: most texts need no second look, and it is a quarter of an export."""
    return [
        value if isinstance(value, str) and value[:1] not in LOOKED_AT else cell(value)
        for value in values
    ]


def _open(path: Path) -> TextIO:
    """Open an empty file that nobody else writes until it is closed."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY)
    file = os.fdopen(descriptor, "w", encoding="utf-8", newline="")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
    except BaseException:
        file.close()
        raise
    return file
