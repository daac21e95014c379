from functools import partial
from pathlib import Path
from random import Random

import pytest
from trio.testing import MockClock

from actors.mail import Card, Publish, Refused
from actors.mail_trust import ConfirmConnection, Connection, ConnectionStatus, VerifyConnection
from actors.segment import Misdirected, Throttled
from actors.verifying import CODE_CHARS, Target, Verifying
from domain.campaign import Campaign
from domain.verifying import EVENT
from store import announcements
from tests.actors import house as house_module
from tests.actors.house import ANA, BEN, LIVE, TARGET, House, Wire, open_house


async def verified(house: House) -> Connection:
    answer = await house.desk.ask(VerifyConnection(by=ANA))
    assert isinstance(answer, Connection), answer
    return answer


def code_of(answer: Connection) -> str:
    assert answer.check is not None
    return answer.check.code


async def status(house: House) -> Connection:
    answer = await house.desk.ask(ConnectionStatus())
    assert isinstance(answer, Connection)
    return answer


async def test_the_test_event_carries_a_code_and_says_that_it_is_a_test(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        code = code_of(await verified(house))
        (event,) = house.wire.accepted
        assert (event["event"], event["type"]) == (EVENT, "track")
        assert event["properties"] == {"is_test": True, "code": code}
        assert len(code) == CODE_CHARS
        assert await house.rows("SELECT kind, subject FROM announcement") == [("check", code)]
        assert not (await status(house)).verified


@pytest.mark.parametrize(("seen", "verdict"), [(True, True), (False, False)])
async def test_only_a_persons_word_verifies_and_it_stands_in_the_audit(
    tmp_path: Path, autojump_clock: MockClock, seen: bool, verdict: bool
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        code = code_of(await verified(house))
        await house.desk.ask(ConfirmConnection(by=BEN, code=code.lower(), seen=seen))
        assert (await status(house)).verified is verdict
        last = f"connection_{'seen' if seen else 'absent'}"
        assert await house.audit() == [(ANA, "verify_connection", code), (BEN, last, code)]
        await house.check()


async def test_who_comes_second_is_told_who_was_first(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        code = code_of(await verified(house))
        await house.desk.ask(ConfirmConnection(by=BEN, code=code))
        refused = await house.refused(ConfirmConnection(by=ANA, code=code, seen=False))
        assert "@U0BEN00002 has answered already: saw it" in refused.what
        assert (await status(house)).verified


async def test_an_earlier_test_event_decides_nothing_once_a_later_one_was_sent(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        first = code_of(await verified(house))
        await house.idle(1)
        second = code_of(await verified(house))
        refused = await house.refused(ConfirmConnection(by=BEN, code=first))
        assert second in refused.fix
        told = await house.rows("SELECT subject FROM announcement WHERE done_ms IS NULL")
        assert {subject for (subject,) in told} == {first, second}


async def test_another_key_is_unverified_again_and_the_old_card_decides_nothing(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        code = code_of(await verified(house))
        other = Verifying(house.context, Target(TARGET.url, "another"), house.delivery, Random(1))
        refused = await other.confirm(ConfirmConnection(by=BEN, code=code))
        assert isinstance(refused, Refused)
        assert "has changed" in refused.what
        await house.desk.ask(ConfirmConnection(by=BEN, code=code))
        assert (await status(house)).verified
        assert not await house.store.read(other.is_verified)


async def test_what_segment_refuses_asks_nobody_and_says_what_to_check(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(answer=lambda _posted: Misdirected(401))
    async with open_house(tmp_path, autojump_clock, wire) as house:
        refused = await house.refused(VerifyConnection(by=ANA))
        assert "401" in refused.what
        assert "CLARION_SEGMENT_WRITE_KEY" in refused.fix
        assert await house.rows("SELECT * FROM announcement") == []


async def test_while_nothing_leaves_a_test_event_does_not_either(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(answer=lambda _posted: Throttled(3_600_000))
    async with open_house(tmp_path, autojump_clock, wire) as house:
        await house.running(LIVE)
        await house.orders(["ann"])
        await house.idle()
        sent = len(house.wire.requests)
        assert "Nothing leaves" in (await house.refused(VerifyConnection(by=ANA))).what
        assert len(house.wire.requests) == sent


async def test_test_events_keep_the_pace_of_all(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock, rate=1) as house:
        for _ in range(3):
            await verified(house)
        first, second, third = (posted.at for posted in house.wire.requests)
        assert second - first >= 1
        assert third - second >= 1


async def test_a_code_that_was_never_sent_is_refused(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        assert "NOSUCH" in (await house.refused(ConfirmConnection(by=BEN, code="nosuch"))).what


async def test_a_campaign_shows_whether_somebody_has_seen_a_test_event(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.approved(LIVE)
        assert (await house.view(LIVE.name)).unverified
        await house.asks(Publish(name=LIVE.name, by=ANA))
        code = code_of(await verified(house))
        await house.desk.ask(ConfirmConnection(by=BEN, code=code))
        other = Campaign(name="Other", kind="past_behaviour")
        await house.approved(other)
        await house.asks(Publish(name="Other", by=ANA))
        assert not (await house.view("Other")).unverified


def test_the_key_shows_in_no_repr() -> None:
    assert "write-key" not in repr(TARGET)


async def posted(house: House) -> None:
    """Let Slack have everything, and know where the card of the only campaign stands."""
    for one, _ in await house.store.read(partial(announcements.open_ones, limit=99)):
        await house.desk.announced(one, Card("C1", "1.1") if one.kind == "card" else None)


async def cards_asked_for(house: House) -> list[str]:
    """Return the campaigns whose cards are asked for."""
    return [
        one.campaign
        for one, _ in await house.store.read(partial(announcements.open_ones, limit=99))
        if one.kind == "card"
    ]


async def test_review_cards_are_brought_up_to_date_once_the_connection_is_verified(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.approved(LIVE)
        await posted(house)
        code = code_of(await verified(house))
        assert await cards_asked_for(house) == []
        await house.desk.ask(ConfirmConnection(by=BEN, code=code))
        assert len(await cards_asked_for(house)) == 1


async def test_review_cards_are_brought_up_to_date_after_a_start_with_another_key(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.approved(LIVE)
        code = code_of(await verified(house))
        await house.desk.ask(ConfirmConnection(by=BEN, code=code))
        await posted(house)
    for target, cards in ((TARGET, 0), (Target(TARGET.url, "another"), 1)):
        monkeypatch.setattr(house_module, "TARGET", target)
        async with open_house(tmp_path, autojump_clock) as house:
            await house.idle(1)
            assert len(await cards_asked_for(house)) == cards
