"""A live campaign's trigger over many events: compiled once, or read from the tree each time."""

from bench.population import people, purchases
from bench.timing import Row, best
from domain.audience import Filter
from domain.campaign import Trigger
from domain.matching import compile_trigger
from domain.operators import check

EVENTS = 50_000
TRIGGER = Trigger(
    event="Order Completed",
    where=(
        Filter(property="revenue", op=">", value=50),
        Filter(property="currency", op="equals", value="EUR"),
    ),
)


def measure() -> list[Row]:
    """Match the same events in both ways; both must agree."""
    events = purchases(people(1_000), EVENTS)
    compiled = compile_trigger(TRIGGER)

    def plainly() -> list[bool]:
        return [
            event.name == TRIGGER.event
            and all(
                check(where.op, event.properties.get(where.property), where.value)
                for where in TRIGGER.where
            )
            for event in events
        ]

    def fast() -> list[bool]:
        return [compiled(event) for event in events]

    assert plainly() == fast(), "the two do not agree"
    work = f"a trigger with two filters over {EVENTS:,} events"
    return [Row(work, "read each time", best(plainly)), Row(work, "compiled", best(fast))]
