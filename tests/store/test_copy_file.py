from pathlib import Path

from domain.audience import EVERYONE
from store import copy_file
from store.projection import Projection
from tests.store.copies import person, selected


def made(path: Path, *users: str) -> Path:
    copy = Projection.open(path)
    copy.catch_up([], [person(user) for user in users])
    copy.close()
    return path


def held(path: Path) -> set[str]:
    copy = Projection.open(path)
    found = selected(copy, EVERYONE)
    copy.close()
    return found


def test_a_copy_in_the_place_of_another_brings_nothing_of_the_other_with_it(tmp_path: Path) -> None:
    old, new = made(tmp_path / "a.duckdb", "anna"), made(tmp_path / "a.duckdb.new", "ben")
    (tmp_path / "a.duckdb.wal").write_bytes(b"what was not yet folded into the old one")
    copy_file.put_in_place(new, old)
    assert (held(old), [file.name for file in tmp_path.iterdir()]) == ({"ben"}, ["a.duckdb"])


def test_a_copy_is_removed_with_everything_beside_it_and_its_size_is_that_of_all(
    tmp_path: Path,
) -> None:
    path = made(tmp_path / "a.duckdb")
    size = path.stat().st_size
    (tmp_path / "a.duckdb.wal").write_bytes(b"x" * 10)
    (tmp_path / "a.duckdb.tmp").mkdir()
    assert copy_file.size_bytes(path) == size + 10
    copy_file.remove(path)
    assert (list(tmp_path.iterdir()), copy_file.size_bytes(path)) == ([], 0)
