"""What keeps a definition from being kept: its own rules, and what it names here."""

import sqlite3
from collections.abc import Collection, Sequence

from actors.rules import Rules
from domain import definition
from domain.audience import Node
from domain.campaign import Campaign
from domain.place import within
from domain.problem import Problem
from domain.rules_who import Known
from domain.saved import saved_names
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
    names = known(conn, rules, None if frozen else saved_names(campaign.who))
    wrong = definition.problems(campaign, now_ms=rules.now_ms, zone=rules.zone, known=names)
    return of_begun(wrong) if begun else wrong


def of_begun(wrong: Sequence[Problem]) -> list[Problem]:
    """Return what is wrong with an edit of a campaign that has had runs: its times may be past."""
    return [one for one in wrong if not within(one.where, "when")]


def known(
    conn: sqlite3.Connection, rules: Rules, saved: Collection[str] | None, *, itself: str = ""
) -> Known:
    """Return the names that a definition may refer to.

    `saved`: the saved audiences that it names, which are looked into; None: none is. `itself`: the
    one that it is to become.
    """
    names = saved_audiences.names(conn)
    return Known(
        saved=names - {itself},
        lists=memberships.names(conn),
        controls=frozenset(rules.controls.custom),
        itself=itself,
        keep_events_days=rules.keep_events_days,
        trees=None if saved is None else trees(conn, saved),
    )


def trees(conn: sqlite3.Connection, saved: Collection[str]) -> dict[str, Node]:
    """Return what these saved audiences are, and those that they name in their turn."""
    return {name: each.who for name, each in saved_audiences.reached(conn, saved).items()}
