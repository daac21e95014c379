"""`clarion user ...`: one user shown, suppressed, or erased."""

from typing import Annotated

import typer

from actors.mail_people import EraseUser, ShowUser, SuppressUser
from clarion.cli_common import AsOption
from clarion.command import asks, group

app = group("user", "One user: everything that is kept of them, and how they are let go.")

UserArgument = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="The userId of the events; of a device, anon: and the anonymousId."
    ),
]


@app.command()
@asks
def show(user: UserArgument) -> ShowUser:
    """Show the profile, devices, lists, latest events and messages of one user."""
    return ShowUser(user=user)


@app.command()
@asks
def suppress(user: UserArgument, by: AsOption) -> SuppressUser:
    """Send the user nothing any more. What is known of them stays."""
    return SuppressUser(user=user, by=by)


@app.command()
@asks
def unsuppress(user: UserArgument, by: AsOption) -> SuppressUser:
    """Let the user be messaged again; of one who was erased, let what comes in be kept again."""
    return SuppressUser(user=user, by=by, suppressed=False)


@app.command()
@asks
def erase(
    user: UserArgument,
    by: AsOption,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it. Without it, only say what would go.")
    ] = False,
) -> EraseUser:
    """Remove everything about the user for good, and keep nothing that still comes in of them."""
    return EraseUser(user=user, by=by, yes=yes)
