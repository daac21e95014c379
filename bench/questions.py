"""Eight questions about a crowd: as an audience, and as the SQL that a person would write for it.

One text serves every engine: `{event}`, `{user}` and `{device}` are its tables, `{0}` is how it
writes the name of the first kind of event, and `{new}` compares a device's version.
"""

from collections.abc import Mapping

from msgspec import Struct

from bench import crowd
from bench.crowd import NOW_MS
from domain.audience import (
    All,
    Amount,
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
    Place,
    Property,
    SameValue,
    Saved,
    Step,
    StepNot,
)
from domain.periods import window

ZONE = "UTC"
SAMPLE = 10_000
BIG, SECOND, THIRD, FOURTH = map(crowd.name, range(4))
SPENDERS = DidSum(event=BIG, property="amount", amount=Amount(op=">", value=500), days=90)
SAVED: Mapping[str, Node] = {
    "Spenders": SPENDERS,
    "Recent": Did(event=BIG, days=7),
}
PLACES = (Place(latitude=59.9, longitude=10.7, km=800), Place(latitude=1, longitude=36, km=1_500))


class Question(Struct, frozen=True):
    """What is asked. `sample`: for users with attributes, in a random order, and not how many."""

    title: str
    who: Node
    sql: str
    sample: bool = False


def _since(days: int) -> int:
    since = window(Did(event=BIG, days=days), now_ms=NOW_MS, zone=ZONE).since_ms
    assert since is not None, "a range of days begins somewhere"
    return since


def _near(place: Place) -> str:
    north, east = f"radians({place.latitude})", f"radians({place.longitude})"
    return (
        f"2 * 6371.0088 * asin(sqrt(pow(sin((radians(latitude) - {north}) / 2), 2)"
        f" + cos(radians(latitude)) * cos({north})"
        f" * pow(sin((radians(longitude) - {east}) / 2), 2))) <= {place.km}"
    )


# Amounts have two decimals. Doubles add up to a little more or less than the sum on paper, which is
# what we count: so the limits by hand lie beside the numbers that are asked for, where no sum is.
_SPENDERS = (
    f"SELECT no FROM {{event}} WHERE number = {{0}} AND time_ms >= {_since(90)}"
    " GROUP BY no HAVING sum(amount) > 500.000001"
)
QUESTIONS = (
    Question(
        "count, with a property filter",
        Did(
            event=BIG,
            where=(Filter(property="amount", op=">", value=150),),
            count=Count(op=">=", value=2),
            days=30,
        ),
        f"no IN (SELECT no FROM {{event}} WHERE number = {{0}} AND time_ms >= {_since(30)}"
        " AND amount > 150 GROUP BY no HAVING count(*) >= 2)",
    ),
    Question(
        "did, and did not",
        All(
            (
                Did(
                    event=SECOND,
                    where=(Filter(property="category_1", op="equals", value="category-3"),),
                    days=60,
                ),
                DidNot(event=BIG, days=30),
            )
        ),
        f"no IN (SELECT no FROM {{event}} WHERE number = {{1}} AND time_ms >= {_since(60)}"
        " AND category = 'category-3')"
        f" AND no NOT IN (SELECT no FROM {{event}} WHERE number = {{0}}"
        f" AND time_ms >= {_since(30)})",
    ),
    Question(
        "first time",
        DidFirst(event=THIRD, days=30),
        "no IN (SELECT no FROM {event} WHERE number = {2} GROUP BY no"
        f" HAVING min(time_ms) >= {_since(30)})",
    ),
    Question(
        "sum and average",
        All(
            (
                SPENDERS,
                DidAverage(
                    event=BIG, property="amount", amount=Amount(op=">=", value=100), days=90
                ),
            )
        ),
        f"no IN ({_SPENDERS} AND avg(amount) >= 99.9999999)",
    ),
    Question(
        "constant property",
        SameValue(
            property="item",
            did=(Step(event=BIG, count=Count(op=">=", value=2), days=60),),
            did_not=(StepNot(event=SECOND, days=60, property="item_1"),),
        ),
        "no IN (SELECT no FROM ("
        f"SELECT no, item AS item, 1 AS did, 0 AS never FROM {{event}} WHERE number = {{0}}"
        f" AND time_ms >= {_since(60)} UNION ALL"
        f" SELECT no, item AS item, 0 AS did, 1 AS never FROM {{event}}"
        f" WHERE number = {{1}} AND time_ms >= {_since(60)}) AS step"
        " GROUP BY no, item HAVING sum(did) >= 2 AND sum(never) = 0)",
    ),
    Question(
        "profile, radius and device",
        All(
            (
                Property(name="plan", op="in", value=("plan-1", "plan-2")),
                Near(places=PLACES),
                Device(
                    where=(
                        Filter(property="os", op="equals", value="OS 1"),
                        Filter(property="app_version", op=">=", value="5.10"),
                    )
                ),
            )
        ),
        f"plan IN ('plan-1', 'plan-2') AND ({' OR '.join(map(_near, PLACES))})"
        " AND no IN (SELECT no FROM {device} WHERE os = 'OS 1' AND {new})",
    ),
    Question(
        f"export of a sample of {SAMPLE:,}, with attributes",
        All(
            (
                Property(name="spent", op=">", value=1_000),
                Did(event=FOURTH, days=60),
            )
        ),
        "spent > 1000 AND no IN"
        f" (SELECT no FROM {{event}} WHERE number = {{3}} AND time_ms >= {_since(60)})",
        sample=True,
    ),
    Question(
        "nested, with saved audiences",
        All(
            (
                Saved(name="Spenders"),
                Property(name="plan", op="equals", value="plan-1"),
                Did(event=THIRD, count=Count(op="<=", value=3), days=90),
            )
        ),
        f"no IN ({_SPENDERS}) AND plan = 'plan-1' AND no IN (SELECT no FROM {{event}}"
        f" WHERE number = {{2}} AND time_ms >= {_since(90)} GROUP BY no HAVING count(*) <= 3)",
    ),
)
