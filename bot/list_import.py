"""A custom list out of a file in Slack, read and kept by the code of `clarion import list`."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import trio
from msgspec import Struct
from slack_sdk import WebClient

from actors.file_import import Imported, Importer, Unusable, Wish
from actors.file_problems import Problems
from actors.file_text import GZIP_MAGIC
from actors.mail import Refused
from bot.fetching import fetch
from bot.line import Line
from bot.list_form import ListFile
from domain.problem import Problem

SAID_EVERY_SECONDS = 3.0
"""So often at most a person hears how far it is."""
PACKED = Refused("The file is packed.", "Unpack it, and choose the CSV file itself.")
"""Of 10 MB that are unpacked there may be gigabytes to read."""


class Outcome(Struct, frozen=True):
    """How it ended; of what is wrong with rows the first few, and a text that names all."""

    done: Imported | Unusable | Refused
    first: tuple[Problem, ...] = ()
    problems: bytes = b""


def import_list(
    line: Line, client: WebClient, wanted: ListFile, by: str, tell: Callable[[str], None]
) -> Outcome:
    """Fetch the file and hand it to the daemon, piece by piece. Blocks: it is for a thread.

    `tell` hears how far it is. The file is here no longer than this takes.
    """
    try:
        with TemporaryDirectory(prefix="clarion-") as folder:
            return _imported(line, client, wanted, by, tell, Path(folder) / "list.csv")
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else type(error).__name__
        return Outcome(Refused(f"The file could not be kept here: {why}.", "Try again later."))


def _imported(
    line: Line,
    client: WebClient,
    wanted: ListFile,
    by: str,
    tell: Callable[[str], None],
    path: Path,
) -> Outcome:
    refused = fetch(client, wanted.file, path)
    if refused is not None:
        return Outcome(refused)
    if _starts_packed(path):
        return Outcome(PACKED)
    wish = Wish("list", path, by, list_name=wanted.name, encoding=wanted.encoding)
    with Problems(path) as problems:
        importer = Importer(
            wish,
            lambda request: line.ask(request, line.patience(lambda: None)),
            _now_and_then(path.stat().st_size, tell),
            nap=_nap,
            now_ms=line.now_ms(),
        )
        done = importer.run(problems)
    said = problems.path.read_bytes() if problems.count else b""
    return Outcome(done, tuple(problems.first), said)


def _starts_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(GZIP_MAGIC)) == GZIP_MAGIC


def _now_and_then(size: int, tell: Callable[[str], None]) -> Callable[[str, int], None]:
    """Return what tells the share of the file that is done, and not too often."""
    last = time.monotonic()

    def hear(doing: str, at: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= SAID_EVERY_SECONDS:
            last = now
            tell(f"{doing} the file: {min(at, size) * 100 // max(size, 1)} %")

    return hear


def _nap(seconds: float) -> None:
    """Wait as long as the daemon asks for; a stop of the daemon ends it."""
    trio.from_thread.run(trio.sleep, seconds)
