"""The judge can fail: every planted bug is caught, and by the bug alone."""

from pathlib import Path

import pytest

from tests.simulation import hunt
from tests.simulation.planted import Bug, Edit, OutOfDateError, bugs, planted

BUGS = {bug.name: bug for bug in bugs()}
LIVES = hunt.caught()
PAGE = Path(__file__).parents[2] / "docs/reference/planted-bugs.md"


def double(n: int) -> int:
    return 2 * n


TRIPLE = Bug("triple", "", "", (Edit(f"{__name__}:double", "2 * n", "3 * n"),))


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
    assert len(BUGS) >= 45


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_caught_and_without_it_the_same_life_is_good(name: str) -> None:
    bug, plan = BUGS[name], LIVES[name].plan
    assert hunt.found(plan) == set()
    with planted(bug):
        assert bug.breaks in hunt.found(plan)


def test_the_page_of_planted_bugs_is_what_the_data_say() -> None:
    rows = "".join(
        f"| {bug.name} | {bug.what.replace('|', chr(92) + '|')} | {bug.breaks} |"
        f" {LIVES[bug.name].seed} |\n"
        for bug in bugs()
    )
    assert rows in PAGE.read_text()
