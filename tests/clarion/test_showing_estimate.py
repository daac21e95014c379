import pytest

from actors.mail import Estimate
from clarion.showing_estimate import print_estimate


def said(estimate: Estimate, capsys: pytest.CaptureFixture[str]) -> list[str]:
    print_estimate(estimate)
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_the_steps_of_the_waterfall_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(Estimate(1_000, 100, 5, 95, 800, 12, {"campaign": 100}), capsys)
    assert lines[1:] == [
        "Estimated reach, counted in 12 ms",
        "Qualified 1,000",
        "- Control group 100",
        "- No way to reach them 5",
        "- Over the cap 95",
        "= Expected messages 800",
    ]


def test_several_control_groups_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(Estimate(9, 5, 0, 0, 4, 1, {"system": 2, "custom": 3}), capsys)
    assert lines[3:5] == ["- Control group: system 2", "- Control group: custom 3"]


def test_what_may_surprise_stands_below(capsys: pytest.CaptureFixture[str]) -> None:
    estimate = Estimate(9, 0, 0, 0, 9, 1, notes=('3 users have a "plan" that is no text\x1b[31m',))
    assert said(estimate, capsys)[-1] == '! 3 users have a "plan" that is no text\ufffd[31m.'


def test_the_portion_the_limits_and_how_long_it_takes_are_told_where_there_is_anything_to_tell(
    capsys: pytest.CaptureFixture[str],
) -> None:
    estimate = Estimate(9, 0, 0, 0, 4, 1, outside=3, limited=2, rate="At this rate it takes 1 s")
    lines = said(estimate, capsys)
    assert any("Not in the portion" in line and "3" in line for line in lines)
    assert any("Over a frequency limit now" in line and "2" in line for line in lines)
    assert any("At this rate it takes 1 s." in line for line in lines)
    assert not any("frequency" in line for line in said(Estimate(9, 0, 0, 0, 9, 1), capsys))
