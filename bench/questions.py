"""The eight kinds of question about an audience: as a tree, and as a person would write its SQL.

In the SQL `{Viewed}` stands for "is an event of this name", `{Viewed.price}` for a property of such
an event, `{plan}` for one of a user: each engine has them elsewhere. Its answer is how many users
there are and how many of them may be messaged, which is what an estimate needs.
"""

import math

from msgspec import Struct

from bench.shop import DAY_MS, NOW_MS
from domain.audience import (
    All,
    Amount,
    AnyOf,
    Count,
    Device,
    Did,
    DidAverage,
    DidFirst,
    DidNot,
    DidSum,
    Filter,
    Near,
    Node,
    Not,
    Place,
    Property,
    SameValue,
    Saved,
    Step,
    StepNot,
)
from domain.globe import haversine_max

SAMPLE_USERS = 10_000
OSLO = Place(59.9139, 10.7522, 50)
SAVED: dict[str, Node] = {
    "Buyers": Did("Bought", where=(Filter("price", ">", 20),), days=60),
    "Searchers": Did("Searched", count=Count(">=", 3), days=90),
}
_NORTH, _EAST = math.radians(OSLO.latitude), math.radians(OSLO.longitude)


class Question(Struct, frozen=True):
    """One kind of question; `sample`: it asks who, in the order of a draw, and not how many."""

    kind: str
    who: Node
    condition: str
    sample: bool = False

    def sql(self) -> str:
        """Return the whole statement, in which the names are still to be filled in."""
        if self.sample:
            return (
                'SELECT users."user", {country}, {plan}, {age} FROM users'
                f" WHERE {self.condition} ORDER BY {{draw}} LIMIT {SAMPLE_USERS}"
            )
        return (
            "SELECT count(*), sum(CASE WHEN suppressed THEN 0 ELSE 1 END) FROM users"
            f" WHERE {self.condition}"
        )


def _since(days: int) -> int:
    return NOW_MS - NOW_MS % DAY_MS - days * DAY_MS


def _did(event: str, days: int, where: str = "", having: str = "") -> str:
    grouped = f' GROUP BY "user" HAVING {having}' if having else ""
    return (
        f'users."user" IN (SELECT "user" FROM events WHERE {{{event}}}'
        f" AND time_ms >= {_since(days)}{where}{grouped})"
    )


_SAME = f"""users."user" IN (
  SELECT "user" FROM (
    SELECT "user", CASE WHEN {{Viewed}} THEN {{Viewed.category}} ELSE {{Bought.category}} END AS v,
           CASE WHEN {{Viewed}} THEN 1 ELSE 0 END AS viewed
    FROM events WHERE ({{Viewed}} OR {{Bought}}) AND time_ms >= {_since(30)}
  ) AS each WHERE v IS NOT NULL
  GROUP BY "user", v HAVING sum(viewed) >= 2 AND sum(1 - viewed) = 0
)"""
_NEAR = f"""sin((radians({{latitude}}) - {_NORTH!r}) / 2)
  * sin((radians({{latitude}}) - {_NORTH!r}) / 2)
  + cos(radians({{latitude}})) * {math.cos(_NORTH)!r}
  * sin((radians({{longitude}}) - {_EAST!r}) / 2) * sin((radians({{longitude}}) - {_EAST!r}) / 2)
  <= {haversine_max(OSLO)!r}"""

QUESTIONS = (
    Question(
        "count with a property",
        Did("Bought", where=(Filter("price", ">", 50),), count=Count(">=", 2), days=30),
        _did("Bought", 30, " AND {Bought.price} > 50", "count(*) >= 2"),
    ),
    Question(
        "did and did not",
        All((Did("Viewed", days=60), DidNot("Bought", days=30))),
        f"{_did('Viewed', 60)} AND NOT {_did('Bought', 30)}",
    ),
    Question(
        "first time",
        DidFirst("Signed Up", days=30),
        'users."user" IN (SELECT "user" FROM events WHERE {Signed Up} GROUP BY "user"'
        f" HAVING min(time_ms) >= {_since(30)})",
    ),
    Question(
        "sum and average",
        All(
            (
                DidSum("Bought", property="price", amount=Amount(">=", 200), days=60),
                DidAverage("Bought", property="price", amount=Amount(">=", 40), days=60),
            )
        ),
        _did("Bought", 60, "", "sum({Bought.price}) >= 200 AND avg({Bought.price}) >= 40"),
    ),
    Question(
        "constant property",
        SameValue(
            "category",
            did=(Step("Viewed", count=Count(">=", 2), days=30),),
            did_not=(StepNot("Bought", days=30),),
        ),
        _SAME,
    ),
    Question(
        "profile, radius, device",
        All(
            (
                Property("plan", "equals", "gold"),
                Near((OSLO,)),
                Device((Filter("os", "equals", "iOS"), Filter("make", "equals", "Apple"))),
            )
        ),
        f"{{plan}} = 'gold' AND {_NEAR} AND users.\"user\" IN"
        " (SELECT \"user\" FROM user_device WHERE os = 'iOS' AND make = 'Apple')",
    ),
    Question(
        "sample with attributes",
        All((Property("plan", "equals", "gold"), Did("Viewed", days=30))),
        f"{{plan}} = 'gold' AND {_did('Viewed', 30)}",
        sample=True,
    ),
    Question(
        "nested, with saved audiences",
        AnyOf(
            (
                All((Saved("Buyers"), Not(Saved("Searchers")))),
                All(
                    (
                        Property("country", "equals", "NO"),
                        Did("Viewed", count=Count(">=", 4), days=14),
                    )
                ),
            )
        ),
        f"({_did('Bought', 60, ' AND {Bought.price} > 20')}"
        f" AND NOT {_did('Searched', 90, '', 'count(*) >= 3')})"
        f" OR ({{country}} = 'NO' AND {_did('Viewed', 14, '', 'count(*) >= 4')})",
    ),
)
