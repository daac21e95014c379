import sqlite3
from pathlib import Path

import pytest
import trio

from store import migrations
from store.database import open_database
from store.inline import InPlace, opening


async def test_a_database_works_without_a_thread(tmp_path: Path) -> None:
    async with open_database(tmp_path, migrations.load(), opening=opening) as store:
        await store.write(lambda conn: conn.execute("INSERT INTO goal VALUES ('c', 'e', x'7b7d')"))
        assert await store.read(lambda conn: conn.execute("SELECT * FROM goal").fetchall())
        with pytest.raises(sqlite3.OperationalError):
            await store.read(lambda conn: conn.execute("DELETE FROM goal"))


async def test_work_for_a_thread_is_done_in_place() -> None:
    here = trio.lowlevel.current_task()
    assert await InPlace().in_thread(trio.lowlevel.current_task) is here
