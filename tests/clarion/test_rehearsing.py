"""A rehearsal told the truth if the real campaign, over the same events, does the same."""

import csv
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random

import msgspec
import trio
from trio.testing import MockClock

from actors.mail import Refused
from actors.mail_limits import LowerCap
from actors.mail_rehearsal import Rehearsed
from actors.restraint import Pace
from clarion.rehearsal_play import Play
from clarion.rehearsing import rehearse
from domain.audience import Count, Did
from domain.campaign import Campaign, DoNotDisturb, Limits, When
from domain.zones import local_wall
from store import delivered
from store.log import Incoming
from tests.actors.house import BEN, LIVE, PAST, START_MS, ZONE, House, open_house

HOUR_MS = 3_600_000
LASTS_MS = 5 * HOUR_MS
END_MS = START_MS + LASTS_MS
Sent = set[tuple[str, int]]


def stretch(seed: int = 1, n: int = 120) -> list[tuple[int, str, str]]:
    """Some people's orders and visits over the days: (moment, user, event)."""
    dice = Random(seed)
    found = [
        (
            START_MS + dice.randrange(LASTS_MS),
            f"u{dice.randrange(40)}",
            dice.choice(["Order Completed", "Order Completed", "Viewed"]),
        )
        for _ in range(n)
    ]
    return sorted(found)


def record(moment: int, user: str, name: str) -> Incoming:
    return Incoming("event", f"{moment}-{user}-{name}", user, name, moment, b'{"total":5}')


async def live_through(house: House, events: Iterable[tuple[int, str, str]]) -> None:
    origin = trio.current_time() - (house.clock.now_ms() - START_MS) / 1_000
    for moment, user, name in events:
        await trio.sleep_until(origin + (moment - START_MS) / 1_000)
        await house.feed(record(moment, user, name))
    await trio.sleep_until(origin + LASTS_MS / 1_000)


async def history(folder: Path, clock: MockClock, campaign: Campaign) -> None:
    """Live through it without the campaign, which is only approved."""
    async with open_house(folder, clock, quiet=True, supervised=False, delivering=False) as house:
        await house.people(40)
        await house.approved(campaign)
        await live_through(house, stretch())


async def really(folder: Path, clock: MockClock, campaign: Campaign) -> tuple[Sent, House]:
    """Live through it with the campaign published."""
    async with open_house(folder, clock) as house:
        await house.people(40)
        await house.publish(campaign)
        await live_through(house, stretch())
        await house.idle(2 * 3_600)
        rows = await house.rows("SELECT user, admitted_ms FROM outbox WHERE state = 'accepted'")
        return {(user, round(at / 1_000)) for user, at in rows}, house


async def rehearsed(
    folder: Path, name: str, *, definition: Campaign | None = None
) -> tuple[Rehearsed, Sent]:
    """Rehearse in a thread with a Trio of its own, as the process does."""
    file = folder / "messages.csv"
    play = Play(
        folder=str(folder),
        name=name,
        days=1,
        now_ms=END_MS,
        zone=ZONE,
        pace=Pace(messages_per_second=1_000, requests_at_once_max=4),
        definition=definition,
        messages=str(file),
    )
    answer = await trio.to_thread.run_sync(rehearse, play, lambda _progress: None)
    assert isinstance(answer, Rehearsed), answer
    rows = list(csv.DictReader(file.read_text().splitlines()))
    return answer, {
        (row["user"], round(datetime.fromisoformat(row["decided"]).timestamp()))
        for row in rows
        if row["state"] == "accepted"
    }


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


async def agrees(tmp_path: Path, clock: MockClock, campaign: Campaign) -> Rehearsed:
    (tmp_path / "before").mkdir()
    await history(tmp_path / "before", clock, campaign)
    answer, expected = await rehearsed(tmp_path / "before", campaign.name)
    sent, _house = await really(tmp_path / "really", clock, campaign)
    assert expected == sent
    assert sent
    assert answer.books.sent == len(sent)
    return answer


