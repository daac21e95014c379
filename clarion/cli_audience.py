"""The commands on saved audiences: `clarion audience ...`, all with a daemon."""

from pathlib import Path
from typing import Annotated

import typer

from actors.mail_audience import (
    AudienceShown,
    ExportAudience,
    ListAudiences,
    ReachAudience,
    SaveAudience,
    ShowAudience,
)
from clarion import cli_copy, printing
from clarion.cli_common import AsOption, Where
from clarion.cli_definition import read_audience
from clarion.command import asks, group
from domain import toml_writer

EXPORT_SECONDS_MAX = 3_600.0

app = group(
    "audience",
    "Save audiences under a name, count them, export who is in them; look after their data.",
)
app.command()(cli_copy.status)
app.command()(cli_copy.rebuild)

AudienceArgument = Annotated[str, typer.Argument(metavar="NAME", help="The saved audience's name.")]


@app.command()
@asks
def save(
    call: Where,
    name: AudienceArgument,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Its [who] as TOML; - reads standard input.")
    ],
    by: AsOption,
) -> None:
    """Keep an audience under a name, as its first or next version."""
    source = read_audience(file, call, name=name)
    call.finish(call.ask(SaveAudience(name=name, who=source.who, by=by)), source)


@app.command("list")
@asks
def list_() -> ListAudiences:
    """List every saved audience and every custom list."""
    return ListAudiences()


@app.command()
@asks
def show(
    call: Where,
    name: AudienceArgument,
    version: Annotated[
        int, typer.Option("--version", min=0, metavar="N", help="Which one; 0: the latest.")
    ] = 0,
    definition: Annotated[
        bool, typer.Option("--definition", help="Print the definition alone, as TOML.")
    ] = False,
) -> None:
    """Show one saved audience, and which campaigns name it."""
    answer = call.ask(ShowAudience(name=name, version=version))
    if definition and not call.json and isinstance(answer, AudienceShown):
        printing.print_definition(toml_writer.write_audience(answer.who))
    else:
        call.finish(answer)


@app.command()
@asks
def reach(name: AudienceArgument) -> ReachAudience:
    """Count who is in a saved audience now."""
    return ReachAudience(name=name)


@app.command()
@asks
def export(
    call: Where,
    name: AudienceArgument,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A CSV file that does not exist yet.")
    ],
    by: AsOption,
    profile: Annotated[
        list[str] | None,
        typer.Option("--profile", metavar="KEY", help="A property to write beside; repeatable."),
    ] = None,
    sample: Annotated[
        int, typer.Option("--sample", min=0, metavar="N", help="So many at random; 0: all.")
    ] = 0,
) -> None:
    """Write who is in a saved audience now to a file, which can be uploaded as a custom list."""
    request = ExportAudience(
        name=name,
        path=str(file.expanduser().absolute()),
        by=by,
        profile=tuple(profile or ()),
        sample=sample,
    )
    call.finish(call.ask(request, timeout_seconds=EXPORT_SECONDS_MAX))
