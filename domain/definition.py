"""The rules of a campaign's content: every problem at once, each with its place and its remedy."""

from collections.abc import Iterator
from typing import get_args

from domain.campaign import Campaign, Kind, canonical
from domain.decoding import decode
from domain.mending import mend
from domain.nevers import never_notes
from domain.place import WHOLE, item, within
from domain.problem import Problem
from domain.rules_control import control_problems
from domain.rules_delivery import delivery_problems
from domain.rules_goal import goal_problems
from domain.rules_limits import limit_problems
from domain.rules_quiet import quiet_problems
from domain.rules_text import duplicate_problems, mention_problems, text_problems
from domain.rules_trigger import trigger_problems
from domain.rules_variants import variant_problems
from domain.rules_what import what_problems
from domain.rules_when import when_notes, when_problems
from domain.rules_who import Known, node_problems

NAME_CHARS_MAX = 80
LABELS_MAX = 10
LABEL_CHARS_MAX = 40
DEFINITION_BYTES_MAX = 64 * 1024
"""In its canonical form."""


def read(
    data: object, *, now_ms: int, zone: str, known: Known | None = None
) -> Campaign | list[Problem]:
    """Return the campaign that plain data describes, or everything that is wrong with it.

    What is wrong with its shape does not hide what is wrong with its content; see `problems`.
    """
    campaign = decode(data, Campaign)
    if isinstance(campaign, Campaign):
        return problems(campaign, now_ms=now_ms, zone=zone, known=known) or campaign
    bad = [problem.where for problem in campaign]
    bad += [f"{where.removesuffix('.op')}.value" for where in bad if where.endswith(".op")]
    if not isinstance(data, dict):
        return campaign
    # Where the kind is not known, only what is wrong with either kind is said.
    kinds = get_args(Kind) if "kind" in bad else (data["kind"],)
    found = [
        problems(decoded, now_ms=now_ms, zone=zone, known=known)
        for kind in kinds
        if isinstance(decoded := decode(mend({**data, "kind": kind}, Campaign), Campaign), Campaign)
    ]
    return campaign + [
        problem
        for problem in (found[0] if found else [])
        if all(problem in each for each in found)
        and not any(within(problem.where, where) for where in bad)
    ]


def problems(
    campaign: Campaign, *, now_ms: int, zone: str, known: Known | None = None
) -> list[Problem]:
    """Return everything that keeps a campaign from being published; empty if nothing does.

    `zone` is the account's time zone, for a campaign that names none. Times are judged at now.
    `known`: the names that exist here; None: only the daemon knows them.
    """
    found = [
        *_name_problems(campaign),
        *trigger_problems(campaign),
        *node_problems(campaign.who, "who", known),
        *when_problems(campaign, now_ms=now_ms, zone=zone),
        *what_problems(campaign),
        *goal_problems(campaign),
        *variant_problems(campaign),
        *limit_problems(campaign),
        *control_problems(campaign.limits, known),
        *(
            quiet_problems(campaign.do_not_disturb, "do_not_disturb")
            if campaign.do_not_disturb
            else ()
        ),
        *_pause_problems(campaign),
        *delivery_problems(campaign.delivery),
    ]
    # Only what has no other problem has a canonical form for certain: JSON has no endless numbers.
    return found or list(_size_problems(campaign))


def notes(campaign: Campaign, *, zone: str) -> list[Problem]:
    """Return what is allowed but may surprise; `fix` says what will happen."""
    return [*when_notes(campaign, zone=zone), *never_notes(campaign.who, "who")]


def _name_problems(campaign: Campaign) -> Iterator[Problem]:
    yield from text_problems(campaign.name, "name", NAME_CHARS_MAX)
    yield from mention_problems(campaign.name, "name")
    if len(campaign.labels) > LABELS_MAX:
        what = f"There are {len(campaign.labels)} labels; at most {LABELS_MAX} are possible."
        yield Problem("labels", what, "Leave some out.")
    for i, label in enumerate(campaign.labels):
        yield from text_problems(label, item("labels", i), LABEL_CHARS_MAX)
    yield from duplicate_problems(campaign.labels, "labels")


def _pause_problems(campaign: Campaign) -> Iterator[Problem]:
    if campaign.on_pause == "hold" and campaign.kind == "past_behaviour":
        what = "A past behaviour campaign waits for no events, so it can hold none."
        yield Problem("on_pause", what, "Remove it, or make the campaign live.")


def _size_problems(campaign: Campaign) -> Iterator[Problem]:
    size = len(canonical(campaign))
    if size > DEFINITION_BYTES_MAX:
        what = f"The definition has {size} bytes; at most {DEFINITION_BYTES_MAX} are possible."
        yield Problem(WHOLE, what, "Shorten its templates and its lists of values.")
