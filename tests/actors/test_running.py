from pathlib import Path

from msgspec.structs import replace
from trio.testing import MockClock

from actors.desk import HouseRules
from actors.mail import Draft, Pause, Publish, RaiseLimit, Resume, SendSample, SkipRun, Stop
from domain.campaign import Limits, When
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


async def test_without_reviews_one_person_may_raise_the_limit_and_the_record_says_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    alone = HouseRules(review_required=False)
    held = replace(PAST, limits=Limits(safety_limit=5))
    async with open_house(tmp_path, autojump_clock, rules=alone) as house:
        await house.people(6)
        await house.asks(Draft(definition=held, by=ANA))
        await house.asks(Publish(name=PAST.name, by=ANA))
        await house.until(PAST.name, "blocked")
        run = (await house.only_run(PAST.name)).run
        await house.asks(RaiseLimit(name=PAST.name, by=ANA, run=run, limit=6))
        view = await house.until(PAST.name, "completed")
        assert (view.books.sent, view.definition.limits.safety_limit) == (6, 6)
        audit = await house.audit()
        assert (ANA, "release", "the limit was raised to 6 without review") in audit
        await house.check()


async def test_a_held_run_is_told_how_it_may_be_answered(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    held = replace(PAST, limits=Limits(safety_limit=5))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(6)
        await house.publish(held)
        await house.until(PAST.name, "blocked")
        no = await house.refused(Publish(name=PAST.name, by=ANA))
        assert "send to a random few, raise the limit, skip the run, stop" in no.fix


async def test_a_held_run_whose_cut_off_has_passed_can_only_be_skipped(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Whoever answered otherwise would be told that it goes to 5 users, and it went to none."""
    held = replace(PAST, limits=Limits(safety_limit=5), when=When(cutoff="11:00"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(6)
        await house.publish(held)
        await house.until(PAST.name, "blocked")
        run = (await house.only_run(PAST.name)).run
        await house.idle(1_000)  # until 11:03
        for request in (
            SendSample(name=PAST.name, by=ANA, run=run),
            RaiseLimit(name=PAST.name, by=ANA, run=run, limit=6),
        ):
            no = await house.refused(request)
            assert no.what.startswith("The cut-off of this run, 11:00, has passed")
        await house.asks(SkipRun(name=PAST.name, by=ANA, run=run))
        await house.until(PAST.name, "completed")
        await house.check()
