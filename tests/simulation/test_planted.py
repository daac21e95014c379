"""The judge can fail: every planted bug is caught, and by the bug alone."""

from functools import cache

import pytest

from tests.simulation import hunt, resting
from tests.simulation.plan import dump, load
from tests.simulation.planted import Bug, Edit, OutOfDateError, bugs, planted

BUGS = {bug.name: bug for bug in bugs()}
LIVES = hunt.caught()


def double(n: int) -> int:
    return 2 * n


DAY_MS = 86_400_000
TRIPLE = Bug("triple", "", "", (Edit(f"{__name__}:double", "2 * n", "3 * n"),))


@cache
def is_good(plan: bytes) -> bool:
    """Tell whether a life breaks nothing by itself; some bugs share one."""
    return hunt.found(load(plan)) == set()


def test_a_bug_is_there_while_it_is_planted_and_gone_afterwards() -> None:
    alias = double
    with planted(TRIPLE):
        assert alias(2) == 6
    assert alias(2) == 4


def test_a_bug_that_finds_other_words_says_so() -> None:
    late = Bug("late", "", "", (Edit(f"{__name__}:double", "4 * n", "3 * n"),))
    with pytest.raises(OutOfDateError, match=r"4 \* n"), planted(late):
        pass


def test_every_bug_has_a_life_that_shows_it() -> None:
    assert BUGS.keys() == LIVES.keys()
    assert len(BUGS) >= 170


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_caught_and_without_it_the_same_life_is_good(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bug, plans = BUGS[name], [kept.plan for kept in LIVES[name]]
    if bug.breaks == hunt.POISON:  # its campaign is begun again and again, as long as we watch
        monkeypatch.setattr(resting, "REST_MS_MAX", DAY_MS)
    with planted(bug):
        shown = next((plan for plan in plans if hunt.is_shown(bug, hunt.found(plan))), None)
    assert shown is not None, "none of the lives that are kept shows it: hunt for others"
    assert is_good(dump(shown))


def test_a_bug_that_breaks_the_engine_itself_shows_nothing() -> None:
    bug = Bug("", "", "P10", ())
    assert hunt.is_shown(bug, {"P10", "P4"})
    assert not hunt.is_shown(bug, {"P10", "engine"})
    assert not hunt.is_shown(bug, {"P4"})


def test_the_page_of_planted_bugs_is_what_the_data_say() -> None:
    assert hunt.page(LIVES) == hunt.PAGE.read_text()
