"""A saved audience as TOML text: the table `[who]` of a campaign's definition, alone in a file."""

from msgspec import Struct

from domain.audience import Node
from domain.decoding import decode
from domain.problem import Problem
from domain.rules_who import Known, node_problems
from domain.toml_source import Loaded, load, with_lines


class AudienceFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What the file says."""

    who: Node


def check_audience(text: str, known: Known | None = None) -> Node | list[Problem]:
    """Return the audience that a text describes, or all its problems in order of their lines.

    `known`: see `domain.rules_who.node_problems`.
    """
    loaded = load(text)
    if not isinstance(loaded, Loaded):
        return loaded
    decoded = decode(loaded.data, AudienceFile)
    if not isinstance(decoded, AudienceFile):
        return with_lines(decoded, loaded)
    return with_lines(list(node_problems(decoded.who, "who", known)), loaded) or decoded.who
