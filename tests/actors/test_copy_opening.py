import logging
from pathlib import Path

import pytest

from actors.copy_opening import CopyFile
from domain.audience import EVERYONE
from store.copy_connection import Limits
from store.projection import Projection
from tests.store.copies import person, selected


def made(path: Path, *users: str) -> Path:
    copy = Projection.open(path)
    copy.catch_up([], [person(user) for user in users])
    copy.close()
    return path


def held(path: Path) -> set[str]:
    copy = CopyFile(path, Limits()).open(last=0)
    found = selected(copy, EVERYONE)
    copy.close()
    return found


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "actors.copy_opening")
    return caplog


def test_a_copy_that_can_be_read_is_kept_and_nothing_is_told(
    tmp_path: Path, told: pytest.LogCaptureFixture
) -> None:
    path = made(tmp_path / "a.duckdb", "anna")
    assert held(path) == {"anna"}
    assert told.messages == []


def test_any_other_file_is_replaced_and_the_log_says_when_and_why(
    tmp_path: Path, told: pytest.LogCaptureFixture
) -> None:
    bad = tmp_path / "b.duckdb"
    bad.write_bytes(b"something else " * 1_000)
    file = CopyFile(bad, Limits())
    file.open(last=0).close()
    file.caught_up(7)
    file.caught_up(8)
    assert [str(bad) in told.messages[0], "cannot be read (IOException)" in told.messages[0]] == [
        True,
        True,
    ]
    assert told.messages[1:] == ["the audience's copy is whole again: it holds 7 places"]
