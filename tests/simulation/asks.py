"""What an audience of a life may ask, as a tree in the world's own words.

The world writes it as the product's definition, and its judge asks the history the same.
"""

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct


class OfGroup(Struct, frozen=True, tag="of_group"):
    """The user is of this group."""

    group: str


class AtLeast(Struct, frozen=True, tag="at_least"):
    """The user's number is not below this."""

    n: int


class DidIt(Struct, frozen=True, omit_defaults=True, tag="did_it"):
    """So often the user did the event in the last `days` days (0: ever), with `n` at least."""

    event: str
    days: int = 0
    times: int = 1
    n: int = 0


class NeverDid(Struct, frozen=True, omit_defaults=True, tag="never_did"):
    """The user did no such event in the last `days` days (0: ever)."""

    event: str
    days: int = 0


class BeganTo(Struct, frozen=True, tag="began_to"):
    """The user did the event for the first time ever in the last `days` days."""

    event: str
    days: int


class Listed(Struct, frozen=True, tag="listed"):
    """The user stands in the list of this name, which has these."""

    name: str
    users: tuple[str, ...]


class Named(Struct, frozen=True, tag="named"):
    """What is kept under this name holds."""

    name: str
    of: "Ask"


class Every(Struct, frozen=True, tag="every"):
    """All of it holds."""

    of: tuple["Ask", ...]


class Either(Struct, frozen=True, tag="either"):
    """Some of it holds."""

    of: tuple["Ask", ...]


class Other(Struct, frozen=True, tag="other"):
    """It does not hold."""

    of: "Ask"


Ask: TypeAlias = (
    OfGroup | AtLeast | DidIt | NeverDid | BeganTo | Listed | Named | Every | Either | Other
)


def parts(ask: Ask | None) -> Iterator[Ask]:
    """Give a tree and all that is in it, from the inside."""
    match ask:
        case None:
            return
        case Every(of=of) | Either(of=of):
            for each in of:
                yield from parts(each)
        case Named(of=one) | Other(of=one):
            yield from parts(one)
        case _:
            pass
    yield ask
