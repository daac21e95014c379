import math
import random

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from domain.lift import Lift, NoBase, NotEnough, Rate, compare


def test_lift_is_how_much_more_often_the_target_converts() -> None:
    found = compare(Rate(1_000, 120), Rate(1_000, 100))
    assert isinstance(found, Lift)
    assert found.lift == pytest.approx(0.2)
    assert found.low < 0 < found.high
    assert not found.is_clear


@pytest.mark.parametrize("converted", [20, 400])
def test_a_difference_beyond_doubt_is_clear_in_both_directions(converted: int) -> None:
    found = compare(Rate(1_000, converted), Rate(1_000, 100))
    assert isinstance(found, Lift)
    assert found.is_clear


@pytest.mark.parametrize(
    ("target", "control", "told"),
    [
        (Rate(99, 50), Rate(1_000, 100), NotEnough()),
        (Rate(1_000, 100), Rate(99, 50), NotEnough()),
        (Rate(100, 0), Rate(100, 0), NoBase()),
        (Rate(100, 9), Rate(100, 0), NoBase()),
    ],
)
def test_what_cannot_be_compared_is_said_instead_of_a_number(
    target: Rate, control: Rate, told: object
) -> None:
    assert compare(target, control) == told


@pytest.mark.parametrize(("control", "is_clear"), [(5, False), (100, True)])
def test_of_a_target_of_which_nobody_converted_the_interval_is_numbers(
    control: int,
    *,
    is_clear: bool,
) -> None:
    found = compare(Rate(1_000, 0), Rate(1_000, control))
    assert isinstance(found, Lift)
    assert (found.lift, found.low) == (-1.0, -1.0)
    assert math.isfinite(found.high)
    assert found.is_clear == is_clear


@pytest.mark.parametrize(
    ("target", "control"),
    [
        (Rate(100, 100), Rate(100, 100)),
        (Rate(100, 100), Rate(100, 97)),
        (Rate(100, 97), Rate(100, 100)),
        (Rate(120, 120), Rate(5_000, 4_990)),
    ],
)
def test_where_everybody_of_an_arm_converted_the_next_might_not(
    target: Rate, control: Rate
) -> None:
    """100 of 100 are at least 96 %: an interval without a width would be certain of it."""
    found = compare(target, control)
    assert isinstance(found, Lift)
    assert found.lift == pytest.approx(target.share / control.share - 1)
    assert found.low < found.lift < found.high
    assert not found.is_clear
    assert 0.02 < found.high - found.low < 0.2


def test_that_everybody_converted_is_clear_beside_few() -> None:
    found = compare(Rate(1_000, 1_000), Rate(1_000, 300))
    assert isinstance(found, Lift)
    assert found.is_clear


@pytest.mark.parametrize("rates", [(1.0, 0.99), (0.995, 0.99), (0.004, 0.03)])
def test_at_the_edges_the_interval_holds_the_truth_at_least_as_often(
    rates: tuple[float, float],
) -> None:
    dice = random.Random(6)
    held = told = 0
    for _ in range(300):
        hits = [sum(dice.random() < rate for _ in range(150)) for rate in rates]
        found = compare(Rate(150, hits[0]), Rate(150, hits[1]))
        if isinstance(found, Lift):
            told += 1
            held += found.low <= rates[0] / rates[1] - 1 <= found.high
    assert held / told >= 0.93


def test_the_interval_agrees_with_another_library() -> None:
    """The same on generated outcomes: statsmodels computes it by its own code."""
    dice = random.Random(1)
    for _ in range(60):
        users = [dice.randrange(100, 5_000) for _ in range(2)]
        rates = [dice.uniform(0.01, 0.6) for _ in range(2)]
        hits = [
            max(1, sum(dice.random() < rate for _ in range(n)))
            for n, rate in zip(users, rates, strict=True)
        ]
        found = compare(Rate(users[0], hits[0]), Rate(users[1], hits[1]))
        low, high = confint_proportions_2indep(
            hits[0], users[0], hits[1], users[1], compare="ratio", method="log"
        )
        assert isinstance(found, Lift)
        assert (found.low, found.high) == pytest.approx((low - 1, high - 1), rel=1e-9)
        assert found.lift == pytest.approx(hits[0] / users[0] * users[1] / hits[1] - 1)


def test_the_interval_holds_the_true_lift_as_often_as_it_says() -> None:
    """400 generated experiments of a true lift of 25 %: about 95 of 100 intervals hold it."""
    dice = random.Random(2)
    held = 0
    for _ in range(400):
        hits = [sum(dice.random() < rate for _ in range(400)) for rate in (0.25, 0.2)]
        found = compare(Rate(400, hits[0]), Rate(400, hits[1]))
        assert isinstance(found, Lift)
        held += found.low <= 0.25 <= found.high
    assert 0.925 <= held / 400 <= 0.975
