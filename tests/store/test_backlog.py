from pathlib import Path

from trio.testing import MockClock

from actors.mail import Pause
from store import backlog
from tests.actors.house import ANA, LIVE, open_house


async def test_what_waits_past_its_due_is_counted_to_the_limit_and_of_running_campaigns_alone(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, supervised=False, delivering=False) as house:
        await house.people(5)
        await house.admitted(*(f"u{i:04}" for i in range(5)))
        now = house.clock.now_ms()

        async def behind(count_max: int, now_ms: int = now) -> tuple[int, int]:
            return await house.store.read(
                lambda conn: backlog.behind(conn, now_ms=now_ms, count_max=count_max)
            )

        assert await behind(100) == (0, 5)
        assert await behind(3) == (0, 3)
        assert await behind(100, now - 600_000) == (0, 0)
        await house.orders(["u0001", "u0002"])
        assert await behind(100) == (2, 5)
        await house.asks(Pause(name=LIVE.name, by=ANA))
        assert await behind(100) == (0, 0)
