"""`clarion limits [NAME]`: the limits in force, how full they are and when they free."""

from typing import Annotated

import typer

from actors.mail_limits import ShowLimits
from clarion.command import asks


@asks
def limits(
    name: Annotated[
        str,
        typer.Argument(metavar="[NAME]", help="A campaign's name or id; without it, all of them."),
    ] = "",
) -> ShowLimits:
    """Show the limits in force, how full each is and when it frees: of a campaign, or of all."""
    return ShowLimits(name=name)
