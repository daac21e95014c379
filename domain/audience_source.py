"""A saved audience as TOML text: the table `[who]` of a campaign's definition, alone in a file."""

from msgspec import Struct

from domain.audience import Node
from domain.decoding import decode
from domain.problem import Problem
from domain.toml_source import Loaded, load, with_lines


class AudienceFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What the file says."""

    who: Node


class AudienceText(Struct, frozen=True):
    """An audience and the text that it was read from, which knows where everything stands."""

    who: Node
    loaded: Loaded


def read_audience(text: str) -> AudienceText | list[Problem]:
    """Return the audience that a text describes, or what is wrong with its shape, by its lines.

    Its rules are asked by whoever knows the names that it may use, so that all is said at once.
    """
    loaded = load(text)
    if not isinstance(loaded, Loaded):
        return loaded
    decoded = decode(loaded.data, AudienceFile)
    if not isinstance(decoded, AudienceFile):
        return with_lines(decoded, loaded)
    return AudienceText(decoded.who, loaded)
