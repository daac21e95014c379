"""What keeps a definition from being kept: its own rules, and what it names here."""

import sqlite3

from actors.rules import Rules
from domain import definition
from domain.audience import Node
from domain.campaign import Campaign
from domain.place import within
from domain.problem import Problem
from domain.rules_who import Known
from domain.saved import (
    AudienceTooLargeError,
    CircularAudienceError,
    UnknownAudienceError,
    expand,
    list_names,
    saved_names,
)
from store import memberships, saved_audiences


def problems(
    conn: sqlite3.Connection,
    campaign: Campaign,
    rules: Rules,
    *,
    frozen: bool = False,
    begun: bool = False,
) -> list[Problem]:
    """Return everything that is wrong with a definition, here and now.

    `frozen`: it has been kept before, with its saved audiences as they were. `begun`: it has had
    runs, so some of its times are past, and may be.
    """
    wrong = definition.problems(
        campaign, now_ms=rules.now_ms, zone=rules.zone, known=known(conn, rules)
    )
    if begun:
        wrong = [one for one in wrong if not within(one.where, "when")]
    return wrong if wrong or frozen else inside_problems(conn, campaign.who, "who")


def known(conn: sqlite3.Connection, rules: Rules) -> Known:
    """Return the names that a definition may refer to."""
    lists = memberships.names(conn)
    return Known(saved_audiences.names(conn), lists, frozenset(rules.controls.custom))


def inside_problems(
    conn: sqlite3.Connection, who: Node, where: str, *, name: str = ""
) -> list[Problem]:
    """Return what is wrong with a tree once its saved audiences are looked into.

    `name`: the saved audience that the tree is to become; it may not lead back to itself.
    """
    found = saved_audiences.reached(conn, saved_names(who))
    trees = {each.name: each.who for each in found.values()}
    if name:
        trees[name] = who
    try:
        whole = expand(who, trees, (name,) if name else ())
    except CircularAudienceError as circle:
        what = f"The saved audience would contain itself: {' -> '.join(circle.way)}."
        return [Problem(where, what, "Take one of them out of the other.")]
    except AudienceTooLargeError as large:
        return [Problem(where, f"Looked into, {large}.", "Leave some of them out.")]
    except UnknownAudienceError as unknown:
        return [Problem(where, f"Looked into, {unknown.args[0]}.", "Save it first.")]
    missing = list_names(whole) - memberships.current(conn, list_names(whole)).keys()
    return [
        Problem(where, f'There is no list "{each}".', "Upload it first.")
        for each in sorted(missing)
    ]
