"""A file of users: CSV in the form that custom lists are uploaded in, with attributes beside.

It is written under another name and put in place at the end, so that nobody takes a part for it.
"""

import csv
import fcntl
import os
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

import msgspec

from domain.facts import ANONYMOUS, User
from domain.formula import flat
from domain.spreadsheet import LOOKED_AT, guard, unguard
from domain.values import EXACT_MAX, items
from store.attributes import Page
from store.csv_lines import first_two, lines, records
from store.safe_file import OWNER_ONLY, flush_folder

COLUMNS = ("Type", "Identity")
PART_SUFFIX = ".part"
KEPT_SUFFIX = ".kept"
ROWS_AT_ONCE = 1_000
"""So many rows are gone through between two looks at the store."""


class FileExists(Exception):  # noqa: N818 - says what is the matter
    """There is something of this name already; nothing was written."""


class MemberFile:
    """Writes the pages that it is given, in that order; used in a `with`, then `finish`.

    What a page does not tell is put in later: whoever gives the pages is free again sooner.
    """

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
        self._rows = 0
        self._unsure = array("Q")  # the numbers of rows, in their order
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

    @property
    def unsure(self) -> int:
        """How many rows wait for what only their users' profiles tell."""
        return len(self._unsure)

    def append(self, page: Page) -> int:
        """Write the users of a page with their attributes; return how many.

        Those of whom the page does not tell everything are unsure until the rows are gone through.
        """
        columns = [*_identities(page.users), *map(_cells, page.columns)]
        self._unsure.extend(self._rows + place for place in page.beyond)
        self._rows += len(page.users)
        self._file.write(lines(columns))
        return len(page.users)

    @contextmanager
    def again(self) -> Iterator["Again"]:
        """Go through all rows that were written, and write them anew; then none is unsure."""
        self._file.flush()
        kept = _open(self._kept)
        try:
            with self._part.open(encoding="utf-8", newline="") as written:
                yield Again(written, kept, self._attributes, self._unsure)
            self._kept.replace(self._part)
        except BaseException:
            kept.close()
            raise
        self._file.close()
        self._file, self._unsure = kept, array("Q")

    def finish(self) -> None:
        """Put the file in place, durably."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._part.replace(self._path)
        flush_folder(self._path.parent)


class Again:
    """The rows of a file, some at a time: `next`, then `put`, until there is none."""

    def __init__(
        self, written: TextIO, kept: TextIO, attributes: Sequence[str], unsure: Sequence[int]
    ) -> None:
        self._rows = records(written)
        self._kept = kept
        self._attributes = attributes
        self._unsure = unsure
        self._taken = self._asked = 0
        self._held: list[tuple[str, str, bool]] = []
        self._kept.write(next(self._rows))

    def next(self) -> tuple[list[str], list[str]]:
        """Return the users of the next rows, and those of them who are unsure; none at the end."""
        self._held = []
        for number, row in enumerate(islice(self._rows, ROWS_AT_ONCE), self._taken):
            unsure = self._asked < len(self._unsure) and self._unsure[self._asked] == number
            self._asked += unsure
            self._held.append((_user(row), row, unsure))
        self._taken += len(self._held)
        return (
            [user for user, _, _ in self._held],
            [user for user, _, unsure in self._held if unsure],
        )

    def put(self, profiles: Mapping[str, User], gone: Collection[str]) -> int:
        """Write these rows, with what profiles tell of those who are unsure.

        Left out are who is gone, and who is unsure and has no profile; return how many.
        """
        left_out = 0
        for user, row, unsure in self._held:
            profile = profiles.get(user)
            if user in gone or (unsure and profile is None):
                left_out += 1
            elif unsure and profile is not None:
                traits = flat(profile.traits)
                told = [[cell(traits.get(key))] for key in self._attributes]
                self._kept.write(lines([*_identities([user]), *told]))
            else:
                self._kept.write(row)
        return left_out


def _user(row: str) -> str:
    """Return whose row it is, as the line says it."""
    kind, name = first_two(row)
    return (ANONYMOUS if kind == "g" else "") + unguard(name)


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
