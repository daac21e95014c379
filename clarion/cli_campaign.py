"""The commands on campaigns: `clarion campaign ...`, all but `check` and `schema` with a daemon."""

from typing import Annotated

import typer

from actors.mail import (
    Approve,
    Draft,
    ListAll,
    Pause,
    Publish,
    RaiseLimit,
    RequestChanges,
    Resume,
    SendSample,
    SkipRun,
    Stop,
    Submit,
)
from clarion import printing, showing
from clarion.cli_common import (
    AsOption,
    Checked,
    ConfigOption,
    DataOption,
    FileArgument,
    JsonOption,
    NameArgument,
    read_definition,
    where,
)
from domain import toml_writer
from domain.definition import notes
from domain.schema import campaign_schema

app = typer.Typer(
    name="campaign",
    help="Draft, review, publish and watch campaigns.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

HashOption = Annotated[
    str,
    typer.Option("--hash", metavar="HASH", help="Only if this is still the content's hash."),
]
RunOption = Annotated[str, typer.Option("--run", metavar="RUN", help="The blocked run.")]


@app.command()
def check(
    file: FileArgument,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Check a definition: every problem at once, with its line. Needs no daemon."""
    call = where(config, data, json=json)
    source = read_definition(file, call)
    campaign = source.campaign
    found = tuple(notes(campaign, zone=call.zone))
    if json:
        printing.print_json(Checked(source=source.name, ok=True, name=campaign.name, notes=found))
        return
    printing.say(f"✓ {source.name} is in order: “{campaign.name}”.", "green")
    showing.print_summary(campaign, call.zone)
    printing.print_notes(found)


@app.command()
def schema() -> None:
    """Print the JSON Schema of definitions. Needs no daemon."""
    printing.print_json(campaign_schema())


@app.command()
def draft(
    file: FileArgument,
    by: AsOption,
    edits: Annotated[
        str,
        typer.Option(
            "--edits",
            metavar="NAME",
            help="Save it as an edit of this campaign, also to rename it.",
        ),
    ] = "",
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Keep a definition: a new campaign, or an edit."""
    call = where(config, data, json=json)
    source = read_definition(file, call)
    call.finish(call.ask(Draft(definition=source.campaign, by=by, edits=edits)), source)


@app.command("list")
def list_(config: ConfigOption = None, data: DataOption = None, json: JsonOption = False) -> None:
    """List every campaign, the latest first."""
    call = where(config, data, json=json)
    call.finish(call.ask(ListAll()))


@app.command()
def show(
    name: NameArgument,
    definition: Annotated[
        bool, typer.Option("--definition", help="Print the definition alone, as TOML.")
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Show one campaign whole, with its books."""
    call = where(config, data, json=json)
    answer = call.show(name)
    view = answer.campaign
    assert view is not None, "Done to Show carries the campaign"
    if json:
        printing.print_json(view.definition if definition else answer)
    elif definition:
        printing.print_definition(toml_writer.write(view.definition))
    else:
        showing.print_campaign(view, call.zone)


@app.command()
def submit(
    name: NameArgument,
    by: AsOption,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Ask for a review."""
    call = where(config, data, json=json)
    call.finish(call.ask(Submit(name=name, by=by)))


@app.command()
def approve(
    name: NameArgument,
    by: AsOption,
    hash_: HashOption = "",
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Approve it, as who neither wrote nor edited it."""
    call = where(config, data, json=json)
    call.finish(call.ask(Approve(name=name, by=by, hash=hash_)))


@app.command("request-changes")
def request_changes(
    name: NameArgument,
    by: AsOption,
    comment: Annotated[
        str, typer.Option("--comment", metavar="TEXT", help="What should change, and why.")
    ],
    hash_: HashOption = "",
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Send what is in review back to its author."""
    call = where(config, data, json=json)
    call.finish(call.ask(RequestChanges(name=name, by=by, comment=comment, hash=hash_)))


@app.command()
def publish(
    name: NameArgument,
    by: AsOption,
    hash_: HashOption = "",
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Let an approved campaign run."""
    call = where(config, data, json=json)
    call.finish(call.ask(Publish(name=name, by=by, hash=hash_)))


@app.command()
def pause(
    name: NameArgument,
    by: AsOption,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Send nothing until it is resumed."""
    call = where(config, data, json=json)
    call.finish(call.ask(Pause(name=name, by=by)))


@app.command()
def resume(
    name: NameArgument,
    by: AsOption,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Go on after a pause or a fault."""
    call = where(config, data, json=json)
    call.finish(call.ask(Resume(name=name, by=by)))


@app.command()
def stop(
    name: NameArgument,
    by: AsOption,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Stop it for ever."""
    call = where(config, data, json=json)
    call.finish(call.ask(Stop(name=name, by=by)))


@app.command()
def sample(
    name: NameArgument,
    by: AsOption,
    run: RunOption,
    n: Annotated[
        int,
        typer.Option("--n", min=0, metavar="N", help="How many; 0 means the safety limit."),
    ] = 0,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Send a blocked run to a random N of the qualified."""
    call = where(config, data, json=json)
    call.finish(call.ask(SendSample(name=name, by=by, run=run, n=n)))


@app.command("raise-limit")
def raise_limit(
    name: NameArgument,
    by: AsOption,
    run: RunOption,
    limit: Annotated[
        int, typer.Option("--limit", min=1, metavar="N", help="The new safety limit.")
    ],
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Ask a second person for a higher safety limit."""
    call = where(config, data, json=json)
    call.finish(call.ask(RaiseLimit(name=name, by=by, run=run, limit=limit)))


@app.command("skip-run")
def skip_run(
    name: NameArgument,
    by: AsOption,
    run: RunOption,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Skip a blocked run: it messages nobody."""
    call = where(config, data, json=json)
    call.finish(call.ask(SkipRun(name=name, by=by, run=run)))
