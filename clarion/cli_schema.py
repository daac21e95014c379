"""`clarion schema`: which events and properties have come in."""

from typing import Annotated

import typer

from actors.mail_schema import ShowSchema
from clarion.cli_common import USAGE, ConfigOption, DataOption, JsonOption, where


def schema(
    event: Annotated[
        str, typer.Argument(metavar="[EVENT]", help="The name of one event.", show_default=False)
    ] = "",
    profiles: Annotated[
        bool, typer.Option("--profiles", help="The properties of users, in place of an event's.")
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """List the events that have come in; of one, its properties, their types and examples."""
    call = where(config, data, json=json)
    if event and profiles:
        call.refuse("Name an event, or say --profiles.", "One at a time.", code=USAGE)
    call.finish(call.ask(ShowSchema(event=event, profiles=profiles)))
