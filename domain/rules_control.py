"""The rules of control groups: a size that tells something, and groups that there are."""

from collections.abc import Iterator

from domain.campaign import Limits
from domain.place import item
from domain.problem import Problem
from domain.rules_text import duplicate_problems, text_problems
from domain.rules_who import SHARED_NAME_CHARS_MAX, Known
from domain.words import offer

CONTROL_PERCENT_MIN = 2
CONTROL_PERCENT_MAX = 99
CONTROL_GROUPS_MAX = 10


def control_problems(limits: Limits, known: Known | None) -> Iterator[Problem]:
    """Yield what is wrong with a campaign's control groups; `known`: see `node_problems`."""
    percent = limits.control_percent
    if percent != 0 and not CONTROL_PERCENT_MIN <= percent <= CONTROL_PERCENT_MAX:
        fix = f"Choose 0 for none, or {CONTROL_PERCENT_MIN} to {CONTROL_PERCENT_MAX}."
        yield Problem("limits.control_percent", f"{percent} % is not possible.", fix)
    where = "limits.control_groups"
    if len(limits.control_groups) > CONTROL_GROUPS_MAX:
        what = f"There are {len(limits.control_groups)} groups; at most {CONTROL_GROUPS_MAX} are"
        yield Problem(where, f"{what} possible.", "Leave some out.")
    yield from duplicate_problems(limits.control_groups, where)
    for i, name in enumerate(limits.control_groups):
        place = item(where, i)
        odd = list(text_problems(name, place, SHARED_NAME_CHARS_MAX))
        yield from odd
        if odd or known is None or name in known.controls:
            continue
        fix = "The operator makes groups in config.toml, under [control]."
        fix = offer(name, known.controls) if known.controls else fix
        yield Problem(place, f'There is no control group "{name}".', fix)
