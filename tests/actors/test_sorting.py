"""A message that was written down, and then what it needs cannot be read: it waits for a person."""

import logging
import sqlite3
from pathlib import Path

import pytest
from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail import Resume
from actors.mail_trust import RetryAside, ShowAside, Told
from actors.segment import Ambiguous
from domain.audience import Did
from domain.campaign import DoNotDisturb, Limits, What
from domain.fuse import PREPARED_MIN
from tests.actors.aside import listed, steps
from tests.actors.house import ANA, LIVE, House, Wire, open_house

HELD = replace(
    LIVE,
    do_not_disturb=DoNotDisturb("10:45", "10:49"),
    what=What(key_values={"total": "{{ Event.total }}"}),
)
"""Its messages wait for a few minutes, in which something may become unreadable."""
SPOIL = {
    "profile": "UPDATE user SET traits = x'7b' WHERE user = 'bad'",
    "event": "UPDATE log SET body = x'7b' WHERE user = 'bad' AND kind = 'event'",
}
HEAL = {
    "profile": "UPDATE user SET traits = x'7b7d'",
    "event": "UPDATE log SET body = x'7b7d' WHERE body = x'7b'",
}


async def at_once(house: House, sql: str) -> None:
    def job(conn: sqlite3.Connection) -> None:
        conn.execute(sql)

    await house.store.write(job)


async def held_and_spoiled(house: House, *what: str) -> None:
    await house.running(HELD)
    await house.orders(["a", "bad", "c"])
    await house.idle(20)
    for each in what:
        await at_once(house, SPOIL[each])
    await house.idle(240)


@pytest.mark.parametrize("what", SPOIL)
async def test_what_cannot_be_read_keeps_one_message_and_no_other(
    tmp_path: Path, autojump_clock: MockClock, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        with caplog.at_level(logging.ERROR):
            await held_and_spoiled(house, what)
        assert sorted(house.wire.users) == ["a", "c"]
        assert (await house.view(LIVE.name)).books.skipped == {"set_aside": 1}
        (line,) = await listed(house)
        assert (line.state, line.user, "is broken" in line.why) == ("dead", "bad", True)
        assert "it could not be written (DecodeError, error E1)" in await steps(house, "bad")
        assert "DecodeError" in caplog.text
        assert "error E1" in caplog.text
        assert "bad" not in caplog.text
        await house.check()


async def test_people_are_told_once_and_without_the_users_name(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await held_and_spoiled(house, "profile")
        rows = await house.rows("SELECT body FROM announcement WHERE kind = 'notice'")
        ((said,),) = rows
        assert "could not be written" in said
        assert "Look at them" in said
        assert "bad" not in said


@pytest.mark.parametrize("what", SPOIL)
async def test_a_person_sends_it_again_once_it_can_be_read(
    tmp_path: Path, autojump_clock: MockClock, what: str
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await held_and_spoiled(house, what)
        (line,) = await listed(house)
        await house.asks(RetryAside(by=ANA, ids=(line.id,)))
        await house.idle(20)
        assert [again.id for again in await listed(house)] == [line.id]
        await at_once(house, HEAL[what])
        await house.asks(RetryAside(by=ANA, ids=(line.id,)))
        await house.idle(20)
        assert house.wire.accepted[-1]["messageId"] == line.id
        assert await listed(house) == ()
        trail = await steps(house, "bad")
        assert "attempt 1 to send it began" in trail
        assert "Segment accepted it" in trail
        await house.check()


async def test_one_that_may_have_arrived_is_unknown_and_says_why_it_stays(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(answer=lambda _posted: Ambiguous("ReadTimeout"))
    async with open_house(tmp_path, autojump_clock, wire) as house:
        await house.running(LIVE)
        await house.orders(["bad"])
        await wire.arrived.wait()
        await house.idle(1)
        await at_once(house, SPOIL["profile"])
        await house.idle(300)
        (line,) = await listed(house)
        assert line.state == "unknown"
        answer = await house.desk.ask(ShowAside(line.id))
        assert isinstance(answer, Told)
        assert "it could not be written (DecodeError, error E1)" in [s.said for s in answer.steps]
        await house.check()


async def test_a_profile_that_breaks_the_last_look_at_the_filter_harms_no_other(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """The users who were held are read with what they did: an event there may be unreadable too."""
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(HELD, who=Did("Order Completed")))
        await house.orders(["a", "bad", "c"])
        await house.idle(20)
        await house.feed(house.event("bad", "Order Completed"))
        await house.idle(20)
        await at_once(house, SPOIL["event"])
        await house.idle(240)
        assert sorted(house.wire.users) == ["a", "c"]
        assert {line.user for line in await listed(house)} == {"bad"}
        await house.check()


async def test_what_fails_again_after_the_campaigns_end_waits_for_a_person_again(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """A campaign that is over cannot pause itself, and nobody could resume it."""
    bad = [f"bad{n:02}" for n in range(PREPARED_MIN + 1)]
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(HELD, limits=Limits(cap_total=len(bad))))
        await house.orders(bad)
        await house.idle(20)
        await at_once(house, "UPDATE user SET traits = x'7b'")
        await house.until(LIVE.name, "paused", seconds=300)
        await house.asks(Resume(name=LIVE.name, by=ANA))
        await house.until(LIVE.name, "completed")
        await house.asks(RetryAside(by=ANA, campaign=LIVE.name))
        await house.idle(60)
        books = (await house.view(LIVE.name)).books
        assert (books.skipped, books.pending) == ({"set_aside": len(bad)}, 0)
        assert house.delivery.halted == frozenset()
        await house.check()
