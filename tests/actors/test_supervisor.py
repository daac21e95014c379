from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors.live import Live
from actors.mail import Resume
from actors.supervisor import RESTARTS_MAX
from store.errors import Fenced
from tests.actors.house import ANA, LIVE, open_house

OTHER = msgspec.structs.replace(LIVE, name="Other")


class Fragile:
    """Makes the work of one campaign fail so often."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times, self.campaign, self.failed = 0, "", 0
        whole = Live.work

        async def work(live: Live, row: Any) -> float:
            if row.id == self.campaign and self.failed < self.times:
                self.failed += 1
                raise RuntimeError("a value of someone")
            return await whole(live, row)

        monkeypatch.setattr(Live, "work", work)


async def test_a_campaign_that_fails_now_and_then_restarts_and_misses_nothing(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fragile = Fragile(monkeypatch)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        fragile.campaign, fragile.times = await house.campaign_id(LIVE.name), RESTARTS_MAX
        await house.orders(["u1"])
        await house.idle(30)
        assert (fragile.failed, house.wire.users) == (RESTARTS_MAX, ["u1"])
        assert (await house.view(LIVE.name)).state == "running"


async def test_past_its_budget_a_campaign_is_faulted_with_a_notice_and_others_go_on(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fragile = Fragile(monkeypatch)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.running(OTHER)
        fragile.campaign, fragile.times = await house.campaign_id(LIVE.name), RESTARTS_MAX + 1
        await house.orders(["u1"])
        view = await house.until(LIVE.name, "faulted")
        assert "error E1" in view.reason
        assert house.delivery.halted == {fragile.campaign}
        ((body,),) = await house.rows("SELECT body FROM announcement WHERE kind = 'notice'")
        assert LIVE.name in body
        assert "someone" not in body + view.reason
        assert len(house.wire.accepted) == 1
        await house.asks(Resume(name=LIVE.name, by=ANA))
        await house.idle(20)
        assert len(house.wire.accepted) == 2
        await house.check()


async def test_after_a_restart_every_published_campaign_has_its_actor(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.running(OTHER)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.orders(["u1"])
        await house.idle()
        assert len(house.wire.accepted) == 2


async def test_a_daemon_that_another_has_replaced_ends_without_blaming_a_campaign(
    tmp_path: Path,
    autojump_clock: MockClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def work(_live: Live, _row: Any) -> float:
        await trio.lowlevel.checkpoint()
        raise Fenced(ours=1, theirs=2)

    async def live() -> None:
        async with open_house(tmp_path, autojump_clock) as house:
            monkeypatch.setattr(Live, "work", work)
            await house.publish(LIVE)
            await house.idle()

    with pytest.raises(Fenced):
        await live()
    assert "failed" not in caplog.text


async def test_a_held_run_that_cannot_be_faulted_is_still_sent_once_it_is_answered(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Only a resume lets a halted campaign go on, and nobody resumes one that is not faulted."""
    async with open_house(tmp_path, autojump_clock, supervised=False) as house:
        await house.admitted("u1")
        campaign = await house.campaign_id(LIVE.name)
        await house.store.write(lambda conn: conn.execute("UPDATE campaign SET state = 'blocked'"))
        await house.supervisor._fault(campaign, "why")
        await house.idle()
        assert (house.wire.users, house.delivery.halted) == (["u1"], frozenset())
