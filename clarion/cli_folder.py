"""`clarion backup` and `clarion restore`: the folder of data, kept elsewhere and put back."""

from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from actors.clock import WallClock
from actors.mail import BackUp
from clarion import printing
from clarion.cli_common import Where
from clarion.command import asks
from store import backup, folder_work, migrations
from store.errors import StoreError

BACKUP_SECONDS_MAX = 6 * 3_600.0
"""A backup takes as long as its disk needs; a daemon that hangs must not hang the shell."""


NEXT = "clarion run --adopt"


class Restored(Struct, frozen=True, tag=True):
    """What `clarion restore --json` prints; `aside` is the old database, "" if there was none."""

    folder: str
    aside: str
    next: str


class Rewritten(Struct, frozen=True, tag=True):
    """What `clarion compact --json` prints."""

    before_bytes: int
    after_bytes: int


@asks
def back_up(
    call: Where,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that does not exist yet.")],
) -> None:
    """Copy the daemon's database into one new file, while it goes on working."""
    request = BackUp(path=str(file.expanduser().absolute()))
    call.finish(call.ask(request, timeout_seconds=BACKUP_SECONDS_MAX))


@asks
def compact(call: Where) -> None:
    """Rewrite the database of a folder that no daemon uses, without remains of what was erased."""
    try:
        done = folder_work.compact(call.folder)
    except (StoreError, OSError) as error:
        call.refuse("Nothing was rewritten.", str(error))
    if call.json:
        printing.print_json(Rewritten(done.before_bytes, done.after_bytes))
    else:
        told = f"{done.before_bytes:,} bytes before, {done.after_bytes:,} bytes now."
        printing.say(f"Rewritten: {told}")


@asks
def restore(
    call: Where,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `clarion backup` wrote.")],
) -> None:
    """Put a backup in place of the database of a folder that no daemon uses."""
    try:
        aside = backup.restore(
            file.expanduser().absolute(),
            call.folder,
            schema_known=len(migrations.load()),
            now_ms=WallClock().now_ms(),
        )
    except (StoreError, OSError) as error:
        call.refuse("Nothing was restored.", str(error))
    kept = "" if aside is None else f" What was there is {aside.name} now."
    told = f"Restored into {call.folder}.{kept} Next: `{NEXT}`, once."
    if call.json:
        printing.print_json(Restored(folder=str(call.folder), aside=str(aside or ""), next=NEXT))
    else:
        printing.say(told)
