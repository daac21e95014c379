import sqlite3
from pathlib import Path

from trio.testing import MockClock

from actors import asked_content
from actors.mail import Draft, Refused
from tests.actors.house import ANA, PAST, open_house


async def test_a_campaigns_content_is_that_of_its_latest_revision(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    def read(conn: sqlite3.Connection) -> object:
        return asked_content.kept(conn, PAST.name)

    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        assert isinstance(await house.store.read(read), Refused)
        await house.asks(Draft(definition=PAST, by=ANA))
        found = await house.store.read(read)
        assert isinstance(found, tuple)
        assert found[1] == PAST
