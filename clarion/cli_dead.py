"""`clarion dead ...`: what is set aside for a person, and what the person decides."""

from typing import Annotated

import typer

from actors.mail_trust import LIST_MAX, DropAside, ListAside, RetryAside, ShowAside
from clarion.cli_common import (
    USAGE,
    AsOption,
    Where,
)
from clarion.command import asks, group

app = group(
    "dead", "Messages that Segment refused or may not have, and events that broke a campaign."
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
@asks
def list_(
    campaign: CampaignOption = "",
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1_000, help="So many at most, the latest first.")
    ] = LIST_MAX,
) -> ListAside:
    """List what waits for a person, the latest first."""
    return ListAside(campaign=campaign, limit=limit)


@app.command()
@asks
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="An id from `clarion dead list`.")],
) -> ShowAside:
    """Show the whole trail of one message or event."""
    return ShowAside(id=name)


@app.command()
@asks
def retry(
    call: Where,
    by: AsOption,
    ids: IdsArgument = None,
    campaign: CampaignOption = "",
    everything: AllOption = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Also what Segment may have already, under the same id.")
    ] = False,
) -> RetryAside:
    """Send messages again under the same ids, and consider events anew."""
    named = _named(call, ids, campaign, everything=everything)
    return RetryAside(by=by, ids=named, campaign=campaign, yes=yes)


@app.command()
@asks
def drop(
    call: Where,
    by: AsOption,
    ids: IdsArgument = None,
    campaign: CampaignOption = "",
    everything: AllOption = False,
) -> DropAside:
    """Close them for good: never sent, never considered."""
    named = _named(call, ids, campaign, everything=everything)
    return DropAside(by=by, ids=named, campaign=campaign)


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
