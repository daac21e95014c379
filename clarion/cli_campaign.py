"""The commands on campaigns: `clarion campaign ...`, all but `check` and `schema` with a daemon."""

from typing import Annotated

import typer

from actors.clock import WallClock
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
from actors.mail_limits import CapKind, LowerCap
from actors.mail_shelf import Archive, Clone, Undo
from clarion import printing, showing
from clarion.cli_common import (
    AsOption,
    Checked,
    FileArgument,
    NameArgument,
    Where,
)
from clarion.cli_definition import read_definition
from clarion.command import asks, group
from domain import schedule, toml_writer
from domain.definition import notes
from domain.schema import campaign_schema

app = group("campaign", "Draft, review, publish and watch campaigns.")

HashOption = Annotated[
    str,
    typer.Option("--hash", metavar="HASH", help="Only if this is still the content's hash."),
]
RunOption = Annotated[str, typer.Option("--run", metavar="RUN", help="The blocked run.")]


@app.command()
@asks
def check(call: Where, file: FileArgument) -> None:
    """Check a definition: every problem at once, with its line. Needs no daemon.

    If one runs, names that are not there are problems too.
    """
    source = read_definition(file, call, whole=True)
    campaign = source.campaign
    found = tuple(notes(campaign, zone=call.zone))
    now = WallClock().now_ms()
    coming = tuple(schedule.if_published(campaign, now_ms=now, account_zone=call.zone))
    if call.json:
        checked = Checked(
            source=source.name, ok=True, name=campaign.name, notes=found, next_runs=coming
        )
        printing.print_json(checked)
        return
    printing.say(f"✓ {source.name} is in order: “{campaign.name}”.", "green")
    showing.print_summary(campaign, call.zone, coming)
    printing.print_notes(found)


@app.command()
def schema() -> None:
    """Print the JSON Schema of definitions. Needs no daemon."""
    printing.print_json(campaign_schema())


@app.command()
@asks
def draft(
    call: Where,
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
) -> None:
    """Keep a definition: a new campaign, or an edit."""
    source = read_definition(file, call, edits=edits)
    call.finish(call.ask(Draft(definition=source.campaign, by=by, edits=edits)), source)


@app.command("list")
@asks
def list_(
    archived: Annotated[bool, typer.Option("--archived", help="Those in the archive.")] = False,
) -> ListAll:
    """List every campaign, the latest first."""
    return ListAll(archived=archived)


@app.command()
@asks
def clone(
    name: NameArgument,
    new_name: Annotated[str, typer.Argument(metavar="NEW_NAME", help="The copy's name.")],
    by: AsOption,
) -> Clone:
    """Draft a copy under a new name."""
    return Clone(name=name, by=by, new_name=new_name)


@app.command()
@asks
def undo(name: NameArgument, by: AsOption) -> Undo:
    """Take back what was published in Slack to run now, before it begins."""
    return Undo(name=name, by=by)


@app.command()
@asks
def archive(
    name: NameArgument,
    by: AsOption,
    back: Annotated[bool, typer.Option("--back", help="Bring it back to the lists.")] = False,
) -> Archive:
    """Take a campaign that is over, or a draft, out of the lists."""
    return Archive(name=name, by=by, archived=not back)


@app.command()
@asks
def show(
    call: Where,
    name: NameArgument,
    definition: Annotated[
        bool, typer.Option("--definition", help="Print the definition alone, as TOML.")
    ] = False,
) -> None:
    """Show one campaign whole, with its books."""
    answer = call.show(name)
    view = answer.campaign
    assert view is not None, "Done to Show carries the campaign"
    if call.json:
        printing.print_json(view.definition if definition else answer)
    elif definition:
        printing.print_definition(toml_writer.write(view.definition))
    else:
        showing.print_campaign(view, call.zone)


@app.command()
@asks
def submit(name: NameArgument, by: AsOption) -> Submit:
    """Ask for a review."""
    return Submit(name=name, by=by)


@app.command()
@asks
def approve(name: NameArgument, by: AsOption, hash_: HashOption = "") -> Approve:
    """Approve it, as who neither wrote nor edited it."""
    return Approve(name=name, by=by, hash=hash_)


@app.command("request-changes")
@asks
def request_changes(
    name: NameArgument,
    by: AsOption,
    comment: Annotated[
        str, typer.Option("--comment", metavar="TEXT", help="What should change, and why.")
    ],
    hash_: HashOption = "",
) -> RequestChanges:
    """Send what is in review back to its author."""
    return RequestChanges(name=name, by=by, comment=comment, hash=hash_)


@app.command()
@asks
def publish(name: NameArgument, by: AsOption, hash_: HashOption = "") -> Publish:
    """Let an approved campaign run."""
    return Publish(name=name, by=by, hash=hash_)


@app.command()
@asks
def pause(name: NameArgument, by: AsOption) -> Pause:
    """Send nothing until it is resumed."""
    return Pause(name=name, by=by)


@app.command()
@asks
def resume(name: NameArgument, by: AsOption) -> Resume:
    """Go on after a pause or a fault."""
    return Resume(name=name, by=by)


@app.command()
@asks
def stop(name: NameArgument, by: AsOption) -> Stop:
    """Stop it for ever."""
    return Stop(name=name, by=by)


@app.command("lower-cap")
@asks
def lower_cap(
    name: NameArgument,
    by: AsOption,
    lim: Annotated[int, typer.Option("--to", min=1, metavar="N", help="At most so many messages.")],
    which: Annotated[
        CapKind | None, typer.Option("--cap", help="Which one, if it has several.")
    ] = None,
) -> LowerCap:
    """Lower a cap of a published campaign, at once: nobody has to approve fewer messages."""
    return LowerCap(name=name, by=by, lim=lim, which=which)


@app.command()
@asks
def sample(
    name: NameArgument,
    by: AsOption,
    run: RunOption,
    n: Annotated[
        int,
        typer.Option("--n", min=0, metavar="N", help="How many; 0 means the safety limit."),
    ] = 0,
) -> SendSample:
    """Send a blocked run to a random N of the qualified."""
    return SendSample(name=name, by=by, run=run, n=n)


@app.command("raise-limit")
@asks
def raise_limit(
    name: NameArgument,
    by: AsOption,
    run: RunOption,
    limit: Annotated[
        int, typer.Option("--limit", min=1, metavar="N", help="The new safety limit.")
    ],
) -> RaiseLimit:
    """Ask a second person for a higher safety limit."""
    return RaiseLimit(name=name, by=by, run=run, limit=limit)


@app.command("skip-run")
@asks
def skip_run(name: NameArgument, by: AsOption, run: RunOption) -> SkipRun:
    """Skip a blocked run: it messages nobody."""
    return SkipRun(name=name, by=by, run=run)
