"""The rule of what is kept: no condition looks further back than events are, and few look for ever.

An operator may let old events go (`keep_events_days`). The first event of a name that a user did
stays for ever, so a first time, and whether a user ever did it, are known all the same.
"""

from collections.abc import Iterator

from domain.audience import (
    Asked,
    Count,
    Dates,
    DaysAgo,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
    Hours,
    Minutes,
    Node,
    SameValue,
    Step,
    StepNot,
    deeds,
    doings,
)
from domain.periods import DAY_MS, HOUR_MS, MINUTE_MS, has_clock
from domain.place import item, member
from domain.problem import Problem


def kept_problems(node: Node, where: str, keep_events_days: int) -> Iterator[Problem]:
    """Yield that a condition by itself asks for days of which events are gone; 0: none ever go."""
    if not keep_events_days:
        return
    match node:
        case SameValue(did=did, did_not=did_not):
            steps: list[tuple[str, int, Step | StepNot]] = [
                *(("did", i, step) for i, step in enumerate(did)),
                *(("did_not", i, step) for i, step in enumerate(did_not)),
            ]
            for key, i, step in steps:
                yield from _problems(step, item(member(where, key), i), keep_events_days)
        case Did() | DidNot() | DidSum() | DidAverage() | DidOnDays() | DidMostly() | DidShare():
            yield from _problems(node, where, keep_events_days)
        case _:  # a first time is known for ever, and a profile has no past
            pass


def _problems(deed: Asked, where: str, keep_events_days: int) -> Iterator[Problem]:
    reaches_ms = _reaches_back_ms(deed)
    if reaches_ms is not None and reaches_ms > keep_events_days * DAY_MS:
        key = "days" if deed.days is not None else "period"
        what = (
            f"It looks further back than the {keep_events_days:,} days for which events are kept."
        )
        fix = f"Choose at most {keep_events_days:,} days, or ask the operator to keep them longer."
        yield Problem(member(where, key), what, fix)


def looks_back_for_ever(node: Node) -> bool:
    """Tell whether a condition counts what a user ever did, of which only the latest is kept."""
    return any(
        _reaches_back_ms(deed) is None and not isinstance(deed, DidFirst) and not _is_at_all(deed)
        for deed in deeds(node)
    )


def looks_back_days(node: Node) -> int:
    """Return for how many days events must be kept for all of its conditions; 0: for none."""
    ranges = (_reaches_back_ms(deed) for deed in deeds(node) if not isinstance(deed, DidFirst))
    return -(-max((reach_ms or 0 for reach_ms in ranges), default=0) // DAY_MS)


def _reaches_back_ms(deed: Asked) -> int | None:
    """Return how far back a condition looks; None: for ever, or from a date."""
    if deed.days is not None:
        return deed.days * DAY_MS
    match deed.period:
        case Hours(last):
            return last * HOUR_MS
        case Minutes(last):
            return last * MINUTE_MS
        case DaysAgo(between):
            return max(between) * DAY_MS
        case Dates() | None:
            return None


def _is_at_all(deed: Asked) -> bool:
    """Whether it asks only if a user ever did it, however they did: the first event tells."""
    plain = deed.period is None and not has_clock(deed) and not any(d.where for d in doings(deed))
    return plain and (isinstance(deed, DidNot) or (isinstance(deed, Did) and deed.count == Count()))
