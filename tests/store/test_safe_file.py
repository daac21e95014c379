import stat
from pathlib import Path

from store import safe_file


def test_a_file_is_replaced_whole_for_its_owner_only_and_nothing_stays_beside(
    tmp_path: Path,
) -> None:
    path = tmp_path / "file"
    for content in (b"one", b"two"):
        safe_file.replace(path, content)
        assert path.read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_torn_line_is_closed_before_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert safe_file.append(path, b"one\n") == 4
    path.write_bytes(b"one\ntw")
    size = safe_file.append(path, b"three\n")
    assert path.read_bytes() == b"one\ntw\nthree\n"
    assert size == path.stat().st_size
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
