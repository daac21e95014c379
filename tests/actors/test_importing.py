from collections.abc import Sequence
from pathlib import Path

import pytest
from trio.testing import MockClock

from actors import importing
from actors.mail_files import BeginFile, EndFile, FileStands, TakeEntries, TakeRecords
from store import memberships
from store.imports import RECORDS_PER_TAKE_MAX, Counts
from store.lists import Entry
from store.log import Incoming
from tests.actors.house import ANA, LIVE, House, open_house

SOURCE = "a" * 64


async def stands(
    house: House, request: BeginFile | TakeRecords | TakeEntries | EndFile
) -> FileStands:
    answer = await house.desk.ask(request)
    assert isinstance(answer, FileStands), answer
    return answer


def records(house: House, users: Sequence[str]) -> tuple[Incoming, ...]:
    return tuple(house.event(user) for user in users)


async def test_events_of_a_file_are_kept_counted_and_trigger_campaigns(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        begun = await stands(house, BeginFile("events", SOURCE, ANA))
        assert (begun.counts, begun.done_ms) == (Counts(), None)
        two = records(house, ["u1", "u2"])
        for _ in range(2):
            taken = await stands(house, TakeRecords("events", SOURCE, 0, two))
            assert taken.counts == Counts(rows=2, unknown=2)
        done = await stands(house, EndFile("events", SOURCE, ANA))
        assert done.done_ms == house.clock.now_ms()
        await house.idle()
        assert sorted(house.wire.users) == ["u1", "u2"]
        assert (await stands(house, BeginFile("events", SOURCE, ANA))).done_ms == done.done_ms


async def test_a_file_waits_before_a_sender_of_events_would(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await stands(house, BeginFile("events", SOURCE, ANA))
        house.pressure._since["lag"] = 0.0
        house.pressure.measured = house.pressure.measured.__class__(lag_events=10**9)
        one = records(house, ["u1"])
        assert (await stands(house, TakeRecords("events", SOURCE, 0, one))).wait_seconds > 0
        assert await house.rows("SELECT 1 FROM log") == []
        house.pressure._since.clear()
        taken = await stands(house, TakeRecords("events", SOURCE, 0, one))
        assert (taken.wait_seconds, taken.counts.rows) == (0, 1)


async def test_a_list_counts_once_it_is_whole(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.people(2)
        begun = await stands(house, BeginFile("list", SOURCE, ANA, name="VIP"))
        place = (begun.name, begun.version, begun.list_id)
        entries = tuple(Entry("identity", each) for each in ("u0000", "u0000", "nobody"))
        taken = await stands(house, TakeEntries("list", SOURCE, *place, 0, entries))
        assert taken.counts == Counts(rows=3, matched=1, unknown=1, duplicates=1)
        assert (await stands(house, BeginFile("list", SOURCE, ANA, name="VIP"))).counts.rows == 3
        assert await house.store.read(memberships.everyone) == []
        done = await stands(house, EndFile("list", SOURCE, ANA, *place))
        assert (done.counts, done.done_ms) == (taken.counts, house.clock.now_ms())
        (vip,) = await house.store.read(memberships.everyone)
        assert (vip.name, vip.members) == ("VIP", 1)


async def test_the_members_of_a_version_go_once_it_is_replaced(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PRUNED_MAX", 2)
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.people(5)
        for source in ("a" * 64, "b" * 64):
            begun = await stands(house, BeginFile("list", source, ANA, name="VIP"))
            place = (begun.name, begun.version, begun.list_id)
            entries = tuple(Entry("identity", f"u{n:04}") for n in range(5))
            await stands(house, TakeEntries("list", source, *place, 0, entries))
            await stands(house, EndFile("list", source, ANA, *place))
        held = await house.rows("SELECT version, count(*) FROM list_member GROUP BY version")
        assert [tuple(row) for row in held] == [(2, 5)]


async def test_what_cannot_go_on_is_refused_with_what_to_do(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        one = records(house, ["u1"])
        assert "Somebody else" in (await house.refused(TakeRecords("events", SOURCE, 0, one))).what
        many = one * (RECORDS_PER_TAKE_MAX + 1)
        assert "too many" in (await house.refused(TakeRecords("events", SOURCE, 0, many))).what
        assert "name" in (await house.refused(BeginFile("list", SOURCE, ANA, name=" "))).what
        assert "user id" in (await house.refused(BeginFile("events", SOURCE, "?!"))).what
        begun = await stands(house, BeginFile("list", SOURCE, ANA, name="VIP"))
        place = (begun.name, begun.version, begun.list_id)
        nobody = (Entry("identity", "nobody"),)
        await stands(house, TakeEntries("list", SOURCE, *place, 0, nobody))
        refused = await house.refused(EndFile("list", SOURCE, ANA, *place))
        assert "Nobody of the file is a user that is known (1 row)" in refused.what
        gone = await house.refused(TakeEntries("list", SOURCE, *place, 1, nobody))
        assert "Somebody else" in gone.what
