"""Segment away for long: what it costs, and that nothing is lost or sent twice."""

from pathlib import Path

import pytest
import trio
from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail_trust import VerifyConnection
from actors.segment import Accepted, Ambiguous, NotSent, Outcome, Rejected, Throttled
from domain.campaign import Delivery, DoNotDisturb
from tests.actors.house import ANA, LIVE, PAST, START_MS, House, Posted, Wire, open_house

HOUR = 3_600


class Away:
    """A Segment that is away between two moments of Trio's time, in seconds."""

    def __init__(self, trouble: Outcome) -> None:
        self._trouble = trouble
        self.since, self.until = 0.0, 0.0

    def goes(self, hours: float) -> None:
        self.since = trio.current_time()
        self.until = self.since + hours * HOUR

    def __call__(self, posted: Posted) -> Outcome:
        return self._trouble if self.since <= posted.at < self.until else Accepted()

    def requests(self, wire: Wire) -> int:
        return sum(self.since <= posted.at < self.until for posted in wire.requests)


async def blast(house: House, users: int) -> None:
    await house.people(users)
    await house.running(PAST)


@pytest.mark.parametrize("trouble", [NotSent("ConnectError"), Ambiguous("ReadTimeout")])
async def test_twelve_hours_cost_at_most_1500_requests_and_lose_nothing(
    tmp_path: Path, autojump_clock: MockClock, trouble: Outcome
) -> None:
    away = Away(trouble)
    async with open_house(tmp_path, autojump_clock, Wire(away), rate=20) as house:
        away.goes(12)
        await blast(house, 200)
        await house.idle(12 * HOUR + 600)
        assert away.requests(house.wire) <= 1_500
        assert len(house.wire.accepted) == 200
        await house.until(PAST.name, "completed")
        await house.check()


