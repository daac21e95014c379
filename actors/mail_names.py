"""What a form asks for to be chosen from, and what it is offered: part of the mail."""

from typing import Literal, TypeAlias

from msgspec import Struct

from actors.mail_beside import Beside
from store.offering import Offered as Offered  # what an answer is made of
from store.vocabulary import Type as Type  # the same

Wanted: TypeAlias = Literal["event", "property", "trait", "value", "audience", "list"]
NAMES_MAX = 100
"""What a menu of Slack's takes."""


class FindNames(Beside, frozen=True, tag=True):
    """What matches what was typed, best first.

    `event`: whose properties or values ("": those of users). `property`: whose values.
    """

    wanted: Wanted
    by: str
    typed: str = ""
    event: str = ""
    property: str = ""
    at_most: int = NAMES_MAX


class NamesFound(Struct, frozen=True, tag=True):
    """What can be chosen. `ready`: all that came in is known by now."""

    names: tuple[Offered, ...]
    ready: bool = True
