"""`clarion connection ...`: whether a person has seen a test event arrive in Segment."""

from typing import Annotated

import typer

from actors.mail_trust import ConfirmConnection, ConnectionStatus, VerifyConnection
from clarion.cli_common import AsOption, ConfigOption, DataOption, JsonOption, where

app = typer.Typer(
    name="connection",
    help="Find out whether messages really arrive in Segment.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def status(config: ConfigOption = None, data: DataOption = None, json: JsonOption = False) -> None:
    """Tell whether somebody has seen a test event arrive."""
    call = where(config, data, json=json)
    call.finish(call.ask(ConnectionStatus()))


@app.command()
def verify(
    by: AsOption, config: ConfigOption = None, data: DataOption = None, json: JsonOption = False
) -> None:
    """Send a test event; a card in Slack asks whether it is in your source's debugger."""
    call = where(config, data, json=json)
    call.finish(call.ask(VerifyConnection(by=by)))


@app.command()
def confirm(
    by: AsOption,
    code: Annotated[
        str, typer.Option("--code", metavar="CODE", help="The code that the test event carries.")
    ],
    absent: Annotated[bool, typer.Option("--absent", help="The event is not there.")] = False,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Say that the test event of this code is in the debugger, or with --absent that it is not."""
    call = where(config, data, json=json)
    call.finish(call.ask(ConfirmConnection(by=by, code=code, seen=not absent)))
