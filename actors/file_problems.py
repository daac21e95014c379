"""What is wrong with the rows of a file: the first few for the screen, all in a file beside it.

That file names lines and quotes cells of the imported one, so its owner alone may read it.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from domain.problem import Problem

SHOWN_MAX = 10
WRITTEN_MAX = 100_000
"""A file of which every row is wrong has one problem, and needs no second file of its size."""
SUFFIX = ".problems"
_OWNER_ONLY = 0o600


class Problems:
    """Collects them; the file is there only if it has something to say."""

    def __init__(self, beside: Path) -> None:
        self.path = beside.with_name(beside.name + SUFFIX)
        self.first: list[Problem] = []
        self.count = 0
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        """Forget what an earlier import of the file said."""
        self.path.unlink(missing_ok=True)
        return self

    def add(self, problems: Iterable[Problem]) -> None:
        """Write down what is wrong with a row."""
        for problem in problems:
            self.count += 1
            if len(self.first) < SHOWN_MAX:
                self.first.append(problem)
            if self.count <= WRITTEN_MAX:
                print(_one_line(problem), file=self._opened())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file."""
        if self._file is None:
            return
        if self.count > WRITTEN_MAX:
            print(f"... and {self.count - WRITTEN_MAX:,} more", file=self._file)
        self._file.close()

    def _opened(self) -> IO[str]:
        if self._file is None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            descriptor = os.open(self.path, flags, _OWNER_ONLY)
            self._file = os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace")
        return self._file


def _one_line(problem: Problem) -> str:
    return " ".join(str(problem).splitlines())
