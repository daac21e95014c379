"""Who never did something, where a condition that zero would meet leaves them out.

"Fewer than 3" and "0 or more" count only users who did it at all, unless `include_zero` says
otherwise (BEHAVIOUR, 2). That is allowed, and may surprise.
"""

from collections.abc import Iterator
from typing import TypeAlias

from domain.audience import (
    All,
    Amount,
    AnyOf,
    Count,
    Did,
    DidAverage,
    DidOnDays,
    DidSum,
    Node,
    Not,
    SameValue,
    Step,
    deeds,
    doings,
)
from domain.comparing import bounds, micro_bounds, related
from domain.phrases import quoted
from domain.place import item, member
from domain.problem import Problem

_Counted: TypeAlias = Did | DidOnDays | DidSum | DidAverage | Step

FIX = "Write include_zero = true to count them as well."


def never_notes(node: Node, where: str) -> Iterator[Problem]:
    """Yield each condition of a tree that zero would meet, and that users who never did it do not.

    `fix` says how to count them.
    """
    match node:
        case All(of) | AnyOf(of):
            for i, inner in enumerate(of):
                yield from never_notes(inner, item(member(where, "of"), i))
        case Not(of):
            yield from never_notes(of, member(where, "of"))
        case SameValue(did=did):
            for i, step in enumerate(did):
                yield from _note(step, item(member(where, "did"), i))
        case Did() | DidOnDays() | DidSum() | DidAverage():
            yield from _note(node, where)
        case _:
            pass


def never_lines(node: Node) -> list[str]:
    """Return the same as lines without places, each once: for a tree that nobody wrote as it is."""
    found = {
        f"Users who never did {_events(deed)} do not meet {said}, though zero does:"
        " include_zero = true counts them as well": None
        for deed in deeds(node)
        if isinstance(deed, Did | DidOnDays | DidSum | DidAverage | Step)
        and (said := _zero_met(deed))
    }
    return list(found)


def _note(deed: _Counted, where: str) -> Iterator[Problem]:
    if said := _zero_met(deed):
        what = f"Zero meets {said}, and users who never did it do not."
        name = "count" if isinstance(_asked(deed), Count) else "amount"
        yield Problem(member(where, name), what, FIX)


def _zero_met(deed: _Counted) -> str:
    """Return what was asked, if zero meets it and nevertheless does not count; else nothing."""
    asked = _asked(deed)
    several = bounds(asked) if isinstance(asked, Count) else micro_bounds(asked)
    if asked.include_zero or not related(asked.op, 0, several):
        return ""
    shown = " and ".join(map(str, asked.value if isinstance(asked.value, tuple) else [asked.value]))
    return f'"{asked.op} {shown}"'


def _asked(deed: _Counted) -> Count | Amount:
    return deed.amount if isinstance(deed, DidSum | DidAverage) else deed.count


def _events(deed: _Counted) -> str:
    return " or ".join(quoted(doing.event) for doing in doings(deed))
