"""`clarion connection ...`: whether a person has seen a test event arrive in Segment."""

from typing import Annotated

import typer

from actors.mail_trust import ConfirmConnection, ConnectionStatus, VerifyConnection
from clarion.cli_common import AsOption
from clarion.command import asks, group

app = group("connection", "Find out whether messages really arrive in Segment.")


@app.command()
@asks
def status() -> ConnectionStatus:
    """Tell whether somebody has seen a test event arrive."""
    return ConnectionStatus()


@app.command()
@asks
def verify(by: AsOption) -> VerifyConnection:
    """Send a test event; a card in Slack asks whether it is in your source's debugger."""
    return VerifyConnection(by=by)


@app.command()
@asks
def confirm(
    by: AsOption,
    code: Annotated[
        str, typer.Option("--code", metavar="CODE", help="The code that the test event carries.")
    ],
    absent: Annotated[bool, typer.Option("--absent", help="The event is not there.")] = False,
) -> ConfirmConnection:
    """Say that the test event of this code is in the debugger, or with --absent that it is not."""
    return ConfirmConnection(by=by, code=code, seen=not absent)
