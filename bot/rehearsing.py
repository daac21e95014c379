"""Rehearsing for one person: the answer takes a while, and says how far it is meanwhile."""

import re

from slack_sdk import WebClient

from actors.mail import Done, Refused
from actors.mail_rehearsal import Rehearse, Rehearsed, ShowRehearsing
from bot import answers, rehearsal_card
from bot.blocks import Message
from bot.line import Caller, Line, tell
from bot.quoted import unquoted

_DAYS = re.compile(
    r"(?P<name>.+?)[\s,]+(?:over\s+)?(?P<days>\d{1,6})\s*(?:days?|d)?", re.IGNORECASE
)


def rehearse(line: Line, client: WebClient, caller: Caller, name: str) -> Message:
    """Return what was found, with its picture, or why there is nothing."""

    def working() -> None:
        tell(client, caller, answers.working())

    def how_far() -> None:
        stands = line.ask(ShowRehearsing(), line.patience(lambda: None))
        if isinstance(stands, Done):
            tell(client, caller, answers.done(stands))

    request = _asked(line, name)
    there = line.find(request.name, line.patience(working))
    if isinstance(there, Refused):  # before a process is started, and everything copied for it
        return answers.refused(there)
    answer = line.ask(request, line.progressing(working, how_far))
    if isinstance(answer, Rehearsed):
        return rehearsal_card.pictured(client, answer, line.examples.keep(answer))
    assert isinstance(answer, Refused), "the desk rehearses or refuses"
    return answers.refused(answer)


def _asked(line: Line, typed: str) -> Rehearse:
    """Return what `NAME` asks, or `NAME 7 days`, `NAME 7`; who is called so comes first."""
    found = _DAYS.fullmatch(typed)
    if found is None or not isinstance(line.find(typed, line.patience(lambda: None)), Refused):
        return Rehearse(typed)
    return Rehearse(unquoted(found["name"]), int(found["days"]))
