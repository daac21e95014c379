"""A saved audience as TOML text: the table `[who]` of a campaign's definition, alone in a file."""

import math
from collections.abc import Iterator

from msgspec import Struct

from domain.audience import Node
from domain.decoding import decode
from domain.mending import mend
from domain.place import item, member, within
from domain.problem import Problem
from domain.rules_who import Known, node_problems
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
    # What JSON cannot hold would not reach the daemon, or would as something else.
    return with_lines(list(_endless(loaded.data, "")), loaded) or AudienceText(decoded.who, loaded)


def audience_problems(loaded: Loaded, known: Known) -> list[Problem]:
    """Return everything that is wrong with a text: its shape, its rules, the names that it uses.

    What is wrong with its shape does not hide what is wrong with the rest.
    """
    decoded = decode(loaded.data, AudienceFile)
    shape = [] if isinstance(decoded, AudienceFile) else decoded
    if shape:
        decoded = decode(mend(loaded.data, AudienceFile), AudienceFile)
    bad = [problem.where for problem in shape]
    bad += [f"{where.removesuffix('.op')}.value" for where in bad if where.endswith(".op")]
    rules = node_problems(decoded.who, "who", known) if isinstance(decoded, AudienceFile) else ()
    content = [*_endless(loaded.data, ""), *rules]
    seen = [one for one in content if not any(within(one.where, where) for where in bad)]
    return with_lines([*shape, *seen], loaded)


def _endless(value: object, where: str) -> Iterator[Problem]:
    """Yield each number that is none, or has no end: TOML knows `nan` and `inf`."""
    match value:
        case float() if not math.isfinite(value):
            yield Problem(where, f"{value} is no number to compare with.", "Write a finite one.")
        case dict():
            for key, inner in value.items():
                yield from _endless(inner, member(where, key))
        case list():
            for i, inner in enumerate(value):
                yield from _endless(inner, item(where, i))
        case _:
            pass
