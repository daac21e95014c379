from pathlib import Path

import duckdb
import pytest

from store.copy_errors import (
    CopyBehindError,
    CopyDamagedError,
    CopyNotWrittenError,
    CopyWaitsError,
    QuestionTooLargeError,
    is_damage,
)
from store.errors import StoreError

PATH = Path("audience.duckdb")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (CopyNotWrittenError(PATH, ValueError("someone@example.com")), "free disk space"),
        (CopyDamagedError(PATH), "made anew"),
        (CopyBehindError(40), "40 %"),
        (QuestionTooLargeError(), "memory_mb_max"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_each_says_what_to_do_quotes_nothing_and_is_nobodys_fault(
    error: StoreError, says: str
) -> None:
    assert says in str(error)
    assert "someone" not in str(error)
    assert isinstance(error, CopyWaitsError)


def test_only_what_duckdb_says_of_a_damaged_block_counts_as_damage() -> None:
    assert is_damage(duckdb.Error("Corrupt database file"))
    assert not is_damage(duckdb.BinderException("no such column"))
    assert not is_damage(ValueError())
