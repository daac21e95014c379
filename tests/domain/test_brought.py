import random
import statistics
from collections.abc import Sequence

import pytest
from scipy.stats import ttest_ind
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from domain.brought import Brought, Difference, FewPayers, compare_revenue
from domain.lift import NotEnough


def of(amounts: Sequence[float]) -> Brought:
    """Return what users brought, from what each of them did."""
    payers = sum(1 for one in amounts if one)
    return Brought(len(amounts), payers, statistics.fmean(amounts), statistics.stdev(amounts))


def purchases(dice: random.Random, users: int, rate: float, spread: float) -> list[float]:
    """Return what each of so many users brings: most nothing, a few much."""
    return [dice.lognormvariate(3, spread) if dice.random() < rate else 0.0 for _ in range(users)]


def test_the_interval_agrees_with_two_libraries() -> None:
    """SciPy's and statsmodels' tests of the amounts themselves, which a report has not."""
    dice = random.Random(1)
    for _ in range(40):
        arms = [
            purchases(dice, dice.randrange(300, 2_000), dice.uniform(0.2, 0.6), 1.0)
            for _ in range(2)
        ]
        found = compare_revenue(of(arms[0]), of(arms[1]))
        assert isinstance(found, Difference)
        interval = (found.low, found.high)
        theirs = ttest_ind(*arms, equal_var=False).confidence_interval(0.95)
        assert interval == pytest.approx((theirs.low, theirs.high), rel=1e-9)
        means = CompareMeans(DescrStatsW(arms[0]), DescrStatsW(arms[1]))
        assert interval == pytest.approx(means.tconfint_diff(usevar="unequal"), rel=1e-9)
        middle = statistics.fmean(arms[0]) - statistics.fmean(arms[1])
        assert found.difference == pytest.approx(middle)


def test_the_interval_holds_the_true_difference_as_often_as_it_says() -> None:
    """400 generated experiments; the target is nine times as large, as with a control of 10 %."""
    dice, held, told = random.Random(3), 0, 0
    mean = 2.718281828 ** (3 + 0.5**2 / 2)
    for _ in range(400):
        arms = purchases(dice, 1_800, 0.3, 0.5), purchases(dice, 200, 0.25, 0.5)
        found = compare_revenue(of(arms[0]), of(arms[1]))
        if isinstance(found, Difference):
            told += 1
            held += found.low <= (0.3 - 0.25) * mean <= found.high
    assert told > 350
    assert 0.92 <= held / told <= 0.975


@pytest.mark.parametrize(
    ("target", "control", "told"),
    [
        (Brought(99, 90, 5, 1), Brought(1_000, 500, 4, 1), NotEnough()),
        (Brought(1_000, 500, 5, 1), Brought(99, 90, 4, 1), NotEnough()),
        (Brought(1_000, 500, 5, 1), Brought(1_000, 29, 4, 1), FewPayers()),
        (Brought(1_000, 0, 0, 0), Brought(1_000, 0, 0, 0), FewPayers()),
    ],
)
def test_what_cannot_be_compared_is_said_instead_of_a_number(
    target: Brought, control: Brought, told: object
) -> None:
    assert compare_revenue(target, control) == told


def test_a_difference_beyond_doubt_is_clear_in_both_directions_and_one_in_doubt_is_not() -> None:
    much, little, same = (Brought(1_000, 500, mean, 8) for mean in (7.0, 3.0, 3.2))
    for target, control, is_clear in (
        (much, little, True),
        (little, much, True),
        (same, little, False),
    ):
        found = compare_revenue(target, control)
        assert isinstance(found, Difference)
        assert found.is_clear == is_clear


def test_where_everybody_brings_the_same_the_interval_is_one_number() -> None:
    found = compare_revenue(Brought(100, 100, 5, 0), Brought(100, 100, 4, 0))
    assert found == Difference(1, 1, 1)


def test_refunds_count_against_it() -> None:
    dice = random.Random(4)
    bought = purchases(dice, 1_000, 0.3, 0.5)
    refunded = [-one for one in purchases(dice, 1_000, 0.3, 0.5)]
    found = compare_revenue(of(refunded), of(bought))
    assert isinstance(found, Difference)
    assert found.high < 0
