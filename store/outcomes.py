"""What came of a campaign's goal, by arm and variant, from the rows themselves."""

import math
import sqlite3

from msgspec import Struct

from domain.comparing import MILLION
from store import exposures
from store.exposures import Arm

_BROUGHT = f"sum(revenue / {MILLION}), sum(revenue % {MILLION})"
"""Whole units and millionths are added apart: together they outgrow what SQLite adds exactly."""


class Outcome(Struct, frozen=True):
    """What came of one arm, or of one variant in it. Money is in millionths.

    `converted` are users, each counted once; `conversions` are events.
    """

    users: int = 0
    converted: int = 0
    conversions: int = 0
    revenue: int = 0


class Spread(Struct, frozen=True):
    """How what one user of an arm brings spreads: how many bring something, and its deviation.

    `deviation` is the standard deviation over all users of the arm, in whole units.
    """

    payers: int = 0
    deviation: float = 0.0


def of_campaign(conn: sqlite3.Connection, campaign: str) -> dict[tuple[Arm, str], Outcome]:
    """Return what came of each arm, by arm and variant; the variant "" is the whole arm."""
    users = exposures.users_of(conn, campaign)
    found = {key: Outcome(users=n) for key, n in users.items()}
    for by_variant, rest in ((True, " AND variant <> ''"), (False, "")):
        variant = "variant" if by_variant else "''"
        rows = conn.execute(
            f"SELECT arm, {variant}, count(DISTINCT user), count(*), {_BROUGHT}"
            f" FROM conversion WHERE campaign = ?{rest} GROUP BY 1, 2",
            (campaign,),
        )
        for arm, name, converted, conversions, units, millionths in rows.fetchall():
            found[arm, name] = Outcome(
                users=users.get((arm, name), 0),
                converted=converted,
                conversions=conversions,
                revenue=units * MILLION + millionths,
            )
    return found


def spread_of(conn: sqlite3.Connection, campaign: str, arm: Arm, outcome: Outcome) -> Spread:
    """Return how what the users of an arm bring spreads, whose outcome is this one.

    Squares of what lies beside the mean are added, and not of the amounts: the difference of two
    large sums would be noise.
    """
    if outcome.users <= 1:
        return Spread()
    mean = outcome.revenue / MILLION / outcome.users
    found = conn.execute(
        "SELECT count(*), count(*) FILTER (WHERE brought <> 0),"
        " total((brought - ?1) * (brought - ?1)) FROM"
        f" (SELECT sum(revenue / {MILLION}) + sum(revenue % {MILLION}) / {MILLION}.0 AS brought"
        " FROM conversion WHERE campaign = ?2 AND arm = ?3 GROUP BY user)",
        (mean, campaign, arm),
    ).fetchall()
    converted, payers, squares = found[0]
    squares += max(outcome.users - converted, 0) * mean**2
    return Spread(payers, math.sqrt(squares / (outcome.users - 1)))
