from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace
from trio.testing import MockClock

from actors.notices import Notices
from actors.prepare import Ready
from actors.restraint import Pace, Restraint
from actors.segment import (
    Accepted,
    Ambiguous,
    Misdirected,
    NotSent,
    Outcome,
    Rejected,
    Throttled,
)
from actors.settling import Settling
from domain.breaker import Closed, Open
from domain.campaign import Delivery
from store import attempts
from tests.actors.house import LIVE, House, open_house


class Settled(Settling):
    """With what it learns from in reach."""

    def __init__(self, house: House) -> None:
        self.restraint = Restraint(Pace(1_000, 4), Random(1))
        notices = Notices(house.store, clock=house.clock, announce=lambda: None)
        super().__init__(house.store, clock=house.clock, restraint=self.restraint, notices=notices)


def ids(batches: list[list[Ready]]) -> list[int]:
    return [len(batch) for batch in batches]


@pytest.mark.parametrize(
    ("outcome", "written", "breaker"),
    [
        (NotSent("ConnectError"), ("not_sent", "ConnectError"), Closed(1)),
        (Ambiguous("ReadTimeout"), ("ambiguous", "ReadTimeout"), Closed(1)),
        (Throttled(9_000), ("throttled", "status 429"), Closed()),
        (Rejected(400), ("rejected", "status 400"), Closed()),
        (Misdirected(401), ("misdirected", "status 401"), None),
    ],
)
async def test_each_outcome_that_is_no_yes_leaves_its_trail_and_its_lesson(
    tmp_path: Path,
    autojump_clock: MockClock,
    outcome: Outcome,
    written: tuple[str, str],
    breaker: Closed | None,
) -> None:
    async with open_house(tmp_path, autojump_clock, delivering=False, supervised=False) as house:
        await house.admitted("u1", "u2")
        ready = await house.ready()
        settles = Settled(house)
        await settles.settle(ready[0].row.campaign, ready, outcome)
        trail = await house.store.read(
            lambda conn: attempts.of_message(conn, ready[0].row.message_id)
        )
        assert [(a.n, a.outcome, a.detail) for a in trail] == [(1, *written)]
        if breaker is None:
            assert isinstance(settles.restraint.breaker, Open)
        else:
            assert settles.restraint.breaker == breaker
        assert set(await house.rows("SELECT state FROM outbox")) == {("pending",)}


async def test_only_the_refused_are_searched_and_the_others_go_as_usual(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, delivering=False, supervised=False) as house:
        await house.admitted("u1", "u2", "u3", "u4")
        ready = await house.ready()
        settles = Settled(house)
        assert ids(settles.batches(ready)) == [4]
        await settles.settle("c", ready[:2], Rejected(400))
        assert ids(settles.batches(ready)) == [2, 1, 1]
        await settles.settle("c", ready[:1], Accepted())
        assert ids(settles.batches(ready)) == [3, 1]


async def test_people_are_told_once_a_campaign_that_segment_refuses_its_messages(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Otherwise a campaign of which nothing arrived would end without a word."""
    async with open_house(tmp_path, autojump_clock, delivering=False) as house:
        await house.admitted("u1", "u2")
        settles = Settled(house)
        for message in await house.ready():
            await settles.settle(message.row.campaign, [message], Rejected(413))
        said = await house.rows("SELECT body FROM announcement WHERE body LIKE '%status 413%'")
        assert len(said) == 1


async def test_people_are_told_once_that_doubtful_messages_wait_for_them(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    coupon = replace(LIVE, delivery=Delivery(on_ambiguous="hold"))
    async with open_house(tmp_path, autojump_clock, delivering=False) as house:
        await house.admitted("u1", "u2", definition=coupon)
        settles = Settled(house)
        for message in await house.ready():
            await settles.settle(message.row.campaign, [message], Ambiguous("ReadTimeout"))
        said = await house.rows("SELECT body FROM announcement WHERE body LIKE '%Look at them%'")
        assert len(said) == 1
        assert set(await house.rows("SELECT state FROM outbox")) == {("unknown",)}
