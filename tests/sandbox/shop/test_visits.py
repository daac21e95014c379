import random
from collections import Counter
from itertools import pairwise

import pytest

from sandbox.shop.people import invite
from sandbox.shop.visits import EVENTS_A_VISIT, Step, visit

VISITS = 8_000


@pytest.fixture(scope="module")
def visits() -> list[list[Step]]:
    rng = random.Random(5)
    people = invite(rng, 50, 1_790_000_000_000)
    return [visit(rng, rng.choice(people), 1_000) for _ in range(VISITS)]


def test_a_visit_has_the_stated_number_of_events_on_average(visits: list[list[Step]]) -> None:
    mean = sum(len(steps) for steps in visits) / VISITS
    assert mean == pytest.approx(EVENTS_A_VISIT, rel=0.03)


def test_a_visit_begins_with_a_look_and_goes_forward_in_time(visits: list[list[Step]]) -> None:
    for steps in visits:
        assert (steps[0].event, steps[0].at_ms) == ("Product Viewed", 1_000)
        assert all(one.at_ms < other.at_ms for one, other in pairwise(steps))


def test_looks_are_commoner_than_carts_and_carts_than_orders(visits: list[list[Step]]) -> None:
    kinds = Counter(step.event for steps in visits for step in steps)
    assert kinds["Product Viewed"] > 2 * kinds["Product Added"] > 4 * kinds["Order Completed"] > 0


def test_an_order_sums_up_what_was_added(visits: list[list[Step]]) -> None:
    orders = 0
    for steps in visits:
        if steps[-1].event != "Order Completed":
            continue
        added = [step.properties for step in steps if step.event == "Product Added"]
        order = steps[-1].properties
        total = sum(line["price"] * line["quantity"] for line in added)
        assert order["revenue"] == pytest.approx(total)
        assert order["products_count"] == sum(line["quantity"] for line in added)
        assert order["price"] == max(line["price"] for line in added)
        orders += 1
    assert orders > 500
