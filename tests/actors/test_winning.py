import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors.mail import Pause, Resume, Stop
from domain.campaign import Campaign, Limits, What, When
from domain.goal import Goal
from domain.variants import AbTest, Variant
from store import announcements, variants
from tests.actors.house import ANA, LIVE, PAST, House, Wire, open_house

OFFERS = (Variant("A", {"offer": "5 %"}), Variant("B", {"offer": "10 %"}))
AB = AbTest(OFFERS, test_percent=20, wait_minutes=60)
SHARED = What(key_values={"link": "x"})


def having(campaign: Campaign, test: AbTest = AB) -> Campaign:
    return msgspec.structs.replace(campaign, variants=test, what=SHARED, goal=Goal("Paid"))


def converting(monkeypatch: pytest.MonkeyPatch, **converted: int) -> None:
    monkeypatch.setattr(variants, "conversions", lambda *_: converted)


def received(wire: Wire) -> list[tuple[int, str, dict[str, Any]]]:
    """Return the hour, the variant and the pairs of every message."""
    return [
        (
            round((posted.at - wire.requests[0].at) / 3_600),
            message["properties"]["variant"],
            message["properties"]["key_values"],
        )
        for posted in wire.requests
        for message in posted.messages
    ]


async def replies(house: House) -> list[str]:
    def read(conn: sqlite3.Connection) -> list[str]:
        found = announcements.open_ones(conn, 99)
        return [each.body for each, _ in found if each.kind == "reply"]

    return await house.store.read(read)


async def test_the_winner_of_a_runs_test_goes_to_the_rest(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    converting(monkeypatch, B=1)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(20)
        await house.publish(having(PAST))
        await trio.sleep(1_800)
        assert sorted(variant for _, variant, _ in received(house.wire)) == ["A", "A", "B", "B"]
        await trio.sleep(3_600)
        await house.until("Win back", "completed")
        got = received(house.wire)
        assert len(got) == 20
        assert {each[:2] for each in got[4:]} == {(1, "B")}
        assert got[-1][2] == {"link": "x", "offer": "10 %"}
        assert any("Variant “B” goes to the rest" in said for said in await replies(house))


async def test_in_a_tie_the_first_variant_goes_to_the_rest(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(10)
        await house.publish(having(PAST))
        await trio.sleep(3_600)
        await house.until("Win back", "completed")
        assert [variant for _, variant, _ in received(house.wire)][2:] == ["A"] * 8


async def test_a_pause_over_the_end_of_a_test_sends_the_rest_after_it(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    converting(monkeypatch, B=1)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(10)
        await house.publish(having(PAST))
        await trio.sleep(600)
        await house.asks(Pause(name="Win back", by=ANA))
        await trio.sleep(7_200)
        assert len(received(house.wire)) == 2
        await house.asks(Resume(name="Win back", by=ANA))
        await trio.sleep(3_600)
        await house.until("Win back", "completed")
        assert [variant for _, variant, _ in received(house.wire)][2:] == ["B"] * 8


async def test_a_live_test_takes_turns_and_then_sends_the_winner(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    converting(monkeypatch, B=2)
    campaign = having(LIVE, AbTest(OFFERS, test_users=4, wait_minutes=60))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(9)
        await house.running(campaign)
        for n in range(5):
            await house.feed(house.event(f"u{n:04}"))
            await house.idle()
        await trio.sleep(3_700)
        for n in range(5, 8):
            await house.feed(house.event(f"u{n:04}"))
        await house.idle()
        assert "".join(variant for _, variant, _ in received(house.wire)) == "ABABABBB"


async def test_a_campaign_that_restarts_keeps_what_its_test_found(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = having(LIVE, AbTest(OFFERS, test_users=2, wait_minutes=60))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(9)
        await house.running(campaign)
        for n in range(2):
            await house.feed(house.event(f"u{n:04}"))
            await house.idle()
    converting(monkeypatch, B=2)
    async with open_house(tmp_path, autojump_clock, start_ms=house.clock.now_ms()) as house:
        await trio.sleep(3_700)
        for n in range(2, 4):
            await house.feed(house.event(f"u{n:04}"))
        await house.idle()
        assert "".join(variant for _, variant, _ in received(house.wire)) == "BB"


ENDS: dict[str, dict[str, Any]] = {
    "by its cap": {"limits": Limits(cap_total=4)},
    "by its date": {"when": When(end="2026-03-20T11:00")},  # 13 minutes after it began, in Oslo
    "by a stop": {},
}


@pytest.mark.parametrize("how", ENDS)
async def test_a_live_campaign_that_ends_during_its_test_is_judged_at_once_and_after_the_wait(
    tmp_path: Path, autojump_clock: MockClock, how: str
) -> None:
    test = AbTest(OFFERS, test_users=4, wait_minutes=60)
    campaign = msgspec.structs.replace(having(LIVE, test), **ENDS[how])
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(4)
        await house.running(campaign)
        for n in range(4):
            await house.feed(house.event(f"u{n:04}"))
            await house.idle()
        if how == "by a stop":
            await house.asks(Stop(name=LIVE.name, by=ANA))
        await house.until(LIVE.name, "stopped" if how == "by a stop" else "completed", seconds=900)
        assert "so far not enough users" in (await replies(house))[-1]
        (run,) = (await house.view(LIVE.name)).runs
        assert run.finding is not None
        assert [one.users for one in run.finding.of] == [2, 2]
        assert run.test_until_ms == run.finding.until_ms
        await house.feed(house.event("u0001", "Paid"))
        await trio.sleep((run.test_until_ms or 0) / 1_000 - house.clock.now_ms() / 1_000 + 10)
        assert (await replies(house))[-1] == (
            "The test is over: not enough users to say which variant does better (100 of each are"
            " needed). The goal was reached of “A” 0 of 2 (0.0 %), of “B” 1 of 2 (50.0 %)."
        )
        (run,) = (await house.view(LIVE.name)).runs
        assert run.test_until_ms is None
        assert not any(one.winner for one in run.variants)
        await house.check()


async def test_a_run_that_was_a_test_as_a_whole_is_judged_after_it_is_done(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    everybody = AbTest(OFFERS, test_users=99, wait_minutes=60)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(6)
        await house.publish(having(PAST, everybody))
        await house.until("Win back", "completed")
        await house.feed(house.event("u0001", "Paid"), house.event("u0002", "Paid"))
        await trio.sleep(3_700)
        (said,) = [each for each in await replies(house) if "The test is over" in each]
        assert " 2 of 3" in said or said.count(" 1 of 3") == 2
