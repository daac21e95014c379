"""Lives in which people change what runs: every promise holds, and amendments came about."""

from random import Random

import pytest

from tests.simulation import season
from tests.simulation.amended import amended
from tests.simulation.history import Answered, Asked, Entry
from tests.simulation.life import judged, live


def granted(history: tuple[Entry, ...]) -> int:
    """Count the amendments that were asked for and not refused."""
    asked = {one.n for one in history if isinstance(one, Asked) and one.act == "amend"}
    return sum(isinstance(one, Answered) and one.ok and one.n in asked for one in history)


@pytest.mark.parametrize(
    ("seed", "kind"),
    [(1, "each_in_time"), (1, "repeating"), (4, "crashes"), (4, "restores"), (2, "leaps")],
)
def test_every_promise_holds_though_what_runs_is_changed(seed: int, kind: str) -> None:
    (plan,) = season.lives(seed, kind)
    plan = amended(plan, Random(f"amended {seed}"))
    lived = live(plan)
    assert judged(plan, lived) == []
    assert granted(lived.history) > 0
