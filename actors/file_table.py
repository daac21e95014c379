"""A table in a file: its header, and its rows with the lines on which they begin."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

from actors.calls import HAS_NUL
from actors.file_text import Reading, is_text
from domain.problem import Problem
from domain.spreadsheet import unguard

DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
CELL_CHARS_MAX = 65_536
"""A quote that is never closed would take the rest of the file for one cell."""
COLUMNS_MAX = 256 + 6
"""As many as an event has properties, and those that say who, what and when."""


class Row(Struct, frozen=True):
    """One row, and the line of the file on which it begins."""

    line: int
    cells: list[str]


class BadRow(Struct, frozen=True):
    """A row that cannot be read.

    `whole`: neither can the file. An open quote takes the rows after it for its own, and what is no
    text in the encoding says that other letters may be wrong, too: nothing may be taken.
    """

    problem: Problem
    whole: bool = False


class Table:
    """A header, and the rows below it, read as they are asked for."""

    def __init__(self, header: Sequence[str], reader: "_Lines", delimiter: str) -> None:
        self.header = tuple(header)
        self.delimiter = delimiter
        self._reader = reader

    def rows(self) -> Iterator[Row | BadRow]:
        """Yield every row that is not empty. Raises what `file_text.BROKEN` names."""
        width = len(self.header)
        for found in self._reader.rows():
            if isinstance(found, BadRow):
                yield found
            elif len(found.cells) != width:
                what = f"It has {len(found.cells):,} cells; the header has {width:,}."
                fix = "Quote cells that hold a delimiter or a line's end; leave none out."
                yield BadRow(Problem("row", what, fix, found.line))
            elif not is_text("".join(found.cells)):
                yield BadRow(Problem("row", *NOT_TEXT, found.line), whole=True)
            elif any("\0" in cell for cell in found.cells):
                yield BadRow(Problem("row", *HAS_NUL, found.line))
            else:
                yield found


Opened: TypeAlias = Table | list[Problem]


def open_table(reading: Reading, *, delimiter: str = "") -> Opened:
    """Read the header. Without `delimiter`: what stands in it most. Problems end the matter."""
    csv.field_size_limit(CELL_CHARS_MAX)
    first = reading.lines.readline(CELL_CHARS_MAX)
    if not first:
        return [Problem("file", "It is empty.", "The first row names the columns.")]
    if len(first) == CELL_CHARS_MAX:
        what = f"The first line has more than {CELL_CHARS_MAX:,} characters."
        return [Problem("line 1", what, "The first row names the columns, and nothing else.")]
    chosen = delimiter or _delimiter_of(first)
    reader = _Lines(reading, first, chosen)
    header = next(reader.rows(), None)
    if header is None:
        return [Problem("line 1", "It is empty.", "The first row names the columns.")]
    if isinstance(header, BadRow):
        return [header.problem]
    names = [name.strip() for name in header.cells]
    problems = list(_wrong_with(names, chosen))
    return problems or Table(names, reader, chosen)


def _wrong_with(names: Sequence[str], delimiter: str) -> Iterator[Problem]:
    if not is_text("".join(names)):
        yield Problem("header", *NOT_TEXT, 1)
        return
    if any("\0" in name for name in names):
        yield Problem("header", *HAS_NUL, 1)
        return
    if len(names) > COLUMNS_MAX:
        what = f"It has {len(names):,} columns; at most {COLUMNS_MAX} are taken."
        yield Problem("header", what, "Leave out columns that nobody asks for.", 1)
    for place, name in enumerate(names, start=1):
        if not name:
            what = f"Column {place} has no name."
            apart = NAMES.get(delimiter, delimiter)
            fix = f"Name it, or delete it. The cells are taken to be set apart by {apart}."
            yield Problem("header", what, fix, 1)
    for name, times in Counter(names).items():
        if name and times > 1:
            what = f"{times} columns are called “{name:.80}”."
            yield Problem("header", what, "Give each a name of its own.", 1)


def _delimiter_of(header: str) -> str:
    """Return what stands most in the header, outside quotes."""
    plain = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=plain.count)


class _Lines:
    """The rows of the file, with the lines on which they begin; one that is bad is told apart."""

    def __init__(self, reading: Reading, first: str, delimiter: str) -> None:
        self._reading = reading
        self._first = first
        self._reader = csv.reader(self._text(), delimiter=delimiter, strict=True)

    def rows(self) -> Iterator[Row | BadRow]:
        while True:
            line = self._reader.line_num + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield BadRow(Problem("row", *_said(error), line), whole=True)
                continue
            if cells:
                yield Row(line, list(map(unguard, cells)))

    def _text(self) -> Iterator[str]:
        yield self._first
        yield from self._reading.lines


NOT_TEXT = (
    "It is not text in the file's encoding, which is taken to be UTF-8 unless it is named.",
    "Save the file as UTF-8, or name the encoding that it has, such as cp1252.",
)


def _said(error: csv.Error) -> tuple[str, str]:
    text = str(error)
    if "field larger" in text:
        return (
            f"A cell has more than {CELL_CHARS_MAX:,} characters.",
            "Most likely a quote that opens here is never closed. Close it.",
        )
    if "unexpected end" in text:
        return ("A quote that opens here is never closed.", "Close it.")
    return (
        "A quote stands in the middle of a quoted cell.",
        "Double it: a quote inside a quoted cell is written twice.",
    )
