from pathlib import Path

import msgspec
from trio.testing import MockClock

from actors import emergency
from actors.emergency import Paused
from actors.mail import Draft, Resume
from actors.mail_trust import NotPaused, PauseAll, PausedAll, RetryAside
from actors.segment import Ambiguous
from domain.campaign import Delivery, Limits
from tests.actors.aside import pleased
from tests.actors.house import ANA, BEN, LIVE, PAST, House, Wire, open_house

replace = msgspec.structs.replace


async def all_paused(house: House, by: str = BEN) -> PausedAll:
    answer = await house.desk.ask(PauseAll(by=by))
    assert isinstance(answer, PausedAll), answer
    return answer


async def test_everything_that_can_be_is_paused_and_the_rest_says_why_not(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        await house.running(LIVE)
        await house.publish(replace(PAST, name="Held", limits=Limits(safety_limit=1)))
        await house.until("Held", "blocked")
        await house.asks(Draft(definition=replace(LIVE, name="A draft"), by=ANA))
        answer = await all_paused(house)
        assert answer.paused == (LIVE.name,)
        (held,) = answer.not_paused
        assert (held.name, held.state) == ("Held", "blocked")
        assert "answer the alert" in held.why
        assert (await house.view(LIVE.name)).state == "paused"
        assert (BEN, "pause", "all paused") in await house.audit()


async def test_after_the_reply_no_new_request_starts_and_it_says_how_many_were_on_the_wire(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, Wire(seconds=2.0), rate=10) as house:
        names = [LIVE.name, "Second"]
        for name in names:
            await house.running(replace(LIVE, name=name))
        await house.orders(f"u{n}" for n in range(40))
        await house.idle(1)
        answer = await all_paused(house)
        sent = sum(len(posted.messages) for posted in house.wire.requests)
        assert answer.on_the_wire == sent > 0
        assert f"{sent:,} messages were already on the wire" in answer.message
        assert "clarion campaign" not in answer.message, "who reads it in Slack has no terminal"
        await house.idle(30)
        assert sum(len(posted.messages) for posted in house.wire.requests) == sent
        for name in names:
            await house.asks(Resume(name=name, by=ANA))
        await house.idle(60)
        assert len(house.wire.accepted) == 80
        await house.check()


async def test_what_was_sent_again_after_a_campaigns_end_is_taken_back_too(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Such a campaign is over, so it can be neither paused nor stopped, and yet it sends."""
    wire = Wire(answer=lambda _posted: Ambiguous("ReadTimeout"))
    over = replace(LIVE, limits=Limits(cap_total=30), delivery=Delivery(on_ambiguous="hold"))
    async with open_house(tmp_path, autojump_clock, wire, rate=10) as house:
        await house.running(over)
        await house.orders(f"u{n}" for n in range(30))
        await house.until(LIVE.name, "completed", seconds=1_200)
        pleased(wire)
        wire.seconds = 3.0
        await house.asks(RetryAside(by=ANA, campaign=LIVE.name, yes=True))
        await wire.arrived.wait()
        before = len(wire.requests) - 1
        answer = await all_paused(house)
        on_the_wire = sum(len(posted.messages) for posted in wire.requests[before:])
        assert answer.on_the_wire == on_the_wire > 0
        taken = 30 - on_the_wire
        assert f"{taken} messages that had been sent again wait for a person" in answer.message
        assert (BEN, "take_back", f"all paused: {taken} messages") in await house.audit()
        await house.idle(300)
        assert len(wire.accepted) == on_the_wire
        books = (await house.view(LIVE.name)).books
        assert (books.sent, books.skipped) == (on_the_wire, {"unknown": taken})
        await house.check()


async def test_pausing_twice_pauses_nothing_more(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await all_paused(house)
        again = await all_paused(house)
        assert (again.paused, [one.why for one in again.not_paused]) == (
            (),
            ["it is paused already"],
        )


async def test_only_somebody_may_pause_all(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        assert "no user id" in (await house.refused(PauseAll(by=" "))).what


def test_the_answer_says_that_resuming_is_one_by_one() -> None:
    assert "Nothing could" in emergency.said(Paused((), (NotPaused("a", "b", "c"),)), 0)
