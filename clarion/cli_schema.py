"""`clarion schema`: which events and properties have come in."""

from typing import Annotated

import typer

from actors.mail_schema import ShowSchema
from clarion.cli_common import USAGE, Where
from clarion.command import asks


@asks
def schema(
    call: Where,
    event: Annotated[
        str, typer.Argument(metavar="[EVENT]", help="The name of one event.", show_default=False)
    ] = "",
    profiles: Annotated[
        bool, typer.Option("--profiles", help="The properties of users, in place of an event's.")
    ] = False,
) -> ShowSchema:
    """List the events that have come in; of one, its properties, their types and examples."""
    if event and profiles:
        call.refuse("Name an event, or say --profiles.", "One at a time.", code=USAGE)
    return ShowSchema(event=event, profiles=profiles)
