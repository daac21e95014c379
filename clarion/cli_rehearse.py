"""`clarion rehearse FILE`: what a draft would have done over the last days, before it runs."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import trio
import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from actors.clock import WallClock
from actors.mail import Refused
from actors.mail_rehearsal import DAYS_DEFAULT, DAYS_MAX, Rehearsed
from actors.mail_rehearsal import Progress as Played
from actors.restraint import Pace
from clarion import inline_image, printing, rehearsal_process, showing_rehearsal
from clarion.cli_common import Where
from clarion.cli_definition import read_definition
from clarion.command import asks
from clarion.prose import err
from clarion.rehearsal_play import Play
from domain.control import Controls
from domain.frequency import GlobalLimits
from domain.zones import local_wall


@asks
def rehearse(
    call: Where,
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="A definition as TOML, or the name of a campaign."),
    ],
    days: Annotated[
        int, typer.Option("--days", min=1, max=DAYS_MAX, help="How much of the past to play.")
    ] = DAYS_DEFAULT,
    messages: Annotated[
        Path | None,
        typer.Option("--messages", metavar="FILE", help="Write every message to it, as CSV."),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option("--picture", metavar="FILE", help="Write the picture to it, as PNG."),
    ] = None,
) -> None:
    """Play the stored events of the last days through a draft; nothing real is touched."""
    _refuse_unwritable(call, messages, picture)
    source = read_definition(file, call) if file == "-" or Path(file).is_file() else None
    config = call.config
    play = Play(
        folder=str(call.folder),
        name=source.campaign.name if source else file,
        days=days,
        now_ms=WallClock().now_ms(),
        zone=call.zone,
        pace=Pace(
            messages_per_second=config.segment.messages_per_second,
            requests_at_once_max=config.segment.requests_at_once_max,
        ),
        definition=source.campaign if source else None,
        controls=Controls(config.control.system_percent, config.control.groups),
        house=GlobalLimits(
            config.frequency.rules,
            config.frequency.dwell_minutes,
            config.frequency.messages_per_5_minutes,
        ),
        messages="" if messages is None else str(messages.absolute()),
    )
    with _bar(call) as tell:
        answer = trio.run(partial(rehearsal_process.run, play, tell))
    if isinstance(answer, Refused):
        call.finish(answer, source)
        return
    if picture is not None:
        picture.write_bytes(_drawn(answer))
    if call.json:
        printing.print_json(answer)
        return
    showing_rehearsal.print_rehearsal(answer)
    how = inline_image.protocol(os.environ, is_terminal=sys.stdout.isatty())
    if how is not None:
        sys.stdout.write(inline_image.sequence(_drawn(answer), how))


def _refuse_unwritable(call: Where, *files: Path | None) -> None:
    """Refuse a file that cannot be written before minutes are spent on what should be in it."""
    for file in files:
        if file is None:
            continue
        where = file if file.exists() else file.absolute().parent
        if file.is_dir() or not where.exists() or not os.access(where, os.W_OK):
            call.refuse(
                f"{file} cannot be written.", "Name a file in a folder that is there and yours."
            )


@contextmanager
def _bar(call: Where) -> Iterator[Callable[[Played], object]]:
    """Show how far it is, on standard error, where a person looks."""
    console = err()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(
        *columns, console=console, transient=True, disable=call.json or not console.is_terminal
    ) as bar:
        task = bar.add_task("Copying what it needs", total=None)

        def tell(played: Played) -> None:
            at = local_wall(played.at_ms, call.zone)
            said = f"Playing {at:%Y-%m-%d}"
            bar.update(task, description=said, total=played.of, completed=played.done)

        yield tell


def _drawn(answer: Rehearsed) -> bytes:
    from bot import picture as drawing  # noqa: PLC0415 - it loads Matplotlib, see `cli_report`

    return drawing.draw_rehearsal(answer)