async def test_a_live_campaign_does_what_its_rehearsal_said(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    begins, ends = (local_wall(START_MS + hours * HOUR_MS, ZONE) for hours in (2, 4))
    quiet = DoNotDisturb(f"{begins:%H:%M}", f"{ends:%H:%M}")
    campaign = msgspec.structs.replace(
        LIVE,
        who=Did("Viewed", count=Count(">=", 1)),
        limits=Limits(control_percent=20, cap_per_day=30),
        do_not_disturb=quiet,
    )
    answer = await agrees(tmp_path, autojump_clock, campaign)
    assert answer.books.control > 0
    assert answer.held > 0
    assert answer.busiest is not None
    assert sum(one.n for one in answer.by_day) == answer.books.sent
    assert 1 <= len(answer.examples) <= 10
    assert all(told.steps for told in answer.examples)


async def test_a_total_cap_fills_when_the_rehearsal_said(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = msgspec.structs.replace(LIVE, limits=Limits(cap_total=7))
    answer = await agrees(tmp_path, autojump_clock, campaign)
    assert answer.cap_filled_ms is not None
    assert START_MS < answer.cap_filled_ms < END_MS
    assert answer.books.sent == 7


async def test_a_cap_that_was_lowered_holds_in_a_rehearsal_too(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = msgspec.structs.replace(LIVE, limits=Limits(cap_total=7))
    async with open_house(tmp_path, autojump_clock, quiet=True, delivering=False) as house:
        await house.people(40)
        await live_through(house, stretch())
        await house.publish(campaign)
        await house.asks(LowerCap(LIVE.name, BEN, 3))
    answer, sent = await rehearsed(tmp_path, LIVE.name)
    assert (answer.books.sent, len(sent)) == (3, 3)


async def test_a_run_over_everyone_reaches_those_whom_the_rehearsal_named(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    last = local_wall(END_MS - HOUR_MS, "UTC")
    campaign = msgspec.structs.replace(
        PAST,
        who=Did("Order Completed", count=Count(">=", 2), days=2),
        when=When(start=f"{last:%Y-%m-%dT%H:%M}", zone="UTC"),
    )
    answer = await agrees(tmp_path, autojump_clock, campaign)
    assert answer.runs == 1


async def test_a_run_that_the_safety_check_would_hold_is_named(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = msgspec.structs.replace(
        PAST, who=Did("Order Completed"), limits=Limits(safety_limit=3)
    )
    await history(tmp_path, autojump_clock, campaign)
    answer, sent = await rehearsed(tmp_path, campaign.name)
    assert sent == set()
    (held,) = answer.blocked
    assert held.limit == 3
    assert held.qualified > 3
    assert ["would have held" in one.said for one in answer.skipped] == [True]


async def test_a_rehearsal_touches_nothing(tmp_path: Path, autojump_clock: MockClock) -> None:
    await history(tmp_path, autojump_clock, LIVE)
    before = files(tmp_path)
    await rehearsed(tmp_path, "Other", definition=msgspec.structs.replace(LIVE, name="Other"))
    after = files(tmp_path)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) <= {"messages.csv", "clarion.db-wal", "clarion.db-shm"}


async def test_what_came_in_late_is_played_when_it_happened(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, start_ms=END_MS - 1_000, quiet=True) as house:
        await house.approved(LIVE)
        await house.feed(record(START_MS + HOUR_MS, "u1", "Order Completed"))
    answer, sent = await rehearsed(tmp_path, LIVE.name)
    assert sent == {("u1", (START_MS + HOUR_MS) // 1_000)}
    assert answer.moved == 1


async def test_what_is_not_there_cannot_be_rehearsed(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    def play(folder: Path) -> Play:
        pace = Pace(messages_per_second=1, requests_at_once_max=1)
        return Play(str(folder), "Nothing", 1, END_MS, ZONE, pace)

    assert isinstance(rehearse(play(tmp_path / "no"), print), Refused)
    async with open_house(tmp_path, autojump_clock):
        pass
    no = rehearse(play(tmp_path), print)
    assert isinstance(no, Refused)
    assert "`/campaign list`" in no.fix, "a marketer asks it in Slack"


async def test_what_other_campaigns_sent_in_the_same_hour_is_told(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """They share the pace, which the play has for itself."""
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(40)
        await house.approved(LIVE)
        await live_through(house, stretch())
        alone, _ = await rehearsed(tmp_path, LIVE.name)
        assert alone.fullest is None
        assert alone.busiest is not None
        job = partial(delivered.add, campaigns=["c_other"] * 7, now_ms=alone.busiest.from_ms)
        await house.store.write(job)
        answer, _ = await rehearsed(tmp_path, LIVE.name)
        assert (answer.fullest, answer.fullest_others) == (alone.busiest, 7)
        assert answer.shared_max == 3_600_000
