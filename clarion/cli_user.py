"""`clarion user ...`: one user shown, suppressed, or erased."""

from typing import Annotated

import typer

from actors.mail_people import EraseUser, ShowUser, SuppressUser
from clarion.cli_common import AsOption, ConfigOption, DataOption, JsonOption, where

app = typer.Typer(
    name="user",
    help="One user: everything that is kept of them, and how they are let go.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

UserArgument = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="The userId of the events; of a device, anon: and the anonymousId."
    ),
]


@app.command()
def show(
    user: UserArgument,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Show the profile, devices, lists, latest events and messages of one user."""
    call = where(config, data, json=json)
    call.finish(call.ask(ShowUser(user=user)))


@app.command()
def suppress(
    user: UserArgument,
    by: AsOption,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Send the user nothing any more. What is known of them stays."""
    call = where(config, data, json=json)
    call.finish(call.ask(SuppressUser(user=user, by=by)))


@app.command()
def unsuppress(
    user: UserArgument,
    by: AsOption,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Let the user be messaged again; of one who was erased, let what comes in be kept again."""
    call = where(config, data, json=json)
    call.finish(call.ask(SuppressUser(user=user, by=by, suppressed=False)))


@app.command()
def erase(
    user: UserArgument,
    by: AsOption,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it. Without it, only say what would go.")
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Remove everything about the user for good, and keep nothing that still comes in of them."""
    call = where(config, data, json=json)
    call.finish(call.ask(EraseUser(user=user, by=by, yes=yes)))
