"""`clarion audience status` and `rebuild`: the columnar copy that audiences are asked of."""

import time
from typing import Annotated

import typer

from actors.mail import Answer
from actors.mail_copy import CopyStatus, RebuildCopy, ShowCopy
from clarion.cli_common import NO_DAEMON, Where
from clarion.client import NoDaemon, ask
from clarion.command import asks
from clarion.printing import say
from clarion.showing_copy import progress
from clarion.socket_file import socket_path

ASK_EVERY_SECONDS = 0.5
BROKEN_OFF = "The daemon ended before the copy was made anew; the old one goes on."
AGAIN = "Run the same command again, once a daemon runs."


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
    """Ask how far it is until it has ended; to break it off ends the asking alone.

    A daemon that was started anew meanwhile makes none, and counts from 0.
    """
    answer: Answer = status
    with progress() as show:
        while isinstance(answer, CopyStatus) and answer.making == "running":
            show(answer)
            time.sleep(ASK_EVERY_SECONDS)
            try:
                answer = ask(socket_path(call.folder), ShowCopy())
            except NoDaemon:
                call.refuse(BROKEN_OFF, AGAIN, code=NO_DAEMON)
    if isinstance(answer, CopyStatus) and not answer.making and answer.rebuilds <= status.rebuilds:
        call.refuse(BROKEN_OFF, AGAIN)
    return answer
