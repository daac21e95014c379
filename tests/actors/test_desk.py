from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors.desk import HouseRules
from actors.mail import (
    Approve,
    Done,
    Draft,
    ListAll,
    Listed,
    Pause,
    Publish,
    RaiseLimit,
    Reach,
    Reached,
    Refused,
    Request,
    RequestChanges,
    Resume,
    SendSample,
    Show,
    SkipRun,
    Stop,
    Submit,
)
from actors.mail_limits import LowerCap
from actors.mail_trust import PauseAll, PausedAll
from domain.campaign import Limits, When
from tests.actors.house import ANA, BEN, CLEO, LIVE, PAST, open_house

replace = msgspec.structs.replace
EDITED = replace(LIVE, labels=("new",))
WHO = {"by": BEN, "name": LIVE.name}


@pytest.mark.parametrize(
    "request_",
    [
        Submit(name="nobody", by=ANA),
        Show(name="nobody"),
        Approve(name=LIVE.name, by=BEN),
        Approve(name=LIVE.name, by=ANA),
        Approve(name=LIVE.name, by=BEN, hash="stale"),
        RequestChanges(name=LIVE.name, by=BEN, comment="x"),
        RequestChanges(name=LIVE.name, by=BEN, comment="  "),
        Publish(name=LIVE.name, by=ANA),
        Publish(name=LIVE.name, by=ANA, hash="stale"),
        Pause(name=LIVE.name, by=ANA),
        Resume(name=LIVE.name, by=ANA),
        Stop(name=LIVE.name, by=ANA),
        SendSample(name=LIVE.name, by=ANA, run="r"),
        RaiseLimit(name=LIVE.name, by=ANA, run="r", limit=9),
        SkipRun(name=LIVE.name, by=ANA, run="r"),
        LowerCap(name=LIVE.name, by=ANA, lim=5),
        Draft(definition=replace(LIVE, name=""), by=ANA),
        Draft(definition=LIVE, by=ANA, edits="nobody"),
        Reach(definition=LIVE),
    ],
)
async def test_what_a_draft_does_not_allow_is_refused_in_words_and_changes_nothing(
    tmp_path: Path, autojump_clock: MockClock, request_: Request
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        before = await house.snapshot()
        no = await house.refused(request_)
        assert no.what.endswith(".")
        assert no.fix.endswith(".")
        assert await house.snapshot() == before


async def test_names_are_found_in_any_case(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.asks(Draft(definition=replace(LIVE, name="Été"), by=ANA))
        await house.asks(Submit(name=" éTÉ ", by=ANA))
        assert (await house.view("ÉTÉ")).state == "in_review"


async def test_every_act_stands_in_the_audit_with_who_did_it(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.asks(Pause(name=LIVE.name, by=CLEO))
        await house.asks(Resume(name=LIVE.name, by=BEN))
        await house.asks(Stop(name=LIVE.name, by=ANA))
        assert [(who, action) for who, action, _ in await house.audit()] == [
            (ANA, "draft"),
            (ANA, "submit"),
            (BEN, "approve"),
            (ANA, "publish"),
            ("clarion", "start"),
            (CLEO, "pause"),
            (BEN, "resume"),
            (ANA, "stop"),
        ]
        await house.check()


async def test_a_full_disk_changes_neither_state_nor_audit(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        before = await house.snapshot()
        with house.full_disk(), pytest.raises(Exception, match="disk is full"):
            await house.desk.ask(Submit(name=LIVE.name, by=ANA))
        assert await house.snapshot() == before


async def test_a_pause_does_not_wait_for_a_count(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        whole = house.projector.estimate

        async def slow(*args: object, **rest: object) -> object:
            await trio.sleep(60)
            return await whole(*args, **rest)  # type: ignore[arg-type]  # as they came

        monkeypatch.setattr(house.projector, "estimate", slow)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(house.asks, Draft(definition=PAST, by=ANA))
            await trio.sleep(1)
            before = trio.current_time()
            await house.asks(Pause(name=LIVE.name, by=ANA))
            assert trio.current_time() - before < 2


@pytest.mark.parametrize(
    "hold",
    [
        Pause(name=LIVE.name, by=ANA),
        Stop(name=LIVE.name, by=ANA),
        PauseAll(by=ANA),
        Resume(name=LIVE.name, by=ANA),
    ],
)
async def test_a_pause_does_not_wait_for_a_decision_that_waits_to_be_written(
    tmp_path: Path, autojump_clock: MockClock, hold: Request
) -> None:
    """Events that came before wait in the same queue as a draft, and may be thousands."""
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        whole = house.store.write

        async def write(job: Any, *, urgent: bool = False) -> Any:
            await trio.sleep(0 if urgent else 60)
            return await whole(job, urgent=urgent)

        house.store.write = write  # type: ignore[method-assign]  # a queue that is long
        async with trio.open_nursery() as nursery:
            nursery.start_soon(house.asks, Draft(definition=PAST, by=ANA))
            await trio.sleep(1)
            before = trio.current_time()
            answer = await house.desk.ask(hold)
            assert trio.current_time() - before < 1
            assert isinstance(answer, Done | PausedAll | Refused)


async def test_an_approval_expires_when_its_time_passes(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    live = replace(LIVE, when=When(end="2026-03-20T10:50"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.approved(replace(PAST, when=When("2026-03-20T10:50")))
        await house.approved(live)
        await trio.sleep(230)
        for name in (PAST.name, LIVE.name):
            assert (await house.view(name)).state == "draft"
            await house.refused(Publish(name=name, by=ANA))
        assert ("clarion", "expire", "its time passed") in await house.audit()


async def test_the_reach_is_counted_and_the_list_is_whole(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(10)
        await house.asks(Draft(definition=LIVE, by=ANA))
        limits = Limits(cap_total=4)
        reached = await house.desk.ask(Reach(definition=replace(PAST, limits=limits)))
        assert isinstance(reached, Reached)
        assert (reached.estimate.qualified, reached.estimate.expected) == (10, 4)
        listed = await house.desk.ask(ListAll())
        assert isinstance(listed, Listed)
        assert [line.name for line in listed.campaigns] == [LIVE.name]


async def test_what_slack_must_hear_comes_in_order_and_once(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, rules=HouseRules()) as house:
        heard = []

        async def listen() -> None:
            while True:
                for announcement, card in await house.desk.announcements():
                    heard.append((announcement.kind, announcement.body))
                    await house.desk.announced(announcement, card)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(listen)
            await house.approved(LIVE)
            await house.idle(1)
            nursery.cancel_scope.cancel()
        assert [body for kind, body in heard if kind == "reply"] == [
            f"*{LIVE.name}* is submitted for review by @{ANA}.",
            f"Approved by @{BEN}.",
        ]
