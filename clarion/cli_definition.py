"""Reading the definition or audience of a command, and saying everything that is wrong with it."""

from actors.clock import WallClock
from actors.mail import Refused
from actors.mail_text import CheckAudienceText, CheckText
from clarion.cli_common import Read, Where, end_with_problems, name_of, read_text
from clarion.client import NoDaemon, ask
from clarion.socket_file import socket_path
from domain import toml_source
from domain.audience import Node
from domain.audience_source import AudienceText, read_audience
from domain.campaign import Campaign
from domain.problem import Problem


class Source(Read, frozen=True):
    """A definition that was read, and the campaign that it says."""

    campaign: Campaign


def read_definition(file: str, call: Where) -> Source:
    """Read a definition from a file or standard input; one with problems ends the command."""
    name, text = name_of(file), read_text(file)
    found = _read(name, text, call.zone)
    return found if isinstance(found, Source) else end_with_problems(found, name, json=call.json)


def read_for_daemon(file: str, call: Where, *, edits: str = "") -> Source:
    """Read a definition that the daemon will be asked about; one with problems ends the command.

    If a daemon runs it tells them, also those that only it knows: names that are not there.
    `edits`: the campaign whose edit it is; the times of one that has run may be past.
    """
    name, text = name_of(file), read_text(file)
    found = _read(name, text, call.zone)
    if isinstance(found, Source):
        return found
    told = _told(call, CheckText(text=text, edits=edits))
    if told == []:
        return _source(name, text, toml_source.shape(text))
    return end_with_problems(told or found, name, json=call.json)


class SourceOfAudience(Read, frozen=True):
    """An audience that was read, and the tree that it says."""

    who: Node


def read_audience_for_daemon(file: str, call: Where, *, name: str) -> SourceOfAudience:
    """Read an audience that the daemon will save under a name, or tell the problems of."""
    text = read_text(file)
    found = read_audience(text)
    if isinstance(found, AudienceText):
        return SourceOfAudience(name_of(file), found.loaded, found.who)
    told = _told(call, CheckAudienceText(text=text, name=name))
    return end_with_problems(told or found, name_of(file), json=call.json)


def _told(call: Where, question: CheckText | CheckAudienceText) -> list[Problem] | None:
    """Return the problems that a daemon tells; None if there is none, or it cannot look at it."""
    try:
        answer = ask(socket_path(call.folder), question)
    except NoDaemon:
        return None
    if isinstance(answer, Refused):  # without any: the text is too long for it
        return list(answer.problems) or None
    return []


def _read(name: str, text: str, zone: str) -> Source | list[Problem]:
    campaign = toml_source.check(text, now_ms=WallClock().now_ms(), zone=zone)
    return _source(name, text, campaign) if isinstance(campaign, Campaign) else campaign


def _source(name: str, text: str, campaign: Campaign | list[Problem]) -> Source:
    loaded = toml_source.load(text)
    assert isinstance(campaign, Campaign), "the daemon has read it too"
    assert isinstance(loaded, toml_source.Loaded), "what was read was loaded"
    return Source(name, loaded, campaign)
