from pathlib import Path

import pytest
from trio.testing import MockClock

from actors.mail import Pause, Stop
from actors.mail_trust import DropAside, RetryAside
from tests.actors.aside import (
    listed,
    picky,
    pleased,
    poison_event,
    refused_message,
    unknown_message,
)
from tests.actors.house import ANA, BEN, LIVE, open_house


async def test_a_refused_message_goes_again_under_its_own_id(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, picky(), quiet=True) as house:
        await house.running(LIVE)
        message = await refused_message(house)
        pleased(house.wire)
        done = await house.asks(RetryAside(by=ANA, ids=(message,)))
        assert done.message == "1 message goes again under its own id."
        await house.idle(60)
        assert [m["messageId"] for m in house.wire.accepted] == [message]
        assert await listed(house) == ()
        assert (ANA, "retry_aside", message) in await house.audit()
        await house.check()


async def test_what_may_have_arrived_needs_a_second_word(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, picky(), quiet=True) as house:
        await house.running(LIVE)
        message = await unknown_message(house)
        before = await house.snapshot()
        refused = await house.refused(RetryAside(by=ANA, ids=(message,)))
        assert "Segment may have it already" in refused.what
        assert "--yes" in refused.fix
        assert await house.snapshot() == before
        pleased(house.wire)
        await house.asks(RetryAside(by=ANA, ids=(message,), yes=True))
        await house.idle(60)
        assert [m["messageId"] for m in house.wire.accepted] == [message]


async def test_everything_of_a_campaign_is_decided_at_once(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, picky(), quiet=True) as house:
        await house.running(LIVE)
        await refused_message(house, "bad1")
        await refused_message(house, "bad2")
        await poison_event(house)
        done = await house.asks(DropAside(by=BEN, campaign=LIVE.name))
        assert done.message == "2 messages are dropped for good. 1 event is dropped for good."
        states = await house.rows("SELECT state, decided_by FROM poison")
        assert [tuple(row) for row in states] == [("dropped", BEN)]
        pleased(house.wire)
        await house.idle(60)
        assert house.wire.accepted == []
        await house.check()


async def test_an_event_is_considered_anew_and_the_audit_says_who_asked(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(LIVE)
        event = await poison_event(house)
        await house.store.write(lambda conn: conn.execute("UPDATE log SET body = x'7b7d'"))
        await house.asks(RetryAside(by=ANA, ids=(event,)))
        await house.idle()
        assert house.wire.users == ["cleo"]
        assert await listed(house) == ()
        assert (ANA, "retry_aside", event) in await house.audit()
        await house.check()


async def test_who_decides_second_is_told_who_was_first(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(LIVE)
        event = await poison_event(house)
        await house.asks(DropAside(by=BEN, ids=(event,)))
        refused = await house.refused(RetryAside(by=ANA, ids=(event,)))
        assert f"@{BEN} has decided" in refused.what


@pytest.mark.parametrize(("act", "fix"), [(Pause, "Resume it"), (Stop, "Drop the event")])
async def test_a_campaign_that_does_not_run_considers_nothing_and_says_what_to_do(
    tmp_path: Path, autojump_clock: MockClock, act: type[Pause | Stop], fix: str
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(LIVE)
        event = await poison_event(house)
        await house.asks(act(name=LIVE.name, by=ANA))
        before = await house.snapshot()
        assert fix in (await house.refused(RetryAside(by=ANA, ids=(event,)))).fix
        assert await house.snapshot() == before


async def test_a_message_of_a_campaign_that_is_over_cannot_go_again(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, picky(), quiet=True) as house:
        await house.running(LIVE)
        message = await refused_message(house)
        await house.asks(Stop(name=LIVE.name, by=ANA))
        assert "stopped" in (await house.refused(RetryAside(by=ANA, ids=(message,)))).what


async def test_one_wrong_id_changes_nothing(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(LIVE)
        event = await poison_event(house)
        await house.refused(DropAside(by=ANA, ids=(event, "m1_nothing")))
        assert [line.id for line in await listed(house)] == [event]


async def test_nothing_named_and_nothing_waiting_are_refused(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(LIVE)
        assert "Nothing was named" in (await house.refused(DropAside(by=ANA))).what
        refused = await house.refused(DropAside(by=ANA, campaign=LIVE.name))
        assert "waits for a person" in refused.what
