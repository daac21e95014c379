import pytest

from domain.campaign import Limits
from domain.rules_control import control_problems
from domain.rules_who import Known

KNOWN = Known(controls=frozenset({"Spring", "Autumn"}))


def found(limits: Limits, known: Known | None = KNOWN) -> list[tuple[str, str]]:
    return [(problem.where, problem.what) for problem in control_problems(limits, known)]


@pytest.mark.parametrize("percent", [0, 2, 99])
def test_a_size_that_tells_something_is_possible(percent: int) -> None:
    assert found(Limits(control_percent=percent, control_groups=("Spring", "Autumn"))) == []


@pytest.mark.parametrize("percent", [1, 100, -2])
def test_a_size_that_tells_nothing_is_refused(percent: int) -> None:
    where = "limits.control_percent"
    assert found(Limits(control_percent=percent)) == [(where, f"{percent} % is not possible.")]


def test_a_group_must_be_one_that_the_operator_made() -> None:
    limits = Limits(control_groups=("Sprng",))
    (problem,) = control_problems(limits, KNOWN)
    assert problem.what == 'There is no control group "Sprng".'
    assert "Spring" in problem.fix
    (problem,) = control_problems(limits, Known())
    assert "config.toml" in problem.fix


def test_away_from_the_daemon_any_name_may_be_one() -> None:
    assert found(Limits(control_groups=("Sprng",)), None) == []


def test_groups_are_named_once_and_not_without_end() -> None:
    assert found(Limits(control_groups=("Spring", "Spring")))
    many = Limits(control_groups=tuple(f"g{n}" for n in range(11)))
    assert found(many, None) == [
        ("limits.control_groups", "There are 11 groups; at most 10 are possible.")
    ]
    assert found(Limits(control_groups=("",)), None)
