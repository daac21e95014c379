"""`clarion dead ...`: what is set aside for a person, and what the person decides."""

from typing import Annotated

import typer

from actors.mail_trust import LIST_MAX, DropAside, ListAside, RetryAside, ShowAside
from clarion.cli_common import (
    USAGE,
    AsOption,
    ConfigOption,
    DataOption,
    JsonOption,
    Where,
    where,
)

app = typer.Typer(
    name="dead",
    help="Messages that Segment refused or may not have, and events that broke a campaign.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

CampaignOption = Annotated[
    str, typer.Option("--campaign", metavar="NAME", help="Of this campaign only.")
]
AllOption = Annotated[bool, typer.Option("--all", help="Everything of --campaign that waits.")]
IdsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="ID...", help="Ids from `clarion dead list`.", show_default=False),
]


@app.command("list")
def list_(
    campaign: CampaignOption = "",
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1_000, help="So many at most, the latest first.")
    ] = LIST_MAX,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """List what waits for a person, the latest first."""
    call = where(config, data, json=json)
    call.finish(call.ask(ListAside(campaign=campaign, limit=limit)))


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="An id from `clarion dead list`.")],
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Show the whole trail of one message or event."""
    call = where(config, data, json=json)
    call.finish(call.ask(ShowAside(id=name)))


@app.command()
def retry(
    by: AsOption,
    ids: IdsArgument = None,
    campaign: CampaignOption = "",
    everything: AllOption = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Also what Segment may have already, under the same id.")
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Send messages again under the same ids, and consider events anew."""
    call = where(config, data, json=json)
    named = _named(call, ids, campaign, everything=everything)
    call.finish(call.ask(RetryAside(by=by, ids=named, campaign=campaign, yes=yes)))


@app.command()
def drop(
    by: AsOption,
    ids: IdsArgument = None,
    campaign: CampaignOption = "",
    everything: AllOption = False,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Close them for good: never sent, never considered."""
    call = where(config, data, json=json)
    named = _named(call, ids, campaign, everything=everything)
    call.finish(call.ask(DropAside(by=by, ids=named, campaign=campaign)))


def _named(
    call: Where, ids: list[str] | None, campaign: str, *, everything: bool
) -> tuple[str, ...]:
    """Return the ids that are meant; () is everything of the campaign. Half a wish ends here."""
    if ids and not campaign and not everything:
        return tuple(ids)
    if campaign and everything and not ids:
        return ()
    return call.refuse(
        "It is not clear what is meant.",
        "Name ids, or else everything of one campaign: `--campaign NAME --all`.",
        code=USAGE,
    )