async def test_an_outage_puts_few_messages_into_doubt(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Whoever asks whether Segment is back asks with what may have arrived already."""
    away = Away(Ambiguous("ReadTimeout"))
    async with open_house(tmp_path, autojump_clock, Wire(away), rate=20) as house:
        away.goes(2)
        await blast(house, 200)
        await house.idle(1.9 * HOUR)
        ((doubtful,),) = await house.rows(
            "SELECT count(*) FROM outbox WHERE ambiguous_ms IS NOT NULL"
        )
        assert 0 < doubtful <= 40


async def test_after_an_outage_triggers_go_first_and_the_pace_grows(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    away = Away(NotSent("ConnectError"))
    async with open_house(tmp_path, autojump_clock, Wire(away), rate=100) as house:
        await house.running(LIVE)
        away.goes(0.5)
        await blast(house, 3_000)
        await house.idle(0.5 * HOUR - 120)
        await house.orders(f"u{n:04}" for n in range(50))
        with trio.fail_after(600):
            while not house.wire.accepted:  # noqa: ASYNC110 - nothing tells of it - the test watches from outside
                await trio.sleep(1)
        await house.idle(10)
        first = [m["properties"]["campaign_name"] for m in house.wire.accepted][:60]
        assert first.count(LIVE.name) >= 20
        assert len(house.wire.accepted) <= 11 * 15
        await house.idle(400)
        assert len(house.wire.accepted) == 3_050


@pytest.mark.parametrize(("minutes", "sent"), [(None, 0), (3 * 60, 1)])
async def test_a_trigger_that_is_stale_after_the_outage_is_not_sent(
    tmp_path: Path, autojump_clock: MockClock, minutes: int | None, sent: int
) -> None:
    away = Away(NotSent("ConnectError"))
    live = replace(LIVE, delivery=Delivery(expires_minutes=minutes))
    async with open_house(tmp_path, autojump_clock, Wire(away)) as house:
        await house.running(live)
        away.goes(2)
        await house.orders(["u1"])
        await house.idle(2.5 * HOUR)
        books = (await house.view(LIVE.name)).books
        assert (books.sent, books.skipped.get("expired", 0)) == (sent, 1 - sent)
        await house.check()


async def test_no_number_of_blasts_makes_a_trigger_wait(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, rate=100) as house:
        await house.people(200)
        await house.running(LIVE)
        for number in range(100):
            await house.running(replace(PAST, name=f"Blast {number}"))
        began = trio.current_time()
        await house.orders(["u0001"])
        with trio.fail_after(60):
            while not any(LIVE.name in str(m) for m in house.wire.accepted):  # noqa: ASYNC110 - nothing tells of it
                await trio.sleep(0.1)
        assert trio.current_time() - began < 2


async def test_a_flood_of_re_sends_does_not_starve_first_tries(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(lambda _posted: Throttled(1_000))
    async with open_house(tmp_path, autojump_clock, wire, rate=100) as house:
        await blast(house, 500)
        campaign = await house.campaign_id(PAST.name)
        house.delivery.halt(campaign)
        await house.idle(3)
        await house.store.write(
            lambda conn: conn.execute("UPDATE outbox SET lane = 2 WHERE user < 'u0400'")
        )
        wire.answer = lambda _posted: Accepted()
        began = trio.current_time()
        house.delivery.unhalt(campaign)
        await house.idle(4)
        old = [m for m in wire.accepted if m["userId"] < "u0400"]
        assert len(wire.accepted) - len(old) == 100
        assert len(old) <= 10 * (trio.current_time() - began)
        await house.idle(60)
        assert len(wire.accepted) == 500
        resent = [
            (posted.at, sum(m["userId"] < "u0400" for m in posted.messages))
            for posted in wire.requests
            if posted.at > began
        ]
        for at, _ in resent:
            assert sum(n for other, n in resent if at <= other < at + 1) <= 10
        await house.check()


async def test_each_probe_asks_with_another_message(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Otherwise one message on which Segment chokes would keep the breaker open for ever."""
    wire = Wire(lambda posted: Ambiguous("x") if "u0000" in posted.users else Accepted())
    async with open_house(tmp_path, autojump_clock, wire, rate=8, at_once=1) as house:
        wire.answer = lambda _posted: Ambiguous("x")
        await blast(house, 10)
        await house.idle(120)
        wire.answer = lambda p: Ambiguous("x") if "u0000" in p.users else Accepted()
        await house.idle(600)
        assert len(wire.accepted) == 9
        await house.check()


async def test_an_outage_at_a_restart_begins_no_storm(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    away = Away(NotSent("ConnectError"))
    async with open_house(tmp_path / "a", autojump_clock, Wire(away)) as house:
        away.goes(1)
        await blast(house, 100)
        await house.idle(600)
        await house.crash_image(tmp_path / "b")
        now = house.clock.now_ms()
    away.goes(1)
    async with open_house(tmp_path / "b", autojump_clock, Wire(away), start_ms=now) as house:
        await house.idle(600)
        assert away.requests(house.wire) <= 5 + 600 // 24 + 1
        await house.idle(2 * HOUR)
        assert len(house.wire.accepted) == 100
        await house.check()


async def test_a_poison_message_is_found_in_a_flood_and_harms_no_other(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(lambda posted: Rejected(400) if "u0333" in posted.users else Accepted())
    async with open_house(tmp_path, autojump_clock, wire, rate=200) as house:
        await house.running(LIVE)
        for first in range(0, 2_000, 100):
            await house.orders(f"u{n:04}" for n in range(first, first + 100))
            await house.idle(0.5)
        await house.idle(60)
        books = (await house.view(LIVE.name)).books
        assert (books.sent, books.skipped) == (1_999, {"dead": 1})
        assert sum("u0333" in posted.users for posted in wire.requests) <= 8
        await house.check()


async def test_do_not_disturb_lets_a_message_fall_due_anew_but_not_for_ever(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    quiet = DoNotDisturb("10:47", "15:00")  # 10:46:40 in Oslo at the start
    live = replace(LIVE, do_not_disturb=quiet)
    async with open_house(tmp_path, autojump_clock, start_ms=START_MS + 17_000) as house:
        await house.running(live)
        await house.orders(["u1"])
        await house.idle(1)
        ((due, first, until),) = await house.rows(
            "SELECT due_ms, fell_due_ms, expires_ms FROM outbox"
        )
        assert (until - due, first < due) == (HOUR * 1_000, True)
        await house.idle(5 * HOUR)
        assert house.wire.users == ["u1"]


async def test_a_test_event_in_an_outage_does_not_keep_the_messages_back_for_ever(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """A probe goes alone: it waits until the test event is no longer on the wire."""
    wire = Wire(answer=lambda _posted: Ambiguous("ReadTimeout"), seconds=10)
    async with open_house(tmp_path, autojump_clock, wire) as house:
        await house.running(LIVE)
        await house.orders(f"u{n}" for n in range(20))
        await house.idle(300)
        for _ in range(10):
            await house.desk.ask(VerifyConnection(by=ANA))
        wire.answer, wire.seconds = lambda _posted: Accepted(), 0.05
        await house.idle(600)
        assert len(wire.accepted) == 20
