from pathlib import Path

from trio.testing import MockClock

from domain.leap import Leap
from store import marks
from tests.actors.house import KEY, LIVE, START_MS, open_house

DAY = 86_400_000


async def test_the_marks_are_read_as_they_were_written_and_the_high_water_only_rises(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        assert await house.store.read(marks.read) == marks.Marks()
        for now in (5, 9, 7):
            await house.store.write(lambda conn, n=now: marks.raise_high_water(conn, now_ms=n))  # type: ignore[misc]
        await house.store.write(lambda conn: marks.note_leap(conn, Leap(3, 4), now_ms=9))
        assert await house.store.read(marks.read) == marks.Marks(9, Leap(3, 4))
        await house.store.write(lambda conn: marks.clear_leap(conn, tell="right", now_ms=9))
        assert (await house.store.read(marks.read)).leap is None


async def test_a_clock_that_is_set_back_dates_what_is_open_anew(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """The clock was a day ahead when the message was admitted and first ambiguous."""
    async with open_house(tmp_path, autojump_clock, quiet=True, delivering=False) as house:
        await house.people(1)
        await house.admitted("u0000")
        now = house.clock.now_ms()
        await house.store.write(
            lambda conn: (
                conn.execute(
                    "UPDATE outbox SET ambiguous_ms = ?1, due_ms = ?1 + 60000", (now,)
                ).rowcount
            )
        )
        await house.store.write(
            lambda conn: marks.accept(
                conn,
                by="U1",
                wall_ms=now - DAY,
                now_ms=now,
                detail="",
                tell="right",
                key=KEY,
            )
        )
        ((ambiguous, due, admitted),) = await house.rows(
            "SELECT ambiguous_ms, due_ms, admitted_ms FROM outbox"
        )
        assert (ambiguous, due) == (now - DAY, now - DAY)
        assert admitted <= now - DAY
        assert (await house.store.read(marks.read)).high_water_ms == now - DAY
        assert now >= START_MS
        assert (await house.view(LIVE.name)).state == "running"
