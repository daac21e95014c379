"""`clarion audit ...`: the log of every act is checked, and written out for others to read.

It is read from the folder itself, so nobody has to trust the daemon whose acts it tells.
"""

import csv
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated, TypeVar

import msgspec
import typer
from msgspec import Struct

from clarion import printing
from clarion.cli_common import USAGE, Where
from clarion.command import asks, group
from clarion.prose import out
from store import acts, audit, campaigns, folder_work, meta
from store.audit import Act, Head, Tampered
from store.folder_work import UnreadableError
from store.member_file import cell

app = group("audit", "The log of every act: who did what, and that nobody changed it since.")

KEPT = "Keep the folder as it is, and compare what it says with a backup."
OWNER_ONLY = 0o600
COLUMNS = ("id", "time", "who", "action", "campaign", "name", "detail", "mac")

T = TypeVar("T")


class Verified(Struct, frozen=True, tag=True):
    """What `verify --json` prints: how many acts are sound; `wrong`: the first that is not."""

    acts: int
    head: str
    wrong: int | None = None


class ActsExported(Struct, frozen=True, tag=True):
    """What `export --json` prints."""

    file: str
    acts: int
    head: str


class Line(Struct, frozen=True):
    """One act in a file: `time` in UTC, and the campaign by id and by its name of today."""

    id: int
    time: str
    who: str
    action: str
    campaign: str
    name: str
    detail: str
    mac: str


@app.command()
@asks
def verify(
    call: Where,
    head: Annotated[
        str,
        typer.Option(
            "--head", metavar="HEAD", help="One that you kept: the log must lead through it."
        ),
    ] = "",
) -> None:
    """Check every act of the log against the one before, from the first to the last."""
    expected = _head(head) if head else None
    if head and expected is None:
        call.refuse(
            f"{head!r:.80} is no head.",
            "It is a number, a colon and 64 hexadecimal digits, as `clarion audit verify` shows.",
            code=USAGE,
        )

    def check(conn: sqlite3.Connection) -> tuple[int | Tampered, Head]:
        key = acts.audit_key(meta.install_key(conn))
        return audit.verify(conn, key, expected=expected), audit.head(conn)

    found, end = _look(call, check)
    if isinstance(found, Tampered):
        if call.json:
            printing.print_json(Verified(found.id - 1, _told(end), wrong=found.id))
        else:
            what = f"Act {found.id:,} is not what was written there, or is gone."
            printing.refuse(what, f"{_acts(found.id - 1)} before it stand as written. {KEPT}")
        raise typer.Exit(1)
    if call.json:
        printing.print_json(Verified(found, _told(end)))
        return
    through = f" It leads through act {expected.id:,}, which you kept." if expected else ""
    printing.say(f"The audit log is whole: {_acts(found)}.{through}", "green")
    out().print(f"Head: {_told(end)}", soft_wrap=True, highlight=False, markup=False)


@app.command()
@asks
def export(
    call: Where,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A new file: .csv, or .jsonl for one act a line.")
    ],
) -> None:
    """Write every act to a file: when, who, what, on which campaign."""
    target = file.expanduser().absolute()
    writer = WRITERS.get(target.suffix.lower())
    if writer is None:
        call.refuse(f"{file.name!r:.80} is neither .csv nor .jsonl.", "Name it so.", code=USAGE)
    try:
        count, end = _look(call, lambda conn: _write(conn, target, writer))
    except FileExistsError:
        call.refuse(f"{target} exists already.", "Name another file, or move that one away.")
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        call.refuse(f"{target}: {why}.", "Name a file where you may write.")
    if call.json:
        printing.print_json(ActsExported(str(target), count, _told(end)))
        return
    printing.say(f"{target}: {_acts(count)}.")


def _look(call: Where, job: Callable[[sqlite3.Connection], T]) -> T:
    try:
        with folder_work.looking(call.folder) as conn:
            return job(conn)
    except UnreadableError as error:
        call.refuse("The audit log cannot be read.", str(error))


def _write(
    conn: sqlite3.Connection, target: Path, writer: Callable[[IO[str], Act, str], None]
) -> tuple[int, Head]:
    """Write a file that did not exist, for its owner alone: acts name people."""
    names = {row.id: row.name for row in campaigns.everyone(conn)}
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    count = 0
    with closing(os.fdopen(os.open(target, flags, OWNER_ONLY), "w", newline="")) as lines:
        if writer is _as_csv:
            csv.writer(lines).writerow(COLUMNS)
        for act in audit.read(conn):
            writer(lines, act, names.get(act.campaign, ""))
            count += 1
        lines.flush()
        os.fsync(lines.fileno())
    return count, audit.head(conn)


def _as_csv(lines: IO[str], act: Act, name: str) -> None:
    csv.writer(lines).writerow(cell(value) for value in msgspec.structs.astuple(_line(act, name)))


def _as_json(lines: IO[str], act: Act, name: str) -> None:
    lines.write(msgspec.json.encode(_line(act, name)).decode() + "\n")


WRITERS = {".csv": _as_csv, ".jsonl": _as_json}


def _line(act: Act, name: str) -> Line:
    when = datetime.fromtimestamp(act.at_ms / 1000, UTC).isoformat(timespec="milliseconds")
    return Line(act.id, when, act.who, act.action, act.campaign, name, act.detail, act.mac)


def _head(text: str) -> Head | None:
    number, _, mac = text.strip().partition(":")
    is_head = number.isascii() and number.isdigit() and len(mac) == len("0" * 64)
    return Head(int(number), mac) if is_head else None


def _told(head: Head) -> str:
    return f"{head.id}:{head.mac}"


def _acts(n: int) -> str:
    return "1 act" if n == 1 else f"{n:,} acts"
