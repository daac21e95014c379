"""Lift: by how much more often those convert who got the message than those who did not.

Lift is (target - control) / control of the two rates. Its interval is that of a ratio of two
proportions, from SciPy: Katz's, on the logarithm. Where nobody of the target converted there is no
logarithm: then it ends where the most that the target's rate may be meets the least that the
control's may be, by the exact interval of each. SciPy takes most of a second and 60 MB to load: it
is loaded where it is needed, and never in a process that has other things to do at once.
"""

from typing import TypeAlias

from msgspec import Struct

USERS_MIN = 100
"""In each arm: fewer say nothing (BEHAVIOUR, section 3)."""
CONFIDENCE = 0.95


class Rate(Struct, frozen=True):
    """How many of an arm's users converted."""

    users: int
    converted: int

    @property
    def share(self) -> float:
        """The rate, from 0 to 1; of nobody it is 0."""
        return self.converted / self.users if self.users else 0.0


class Lift(Struct, frozen=True, tag=True):
    """How much more the target converts (below 0: less), and its interval; 0.12 is 12 % more."""

    lift: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves no doubt on which side of nothing the lift is."""
        return self.low > 0 or self.high < 0


class NotEnough(Struct, frozen=True, tag=True):
    """One of the arms has too few users to say anything."""

    users_min: int = USERS_MIN


class NoBase(Struct, frozen=True, tag=True):
    """Nobody of the control arm converted: there is nothing to be more than."""


Compared: TypeAlias = Lift | NotEnough | NoBase


def compare(target: Rate, control: Rate) -> Compared:
    """Return the lift of the target over the control, or why there is none."""
    if min(target.users, control.users) < USERS_MIN:
        return NotEnough()
    if not control.converted:
        return NoBase()
    from scipy.stats import binomtest  # noqa: PLC0415 - it is heavy: see above
    from scipy.stats.contingency import relative_risk  # noqa: PLC0415 - it is heavy: see above

    if not target.converted:
        most = binomtest(0, target.users).proportion_ci(CONFIDENCE).high
        least = binomtest(control.converted, control.users).proportion_ci(CONFIDENCE).low
        return Lift(-1.0, -1.0, float(most / least) - 1)
    found = relative_risk(target.converted, target.users, control.converted, control.users)
    low, high = found.confidence_interval(CONFIDENCE)
    return Lift(float(found.relative_risk) - 1, float(low) - 1, float(high) - 1)
