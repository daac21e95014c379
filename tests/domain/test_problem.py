import msgspec
import pytest

from domain.problem import Problem

WRONG = Problem("who.of[1].op", '"is" is no operator.', "Choose one of: equals, in.")


def test_a_problem_reads_as_one_line_where_what_and_what_to_do() -> None:
    assert str(WRONG) == 'who.of[1].op: "is" is no operator. Choose one of: equals, in.'


@pytest.mark.parametrize("line", [1, 4])
def test_a_problem_of_a_file_tells_its_line_first(line: int) -> None:
    found = msgspec.structs.replace(WRONG, line=line)
    assert str(found) == f"line {line}, {WRONG}"


def test_a_problem_without_a_line_says_nothing_of_one() -> None:
    assert "line" not in msgspec.to_builtins(WRONG)
    assert msgspec.convert(msgspec.to_builtins(WRONG), Problem) == WRONG
