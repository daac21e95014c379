"""`clarion why`, `status` and `pause --all`: for when somebody asks what is going on."""

from typing import Annotated

import typer

from actors.mail_intake import ShowIntake
from actors.mail_trust import PauseAll, Why
from clarion.cli_common import USAGE, AsOption, Where
from clarion.command import asks


@asks
def why(
    user: Annotated[str, typer.Argument(metavar="USER", help="The user's id.")],
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="The campaign's name or id.")],
) -> Why:
    """Tell every decision about one user in one campaign, from what is stored."""
    return Why(user=user, campaign=campaign, values=True)


@asks
def status() -> ShowIntake:
    """Count what each source sent and what became of it; show time zones that nobody knows."""
    return ShowIntake()


@asks
def pause(
    call: Where,
    by: AsOption,
    everything: Annotated[
        bool, typer.Option("--all", help="Every campaign that can be paused, in one go.")
    ] = False,
) -> PauseAll:
    """Pause every campaign at once; each is resumed on its own."""
    if not everything:
        call.refuse(
            "Which campaigns?",
            "All of them: `clarion pause --all`; one: `clarion campaign pause NAME`.",
            code=USAGE,
        )
    return PauseAll(by=by)
