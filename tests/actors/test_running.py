from pathlib import Path

from trio.testing import MockClock

from actors.mail import Pause, Resume, Stop
from tests.actors.house import ANA, LIVE, PAST, Wire, open_house


async def test_a_stop_is_final(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.asks(Stop(name=LIVE.name, by=ANA))
        for request in (Pause, Resume, Stop):
            no = await house.refused(request(name=LIVE.name, by=ANA))
            assert "It is over" in no.fix


async def test_the_stop_of_a_run_that_was_never_held_raises_no_alert(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, Wire(seconds=30)) as house:
        await house.people(3)
        await house.publish(PAST)
        await house.wire.arrived.wait()
        answer = await house.asks(Stop(name=PAST.name, by=ANA))
        assert answer.on_the_wire == 3
        assert await house.rows("SELECT 1 FROM announcement WHERE kind = 'alert'") == []
        assert (await house.only_run(PAST.name)).state == "stopped"


async def test_a_paused_campaign_goes_on_where_it_was(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, rate=8) as house:
        await house.people(20)
        await house.publish(PAST)
        await house.wire.arrived.wait()
        await house.asks(Pause(name=PAST.name, by=ANA))
        await house.idle(30)
        assert 0 < len(house.wire.accepted) < 20
        await house.asks(Resume(name=PAST.name, by=ANA))
        await house.until(PAST.name, "completed")
        assert len(house.wire.accepted) == 20
        await house.check()
