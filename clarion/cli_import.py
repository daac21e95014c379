"""`clarion import ...`: profiles, events and custom lists from files."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from actors.clock import WallClock
from actors.file_import import Importer, Tell, Unusable, Wish
from actors.file_layout import What
from actors.file_problems import Problems
from actors.file_text import UTF_8
from actors.mail import Refused
from clarion import printing, showing_import
from clarion.cli_common import (
    NO_DAEMON,
    REFUSED,
    AsOption,
    Where,
    end_with_problems,
)
from clarion.client import NoDaemon, WentAway, ask
from clarion.command import asks, group
from clarion.prose import err
from clarion.socket_file import socket_path

app = group("import", "Profiles, events and custom lists from files, packed by gzip or not.")

ONCE = "It is read more than once, so it must be a file on disk."
AGAIN = "Run the same command again: it goes on where this one stopped."
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}

PathArgument = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)
]
CheckOption = Annotated[
    bool, typer.Option("--check", help="Only look for problems. Needs no daemon.")
]
AgainOption = Annotated[
    bool, typer.Option("--again", help="Also if the very same file was imported already.")
]
DelimiterOption = Annotated[
    str,
    typer.Option(
        "--delimiter",
        metavar="NAME",
        help="comma, semicolon, tab or bar; else what stands in the header most.",
    ),
]
EncodingOption = Annotated[
    str,
    typer.Option(
        "--encoding", metavar="NAME", help="Such as cp1252; else the file's mark, else UTF-8."
    ),
]


@app.command()
@asks
def profiles(
    call: Where,
    file: PathArgument,
    by: AsOption,
    check: CheckOption = False,
    again: AgainOption = False,
    delimiter: DelimiterOption = "",
    encoding: EncodingOption = "",
) -> None:
    """Import profiles: a CSV with a column `identity`; every other column is a trait."""
    wish = _wish("profiles", file, by, delimiter, encoding, again=again)
    _run(call, wish, check=check)


@app.command()
@asks
def events(
    call: Where,
    file: PathArgument,
    by: AsOption,
    event: Annotated[
        str, typer.Option("--event", metavar="NAME", help="What every row is, without a column.")
    ] = "",
    check: CheckOption = False,
    again: AgainOption = False,
    delimiter: DelimiterOption = "",
    encoding: EncodingOption = "",
) -> None:
    """Import events: a CSV with `identity`, `event` and `time`, or JSONL of Segment's calls."""
    wish = _wish("events", file, by, delimiter, encoding, every_row_is=event, again=again)
    _run(call, wish, check=check)


@app.command("list")
@asks
def list_(
    call: Where,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The list's name; new or not.")],
    file: PathArgument,
    by: AsOption,
    check: CheckOption = False,
    delimiter: DelimiterOption = "",
    encoding: EncodingOption = "",
) -> None:
    """Import a custom list, in place of its last version: a CSV with `Type` and `Identity`."""
    wish = _wish("list", file, by, delimiter, encoding, list_name=name)
    _run(call, wish, check=check)


def _wish(
    what: What,
    file: Path,
    by: str,
    delimiter: str,
    encoding: str,
    *,
    list_name: str = "",
    every_row_is: str = "",
    again: bool = False,
) -> Wish:
    """Return what is wanted; an option that means nothing ends the command."""
    if delimiter and delimiter not in DELIMITERS:
        raise typer.BadParameter(f"It is one of {', '.join(DELIMITERS)}.", param_hint="--delimiter")
    if not file.is_file():
        raise typer.BadParameter(ONCE, param_hint="FILE")
    try:
        " ".encode(encoding or UTF_8)
    except (LookupError, UnicodeError):  # there are encodings that make no text, such as hex
        raise typer.BadParameter(
            f"{encoding!r:.40} is not known.", param_hint="--encoding"
        ) from None
    return Wish(
        what,
        file,
        by,
        list_name=list_name,
        every_row_is=every_row_is,
        delimiter=DELIMITERS.get(delimiter, ""),
        encoding=encoding,
        again=again,
    )


def _run(call: Where, wish: Wish, *, check: bool) -> None:
    """Import or check; every way in which it ends says what to do next."""
    socket = socket_path(call.folder)
    try:
        with Problems(wish.path) as problems, _progress(wish.path) as tell:
            importer = Importer(
                wish,
                lambda request: ask(socket, request),
                tell,
                nap=time.sleep,
                now_ms=WallClock().now_ms(),
            )
            done = importer.check(problems) if check else importer.run(problems)
    except KeyboardInterrupt:
        call.refuse("Stopped.", f"What was imported stays. {AGAIN}")
    except WentAway as gone:
        call.refuse(gone.what, f"What it took stays. Start it. {AGAIN}", code=NO_DAEMON)
    except NoDaemon as none:
        call.refuse(none.what, f"{none.fix} {AGAIN}", code=NO_DAEMON)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        call.refuse(f"{wish.path}: {why}.", f"What was imported stays. {AGAIN}")
    if isinstance(done, Unusable):
        end_with_problems(list(done.problems), str(wish.path), json=call.json)
    if isinstance(done, Refused):
        call.refuse(done.what, done.fix)
    if call.json:
        printing.print_json(done)
    else:
        showing_import.print_imported(done, problems.first, call.zone)
    if done.problems:
        raise typer.Exit(REFUSED)


@contextmanager
def _progress(path: Path) -> Iterator[Tell]:
    """Show on a terminal how much of the file is behind us."""
    total = path.stat().st_size
    console = err()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)

        def tell(doing: str, at: int) -> None:
            bar.update(task, description=doing, completed=at)

        yield tell
