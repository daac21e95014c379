from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace
from trio.testing import MockClock

from actors import over_limits
from actors.mail import Estimate, Publish, Reach, Reached
from actors.over_limits import NOBODY, Asked, Over, count_over
from domain.campaign import Campaign, Limits
from domain.frequency import GlobalLimits
from store import merging
from tests.actors.house import ANA, KEY, LIVE, PAST, House, open_house

HOURLY = GlobalLimits(dwell_minutes=60)


def test_of_a_part_that_was_asked_the_whole_is_told() -> None:
    assert Over(100, 10, 5).share(10, 1_000) == 100
    assert Over(100, 10, 5).share(10, 100) == 10
    assert NOBODY.share(0, 5) == 0


async def reached(house: House, campaign: Campaign) -> Estimate:
    answer = await house.desk.ask(Reach(definition=campaign))
    assert isinstance(answer, Reached)
    return answer.estimate


async def sent_to(house: House, n: int) -> None:
    """Let a live campaign message the first `n` of ten users."""
    await house.people(10)
    await house.running(LIVE)
    await house.orders(f"u{number:04}" for number in range(n))
    await house.idle()


@pytest.mark.parametrize(
    ("limits", "limited", "expected", "notes"),
    [
        (Limits(), 4, 6, 0),
        (Limits(cap_per_run=5), 4, 5, 0),
        (Limits(ignore_global=True), 0, 10, 0),
        (Limits(over_global="queue"), 0, 10, 1),
    ],
)
async def test_the_reach_takes_off_who_is_over_a_limit_now(
    tmp_path: Path,
    autojump_clock: MockClock,
    limits: Limits,
    limited: int,
    expected: int,
    notes: int,
) -> None:
    async with open_house(tmp_path, autojump_clock, house_limits=HOURLY) as house:
        await sent_to(house, 4)
        found = await reached(house, replace(PAST, limits=limits))
        assert (found.limited, found.expected, len(found.notes)) == (limited, expected, notes)
        steps = found.control + found.outside + found.unreachable + found.limited + found.capped
        assert found.qualified == steps + found.expected == 10


async def test_the_estimate_is_what_the_run_then_does(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    portion = replace(PAST, limits=Limits(portion_percent=50, control_percent=20))
    async with open_house(tmp_path, autojump_clock, house_limits=HOURLY) as house:
        await sent_to(house, 4)
        await house.approved(portion)
        estimate = (await house.view(PAST.name)).estimate
        assert estimate is not None
        await house.asks(Publish(name=PAST.name, by=ANA))
        books = (await house.until(PAST.name, "completed")).books
        assert books.sent == estimate.expected
        assert books.control == estimate.control
        assert books.skipped.get("not_in_portion", 0) == estimate.outside
        assert books.skipped.get("dwell_time", 0) == estimate.limited


async def test_of_a_large_audience_a_random_part_is_asked_and_that_is_said(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actors.projector.ASKED_MAX", 5)
    async with open_house(tmp_path, autojump_clock, house_limits=HOURLY) as house:
        await sent_to(house, 10)
        found = await reached(house, PAST)
        assert (found.limited, found.expected) == (10, 0)
        assert "of a random 5 users" in found.notes[0]


async def test_what_an_old_id_got_counts_in_any_chunk(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(over_limits, "CHUNK", 1)
    async with open_house(tmp_path, autojump_clock, house_limits=HOURLY) as house:
        await sent_to(house, 1)
        merge = partial(
            merging.merge, old="u0000", user="u0001", now_ms=house.clock.now_ms(), install_key=KEY
        )
        assert await house.store.write(merge) == "merged"
        asked = Asked("", PAST, house.context.bounds, house.clock.now_ms())
        found = await count_over(house.store, asked, ["u0001", "u0002", "nobody"])
        assert found == Over(3, 1, 0)
