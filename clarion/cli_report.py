"""`clarion report NAME`: what came of a campaign, as text, as a picture, as JSON or CSV."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from actors.mail_report import Report, ShowReport
from bot import figures
from bot.report_csv import to_csv
from clarion import inline_image, printing, showing_report
from clarion.cli_common import USAGE, NameArgument, Where
from clarion.command import asks


@asks
def report(
    call: Where,
    name: NameArgument,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print it as CSV: part, name, measure, value.")
    ] = False,
    file: Annotated[
        Path | None,
        typer.Option("--picture", metavar="FILE", help="Write the picture to this file, as PNG."),
    ] = None,
) -> None:
    """Show what came of a campaign until now: books, delivery, variants, goal and lift."""
    if as_csv and call.json:
        call.refuse("It is either --json or --csv.", "Leave one of them out.", code=USAGE)
    answer = call.ask(ShowReport(name=name))
    if not isinstance(answer, Report):
        call.finish(answer)
        return
    found = figures.with_lift(answer)
    if file is not None:
        _write(call, file, _drawn(found))
    if as_csv:
        sys.stdout.write(to_csv(found))
    elif call.json:
        printing.print_json(found)
    else:
        showing_report.print_report(found)
        how = inline_image.protocol(os.environ, is_terminal=sys.stdout.isatty())
        if how is not None:
            sys.stdout.write(inline_image.sequence(_drawn(found), how))


def _drawn(report: Report) -> bytes:
    from bot import picture  # noqa: PLC0415 - it loads Matplotlib, which other commands never need

    return picture.draw(report)


def _write(call: Where, file: Path, png: bytes) -> None:
    try:
        file.write_bytes(png)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        call.refuse(f"{file}: {why}.", "Name a file that can be written.")
