"""`clarion why`, `status` and `pause --all`: for when somebody asks what is going on."""

from typing import Annotated

import typer

from actors.mail_intake import ShowIntake
from actors.mail_trust import PauseAll, Why
from clarion.cli_common import USAGE, AsOption, ConfigOption, DataOption, JsonOption, where


def why(
    user: Annotated[str, typer.Argument(metavar="USER", help="The user's id.")],
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="The campaign's name or id.")],
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Tell every decision about one user in one campaign, from what is stored."""
    call = where(config, data, json=json)
    call.finish(call.ask(Why(user=user, campaign=campaign)))


def status(config: ConfigOption = None, data: DataOption = None, json: JsonOption = False) -> None:
    """Count what each source sent and what became of it; show time zones that nobody knows."""
    call = where(config, data, json=json)
    call.finish(call.ask(ShowIntake()))


def pause(
    by: AsOption,
    everything: Annotated[
        bool, typer.Option("--all", help="Every campaign that can be paused, in one go.")
    ] = False,
    config: ConfigOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Pause every campaign at once; each is resumed on its own."""
    call = where(config, data, json=json)
    if not everything:
        call.refuse(
            "Which campaigns?",
            "All of them: `clarion pause --all`; one: `clarion campaign pause NAME`.",
            code=USAGE,
        )
    call.finish(call.ask(PauseAll(by=by)))
