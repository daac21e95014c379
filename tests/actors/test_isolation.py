import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from actors.isolation import Broken, apart


def fails(error: Exception) -> Callable[[], Any]:
    def work() -> None:
        raise error

    return work


def test_what_works_comes_back() -> None:
    assert apart(lambda: 7) == 7


def test_what_breaks_is_told_by_kind_and_place_and_quotes_no_value() -> None:
    broken = apart(fails(ValueError("ann@example.com is wrong")))
    assert isinstance(broken, Broken)
    assert broken.error == "ValueError"
    assert broken.where.startswith("test_isolation.py:")
    assert "ann" not in repr(broken)


@pytest.mark.parametrize("fault", [sqlite3.OperationalError("disk"), MemoryError()])
def test_a_fault_of_the_machine_is_nobodys(fault: Exception) -> None:
    with pytest.raises(type(fault)):
        apart(fails(fault))
