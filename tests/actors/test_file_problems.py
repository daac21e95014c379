from pathlib import Path

from actors import file_problems
from actors.file_problems import SHOWN_MAX, Problems
from domain.problem import Problem


def many(n: int) -> list[Problem]:
    return [Problem("age", "It is\nno number.", "Write one.", line) for line in range(1, n + 1)]


def test_the_first_are_kept_and_all_are_written_one_a_line(tmp_path: Path) -> None:
    with Problems(tmp_path / "a.csv") as problems:
        problems.add(many(SHOWN_MAX + 2))
    assert (len(problems.first), problems.count) == (SHOWN_MAX, SHOWN_MAX + 2)
    path = tmp_path / "a.csv.problems"
    assert (problems.path, path.stat().st_mode & 0o777) == (path, 0o600)
    lines = path.read_text().splitlines()
    assert len(lines) == SHOWN_MAX + 2
    assert lines[0] == "line 1, age: It is no number. Write one."


def test_a_file_without_problems_leaves_none_of_an_earlier_time(tmp_path: Path) -> None:
    for problems in (many(1), []):
        with Problems(tmp_path / "a.csv") as found:
            found.add(problems)
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_problems_has_an_end(tmp_path: Path, monkeypatch: object) -> None:
    before = file_problems.WRITTEN_MAX
    file_problems.WRITTEN_MAX = 3
    try:
        with Problems(tmp_path / "a.csv") as problems:
            problems.add(many(5))
    finally:
        file_problems.WRITTEN_MAX = before
    assert problems.path.read_text().splitlines()[3:] == ["... and 2 more"]
