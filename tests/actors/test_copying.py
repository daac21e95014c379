from pathlib import Path

import pytest
from trio.testing import MockClock

from actors import copying
from actors.copying import Renewal, copy_page
from domain.audience import EVERYONE
from store.hold import Hold
from store.projection import Limits, Projection
from tests.actors.house import House, open_house
from tests.store.copies import selected


def renewal(house: House, path: Path) -> Renewal:
    return Renewal(house.store, path, Limits(), Hold(), to_make=0)


async def test_a_page_takes_no_more_of_the_log_than_it_may(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "ROWS_PAGE_MAX", 3)
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.people(4)
        copy = Projection.open(tmp_path / "b.duckdb")
        assert [await copy_page(house.store, copy, Hold()) for _ in range(3)] == [3, 1, 0]
        assert len(selected(copy, EVERYONE)) == 4
        copy.close()


async def test_what_a_crash_left_of_a_renewal_is_not_used_again(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    path = tmp_path / "b.duckdb"
    (tmp_path / "b.duckdb.new").write_bytes(b"half of a copy" * 1_000)
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.people(4)
        new = renewal(house, path)
        await new.catch_up()
        new.put_in_place()
        new.give_up()
    copy = Projection.open(path)
    assert len(selected(copy, EVERYONE)) == 4
    copy.close()


async def test_a_renewal_that_is_given_up_leaves_nothing_behind(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.people(4)
        new = renewal(house, tmp_path / "b.duckdb")
        await new.catch_up()
        assert (new.made, new.to_make) == (4, 4)
        new.give_up()
    assert list(tmp_path.glob("b.duckdb*")) == []
