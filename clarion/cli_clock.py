"""The commands on the clock: `clarion clock ...`, for when the machine's clock has leapt."""

import typer

from actors.mail import AcceptClock, ShowClock
from clarion.cli_common import AsOption, ConfigOption, DataOption, JsonOption, where

app = typer.Typer(
    name="clock",
    help="See whether the clock is held, and say that it is right.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def show(config: ConfigOption = None, data: DataOption = None, json: JsonOption = False) -> None:
    """Say how the clock stands: right, or held because the machine's clock has leapt."""
    call = where(config, data, json=json)
    call.finish(call.ask(ShowClock()))


@app.command()
def accept(
    by: AsOption,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Say that the machine's clock is right as it is now, so that sending goes on."""
    call = where(config, data, json=json)
    call.finish(call.ask(AcceptClock(by=by)))
