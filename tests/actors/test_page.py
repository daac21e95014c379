from pathlib import Path

from trio.testing import MockClock

from actors.page import Known, know, sort_out
from domain.facts import Event
from store.log import Unreadable
from tests.actors.house import House, open_house


async def known(house: House, *who: str) -> Known:
    return await house.store.read(lambda conn: know(conn, who, ["Viewed"], upto=99))


async def spoil(house: House, sql: str) -> None:
    await house.store.write(lambda conn: conn.execute(sql))


async def test_one_profile_that_cannot_be_read_hides_no_other(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True, supervised=False) as house:
        await house.people(3, country="NO")
        await house.feed(house.event("u0000", "Viewed"))
        await spoil(house, "UPDATE user SET traits = x'7b' WHERE user = 'u0001'")
        found = await known(house, "u0000", "u0001", "u0002")
        assert set(found.users) == {"u0000", "u0002"}
        assert len(found.history["u0000"]) == 1
        assert found.broken["u0001"].error == "DecodeError"


async def test_one_event_in_a_history_that_cannot_be_read_is_that_users_alone(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True, supervised=False) as house:
        await house.feed(house.event("ann", "Viewed"), house.event("ben", "Viewed"))
        await spoil(house, "UPDATE log SET body = x'7b' WHERE user = 'ben'")
        found = await known(house, "ann", "ben")
        assert (set(found.users), set(found.broken)) == ({"ann"}, {"ben"})


def test_events_that_can_be_read_are_told_from_those_that_cannot() -> None:
    good, bad = Event(1, "e1", "ann", "Viewed", 0, 0), Unreadable(2, "ben", "DecodeError")
    assert sort_out([good, bad]) == ([good], [bad])
