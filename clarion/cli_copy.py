"""`clarion audience status` and `rebuild`: the columnar copy that audiences are asked of."""

import time
from typing import Annotated

import typer

from actors.mail import Answer
from actors.mail_copy import CopyStatus, RebuildCopy, ShowCopy
from clarion.cli_common import Where
from clarion.command import asks
from clarion.printing import say
from clarion.showing_copy import progress

ASK_EVERY_SECONDS = 0.5


@asks
def status() -> ShowCopy:
    """Tell how far the copy is behind the log, and how much room it takes."""
    return ShowCopy()


@asks
def rebuild(
    call: Where,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait until it is done, and show how far.")
    ] = True,
) -> None:
    """Make the audience's copy anew from the log, while the daemon goes on with the old one.

    It needs room for a second copy. Where there is none: stop the daemon, delete
    audience.duckdb in its folder and start it; audiences wait until the log is copied.
    """
    answer = call.ask(RebuildCopy())
    if wait and isinstance(answer, CopyStatus):
        answer = _wait(call, answer)
    if isinstance(answer, CopyStatus) and answer.making == "failed":
        call.refuse("The copy was not made anew; the old one goes on.", answer.why)
    if wait and isinstance(answer, CopyStatus) and not answer.making and not call.json:
        say("The copy was made anew.", "green")
    call.finish(answer)


def _wait(call: Where, status: CopyStatus) -> Answer:
    """Ask how far it is until it has ended; to break it off ends the asking alone."""
    with progress() as show:
        answer: Answer = status
        while isinstance(answer, CopyStatus) and answer.making == "running":
            show(answer)
            time.sleep(ASK_EVERY_SECONDS)
            answer = call.ask(ShowCopy())
    return answer
