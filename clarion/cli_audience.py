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
from clarion import printing
from clarion.cli_common import (
    AsOption,
    ConfigOption,
    DataOption,
    JsonOption,
    Read,
    Where,
    end_with_problems,
    name_of,
    read_text,
    where,
)
from domain import toml_source, toml_writer
from domain.audience import Node
from domain.audience_source import check_audience

EXPORT_SECONDS_MAX = 3_600.0

app = typer.Typer(
    name="audience",
    help="Save audiences under a name, count them, and export who is in them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

AudienceArgument = Annotated[str, typer.Argument(metavar="NAME", help="The saved audience's name.")]


@app.command()
def save(
    name: AudienceArgument,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Its [who] as TOML; - reads standard input.")
    ],
    by: AsOption,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Keep an audience under a name, as its first or next version."""
    call = where(config, data, json=json)
    source, who = _read(file, call)
    call.finish(call.ask(SaveAudience(name=name, who=who, by=by)), source)


@app.command("list")
def list_(config: ConfigOption = None, data: DataOption = None, json: JsonOption = False) -> None:
    """List every saved audience and every custom list."""
    call = where(config, data, json=json)
    call.finish(call.ask(ListAudiences()))


@app.command()
def show(
    name: AudienceArgument,
    version: Annotated[
        int, typer.Option("--version", min=0, metavar="N", help="Which one; 0: the latest.")
    ] = 0,
    definition: Annotated[
        bool, typer.Option("--definition", help="Print the definition alone, as TOML.")
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Show one saved audience, and which campaigns name it."""
    call = where(config, data, json=json)
    answer = call.ask(ShowAudience(name=name, version=version))
    if definition and not json and isinstance(answer, AudienceShown):
        printing.print_definition(toml_writer.write_audience(answer.who))
    else:
        call.finish(answer)


@app.command()
def reach(
    name: AudienceArgument,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Count who is in a saved audience now."""
    call = where(config, data, json=json)
    call.finish(call.ask(ReachAudience(name=name)))


@app.command()
def export(
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
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Write who is in a saved audience now to a file, which can be uploaded as a custom list."""
    call = where(config, data, json=json)
    request = ExportAudience(
        name=name,
        path=str(file.expanduser().absolute()),
        by=by,
        profile=tuple(profile or ()),
        sample=sample,
    )
    call.finish(call.ask(request, timeout_seconds=EXPORT_SECONDS_MAX))


def _read(file: str, call: Where) -> tuple[Read, Node]:
    """Read an audience from a file or standard input; one with problems ends the command."""
    text = read_text(file)
    who = check_audience(text)
    if isinstance(who, list):
        end_with_problems(who, name_of(file), json=call.json)
    loaded = toml_source.load(text)
    assert isinstance(loaded, toml_source.Loaded), "the same text was loaded above"
    return Read(name_of(file), loaded), who
