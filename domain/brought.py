"""Revenue a user: by how much more the target brings than those who did not get the message.

It is the difference of the two means, of all users of each arm, those who brought nothing among
them. Its interval is Welch's: the two arms differ in size and in spread. What one user brings is
skewed, so it holds only where enough of each arm brought something (docs/decisions/0024). SciPy is
loaded where it is needed: see `domain.lift`.
"""

import math
from typing import TypeAlias

from msgspec import Struct

from domain.lift import CONFIDENCE, USERS_MIN, NotEnough

PAYERS_MIN = 30
"""In each arm: of fewer the interval would be too narrow for what it says."""


class Brought(Struct, frozen=True):
    """What an arm's users brought: the mean of all, and its standard deviation, in whole units.

    `payers` are those who brought something.
    """

    users: int
    payers: int
    mean: float
    deviation: float


class Difference(Struct, frozen=True, tag=True):
    """How much more a user of the target brings (below 0: less), in whole units; its interval."""

    difference: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves no doubt on which side of nothing the difference is."""
        return self.low > 0 or self.high < 0


class FewPayers(Struct, frozen=True, tag=True):
    """In one of the arms too few users brought something."""

    payers_min: int = PAYERS_MIN


RevenueCompared: TypeAlias = Difference | NotEnough | FewPayers


def compare_revenue(target: Brought, control: Brought) -> RevenueCompared:
    """Return how much more a user of the target brings, or why that is not told."""
    if min(target.users, control.users) < USERS_MIN:
        return NotEnough()
    if min(target.payers, control.payers) < PAYERS_MIN:
        return FewPayers()
    from scipy.stats import t  # noqa: PLC0415 - it is heavy: see above

    difference = target.mean - control.mean
    errors = [each.deviation**2 / each.users for each in (target, control)]
    together = sum(errors)
    if not together:  # all users of an arm brought the same
        return Difference(difference, difference, difference)
    freedom = together**2 / sum(
        error**2 / (each.users - 1) for error, each in zip(errors, (target, control), strict=True)
    )
    low, high = t.interval(CONFIDENCE, freedom, loc=difference, scale=math.sqrt(together))
    return Difference(difference, float(low), float(high))
