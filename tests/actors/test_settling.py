from pathlib import Path
from random import Random

from trio.testing import MockClock

from actors.clock import monotonic_ms
from actors.segment import Accepted, Ambiguous, NotSent, Outcome, Rejected, Throttled
from actors.settling import Settling
from tests.actors.house import House, open_house


def settling(house: House) -> Settling:
    return Settling(house.store, clock=house.clock, chance=Random(1), announce=lambda: None)


async def test_each_failure_closes_the_gate_for_longer_and_an_answer_forgets_them(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        settles = settling(house)
        waits = []
        outcomes: list[Outcome] = [NotSent("x"), Ambiguous("x"), *[NotSent("x")] * 10]
        for outcome in outcomes:
            settles.gate_ms = 0
            await settles.settle("c", [], outcome)
            waits.append(settles.gate_ms - monotonic_ms())
        assert 500 <= waits[0] < 1_000 <= waits[1] < 2_000
        assert 30_000 <= waits[-1] < 60_000
        await settles.settle("c", [], Accepted())
        assert settles.failures == 0


async def test_the_gate_opens_when_segment_said_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        settles = settling(house)
        await settles.settle("c", [], Throttled(9_000))
        assert settles.gate_ms - monotonic_ms() == 9_000
        await settles.settle("c", [], Throttled(1))
        assert settles.gate_ms - monotonic_ms() == 9_000


async def test_other_campaigns_go_as_usual_while_one_is_searched(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, delivering=False) as house:
        await house.admitted("u1", "u2", "u3", "u4")
        from_store = await house.ready()
        settles = settling(house)
        await settles.settle("c", from_store, Rejected(400))
        assert (settles.at_once("c", 250), settles.at_once("d", 250)) == (2, 250)
        await settles.settle("c", [], Accepted())
        assert settles.at_once("c", 250) == 4


async def test_people_are_told_once_a_campaign_that_segment_refuses_its_messages(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Otherwise a campaign of which nothing arrived would end without a word."""
    async with open_house(tmp_path, autojump_clock, delivering=False) as house:
        await house.admitted("u1", "u2")
        settles = settling(house)
        for message in await house.ready():
            await settles.settle(message.row.campaign, [message], Rejected(413))
        said = await house.rows("SELECT body FROM announcement WHERE body LIKE '%status 413%'")
        assert len(said) == 1
