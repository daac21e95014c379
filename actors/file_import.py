"""Importing a file: read here, row by row, and kept by the daemon, piece by piece.

The daemon says how much of the file it has, so a second start goes on where the first one ended,
however it ended. What is wrong with a row keeps no other row back, unless it says that the file
itself is misread: a wrong encoding, or a quote that is left open.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from actors import file_records, file_text
from actors.file_layout import Layout, What, lay_out
from actors.file_problems import Problems
from actors.file_records import Partly
from actors.file_table import BadRow, Table, open_table
from actors.file_text import Reading
from actors.file_types import Column, Guess
from actors.mail import Answer, Refused, Request
from actors.mail_files import BeginFile, EndFile, FileStands, TakeEntries, TakeRecords
from domain.problem import Problem
from domain.timely import AHEAD_MS_MAX, LATE_MS_MAX
from store.lists import Entry
from store.log import Incoming

PIECE_ROWS_MAX = 1_000
PIECE_BYTES_MAX = 600_000
"""So that a piece, as JSON, is well below the longest line of the socket."""
BROKEN_SHOWN_MAX = 20
"""So many rows are named, of those that keep the whole file out."""
_BYTES_A_ROW = 200  # of what surrounds a record's body

Item: TypeAlias = Incoming | Entry
Ask: TypeAlias = Callable[[Request], Answer]
Tell: TypeAlias = Callable[[str, int], None]
"""Hears what is being done, and how many bytes of the file are behind us."""


class Wish(Struct, frozen=True):
    """What is imported, and how its file is to be read; "" is for whatever is found out."""

    what: What
    path: Path
    by: str
    list_name: str = ""
    every_row_is: str = ""
    delimiter: str = ""
    encoding: str = ""
    again: bool = False

    @property
    def is_table(self) -> bool:
        """Whether the file is a CSV; events may also come as calls, one JSON object a line."""
        names = self.path.name.lower().removesuffix(".gz")
        return self.what != "events" or not names.endswith((".jsonl", ".ndjson", ".json"))


class Imported(Struct, frozen=True, tag=True):
    """How an import ended. `rows_bad` have problems and were left out; `stands` is the daemon's.

    `already`: an earlier import took it. Of `rows_good`, `rows_partly` were taken without values
    that are over a limit, and `rows_recent` are events so new that live campaigns act on them.
    `columns` are the traits or properties, and how their cells were read.
    """

    file: str
    what: What
    stands: FileStands | None
    already: bool
    rows_good: int
    rows_partly: int
    rows_recent: int
    rows_bad: int
    problems: int
    problems_file: str
    columns: tuple[Column, ...] = ()


class Unusable(Struct, frozen=True):
    """Nothing of the file was taken, because of these."""

    problems: tuple[Problem, ...]


class Importer:
    """Reads one file and hands it over. Raises OSError for a file that cannot be read."""

    def __init__(
        self, wish: Wish, ask: Ask, tell: Tell, *, nap: Callable[[float], None], now_ms: int
    ) -> None:
        self._wish = wish
        self._ask = ask
        self._tell = tell
        self._nap = nap
        self._now_ms = now_ms
        self._begun_ms = now_ms
        self._layout = Layout(())
        self.good = self.partly = self.bad = self.recent = 0

    def look(self) -> Unusable | None:
        """Read the file once, for its header and what its columns hold."""
        if not self._wish.is_table:
            return None
        with _whole() as broken, self._open() as reading:
            table = open_table(reading, delimiter=self._wish.delimiter)
            if not isinstance(table, Table):
                return Unusable(tuple(table))
            guess = Guess(table.header)
            for number, row in enumerate(table.rows()):
                if not isinstance(row, BadRow):
                    guess.see(row.cells)
                elif row.whole:
                    broken.append(row.problem)
                    if len(broken) == BROKEN_SHOWN_MAX:
                        break
                if number % PIECE_ROWS_MAX == 0:
                    self._tell("looking at", reading.at())
        if broken:
            return Unusable(tuple(broken))
        layout = lay_out(self._wish.what, guess.columns(), every_row_is=self._wish.every_row_is)
        if not isinstance(layout, Layout):
            return Unusable(tuple(layout))
        self._layout = layout
        return None

    def check(self, problems: Problems) -> Unusable | Refused | Imported:
        """Look at every row, and hand nothing over."""
        unusable = self.look()
        if unusable is not None:
            return unusable
        with _whole() as broken, self._open() as reading:
            for _ in self._pieces(reading, "", problems):
                self._tell("checking", reading.at())
        problems.add(broken)
        return self._imported(None, problems)

    def run(self, problems: Problems) -> Unusable | Refused | Imported:
        """Hand over whatever the daemon does not have yet."""
        before = self._wish.path.stat()
        unusable = self.look()
        if unusable is not None:
            return unusable
        wish = self._wish
        digest = file_text.identify(wish.path).digest
        if wish.every_row_is:  # the same rows as another event are other events
            digest = sha256(f"{digest} {wish.every_row_is}".encode()).hexdigest()
        begun = self._ask(
            BeginFile(wish.what, digest, by=wish.by, name=wish.list_name, again=wish.again)
        )
        if not isinstance(begun, FileStands):
            return self._imported(begun, problems)
        self._begun_ms = begun.begun_ms or self._now_ms
        if begun.done_ms is not None:
            return self._in_already(begun, problems)
        stands = begun
        with _whole() as broken, self._open() as reading:
            for piece in self._pieces(reading, stands.source, problems):
                answer = self._hand_over(stands, piece)
                if not isinstance(answer, FileStands):
                    return self._imported(answer, problems)
                stands = answer
                self._tell("importing", reading.at())
        after = self._wish.path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            broken.append(Problem("file", "It changed while it was read.", "Import it again."))
        if broken:
            problems.add(broken)
            return self._imported(stands, problems)
        ended = self._ask(
            EndFile(wish.what, stands.source, wish.by, stands.name, stands.version, stands.list_id)
        )
        return self._imported(ended, problems)

    def _in_already(self, stands: FileStands, problems: Problems) -> Refused | Imported:
        """Say again what is wrong with a file that is in: what was left out is still not in."""
        with _whole() as broken, self._open() as reading:
            for _ in self._pieces(reading, stands.source, problems):
                self._tell("checking", reading.at())
        problems.add(broken)
        return self._imported(stands, problems, already=True)

    def _hand_over(self, stands: FileStands, piece: Sequence[Item]) -> Answer:
        """Send what of a piece is not there yet; wait while the daemon has too much to do."""
        at = self.good - len(piece)
        fresh = piece[max(stands.counts.rows - at, 0) :]
        if not fresh:
            return stands
        at = self.good - len(fresh)
        request: Request
        if self._wish.what == "list":
            request = TakeEntries(
                self._wish.what,
                stands.source,
                stands.name,
                stands.version,
                stands.list_id,
                at,
                tuple(each for each in fresh if isinstance(each, Entry)),
            )
        else:
            records = tuple(each for each in fresh if isinstance(each, Incoming))
            request = TakeRecords(self._wish.what, stands.source, at, records)
        while True:
            answer = self._ask(request)
            if not isinstance(answer, FileStands) or not answer.wait_seconds:
                return answer
            self._nap(answer.wait_seconds)

    def _pieces(self, reading: Reading, source: str, problems: Problems) -> Iterator[list[Item]]:
        piece: list[Item] = []
        size = 0
        for item in self._items(reading, source):
            if isinstance(item, list):
                self.bad += 1
                problems.add(item)
                continue
            if isinstance(item, Partly):
                self.partly += 1
                problems.add(item.problems)
            row = item.record if isinstance(item, Partly) else item
            self.good += 1
            self.recent += isinstance(row, Incoming) and self._acts(row)
            piece.append(row)
            size += _BYTES_A_ROW + (len(row.body) if isinstance(row, Incoming) else len(row.id))
            if len(piece) == PIECE_ROWS_MAX or size >= PIECE_BYTES_MAX:
                yield piece
                piece, size = [], 0
        if piece:
            yield piece

    def _acts(self, record: Incoming) -> bool:
        """Tell whether an event is new enough that live campaigns act on it."""
        age = self._now_ms - record.time_ms
        return record.kind == "event" and -AHEAD_MS_MAX <= age <= LATE_MS_MAX

    def _items(self, reading: Reading, source: str) -> Iterator[Item | Partly | list[Problem]]:
        wish, layout = self._wish, self._layout
        if not wish.is_table:
            yield from file_records.calls_of(reading.lines, now_ms=self._begun_ms)
            return
        table = open_table(reading, delimiter=wish.delimiter)
        assert isinstance(table, Table), "the same header was read a moment ago"
        match wish.what:
            case "profiles":
                yield from file_records.profiles(layout, table.rows(), source=source)
            case "events":
                yield from file_records.events(
                    layout, table.rows(), now_ms=self._begun_ms, every_row_is=wish.every_row_is
                )
            case "list":
                yield from file_records.entries(layout, table.rows())

    @contextmanager
    def _open(self) -> Iterator[Reading]:
        with file_text.reading(self._wish.path, encoding=self._wish.encoding) as reading:
            yield reading

    def _imported(
        self, answer: Answer | None, problems: Problems, *, already: bool = False
    ) -> Refused | Imported:
        if isinstance(answer, Refused):
            return answer
        assert answer is None or isinstance(answer, FileStands), "a file is answered so"
        return Imported(
            file=str(self._wish.path),
            what=self._wish.what,
            stands=answer,
            already=already,
            rows_good=self.good,
            rows_partly=self.partly,
            rows_recent=self.recent,
            rows_bad=self.bad,
            problems=problems.count,
            problems_file=str(problems.path) if problems.count else "",
            columns=tuple(self._layout.columns[place] for place in self._layout.values),
        )


@contextmanager
def _whole() -> Iterator[list[Problem]]:
    """Give a list that says, after the block, what cut the file short; else it stays empty."""
    broken: list[Problem] = []
    try:
        yield broken
    except file_text.BROKEN as error:
        what = f"It cannot be read to its end ({type(error).__name__})."
        fix = "It was cut short, or is not what it says: make it again. Nothing before is lost."
        broken.append(Problem("file", what, fix))
