"""Reading the definition or audience of a command, and saying everything that is wrong with it."""

from actors.clock import WallClock
from actors.mail import Refused
from actors.mail_text import CheckAudienceText, CheckText
from clarion.cli_common import Read, Where, end_with_problems, name_of, read_text
from clarion.client import NoDaemon, ask
from clarion.socket_file import socket_path
from domain import audience_source, toml_source
from domain.audience import Node
from domain.campaign import Campaign
from domain.problem import Problem

TOLD_SECONDS_MAX = 10.0
"""A daemon that hangs must not keep us from saying what is wrong anyhow."""


class Source(Read, frozen=True):
    """A definition that was read, and the campaign that it says."""

    campaign: Campaign


def read_definition(file: str, call: Where, *, edits: str = "", whole: bool = False) -> Source:
    """Read a definition from a file or standard input; one with problems ends the command.

    If a daemon runs it tells them, also those that only it knows: names that are not there.
    `edits`: the campaign whose edit it is; the times of one that has run may be past. `whole`: the
    daemon is asked though no rule is broken, by a command that asks it nothing else.
    """
    name, text = name_of(file), read_text(file)
    found = toml_source.check(text, now_ms=WallClock().now_ms(), zone=call.zone)
    if whole or not isinstance(found, Campaign):
        told = _told(call, CheckText(text=text, edits=edits))
        if told is not None:
            found = told or toml_source.shape(text)
    if not isinstance(found, Campaign):
        return end_with_problems(found, name, json=call.json)
    loaded = toml_source.load(text)
    assert isinstance(loaded, toml_source.Loaded), "the same text was read above"
    return Source(name, loaded, found)


class SourceOfAudience(Read, frozen=True):
    """An audience that was read, and the tree that it says."""

    who: Node


def read_audience(file: str, call: Where, *, name: str) -> SourceOfAudience:
    """Read an audience that the daemon will save under a name, or tell the problems of."""
    text = read_text(file)
    found = audience_source.read_audience(text)
    if isinstance(found, audience_source.AudienceText):
        return SourceOfAudience(name_of(file), found.loaded, found.who)
    told = _told(call, CheckAudienceText(text=text, name=name))
    return end_with_problems(told or found, name_of(file), json=call.json)


def _told(call: Where, question: CheckText | CheckAudienceText) -> list[Problem] | None:
    """Return the problems that a daemon tells; None if there is none, or it cannot look at it."""
    try:
        answer = ask(socket_path(call.folder), question, timeout_seconds=TOLD_SECONDS_MAX)
    except NoDaemon:
        return None
    if isinstance(answer, Refused):  # without any: the text is too long for it
        return list(answer.problems) or None
    return []
