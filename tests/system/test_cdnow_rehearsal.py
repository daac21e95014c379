"""CDNOW's purchases as live input: what a rehearsal of them said is what the campaign then does."""

import csv
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import trio
from trio.testing import MockClock

from actors.mail_rehearsal import Rehearsed
from actors.restraint import Pace
from clarion.rehearsal_play import Play
from clarion.rehearsing import rehearse
from domain.audience import Count, Did
from domain.behaviour import Filter
from domain.campaign import Campaign, Limits, Trigger
from store import log
from store.log import Incoming
from tests.actors.house import KEY, LIVE, ZONE, House, open_house
from tests.system.test_cdnow import purchases

LAST = date(1997, 3, 1)
"""A Saturday with 400 purchases; the weeks before are the history, and this day is played."""
HISTORY_DAYS = 40
GAP_MS = 100_000
CAMPAIGN = msgspec.structs.replace(
    LIVE,
    name="Third purchase",
    trigger=Trigger("Order Completed", (Filter("revenue", ">", 15),)),
    who=Did("Order Completed", count=Count(">=", 2), days=90),
    limits=Limits(control_percent=20),
)
Day = list[tuple[int, Incoming]]


def ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 3, tzinfo=UTC).timestamp()) * 1_000


def days() -> list[Day]:
    """Read the stretch, day by day: the file knows no times, so each purchase gets its own."""
    found: dict[date, Day] = defaultdict(list)
    for n, one in enumerate(purchases()):
        if LAST - timedelta(days=HISTORY_DAYS) <= one.day <= LAST:
            gap = GAP_MS if one.day == LAST else 1_000
            at = ms(one.day) + gap * len(found[one.day])
            body = msgspec.json.encode({"revenue": one.revenue})
            record = Incoming("event", f"c{n}", one.customer, "Order Completed", at, body)
            found[one.day].append((at, record))
    return [found[day] for day in sorted(found)]


async def keep(house: House, day: Day, *, now_ms: int) -> None:
    records = [record for _, record in day]
    await house.store.write(partial(log.append, records=records, now_ms=now_ms, install_key=KEY))


async def lived(folder: Path, clock: MockClock, campaign: Campaign) -> set[tuple[str, int]]:
    """Let the campaign run over the last day, for real but for the wire."""
    *before, last = days()
    start_ms = ms(LAST) - 1_000
    async with open_house(folder, clock, start_ms=start_ms) as house:
        for day in before:
            await keep(house, day, now_ms=day[-1][0])
        await house.running(campaign)
        origin = trio.current_time() - (house.clock.now_ms() - start_ms) / 1_000
        for at, record in last:
            await trio.sleep_until(origin + (at - start_ms) / 1_000)
            await house.feed(record)
        await house.idle(60)
        rows = await house.rows("SELECT user, admitted_ms FROM outbox WHERE state = 'accepted'")
        return {(user, round(at / 1_000)) for user, at in rows}


async def test_a_rehearsal_of_cdnows_purchases_names_whom_the_campaign_then_reaches(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    folder, file = tmp_path / "before", tmp_path / "messages.csv"
    async with open_house(
        folder, autojump_clock, quiet=True, supervised=False, delivering=False, start_ms=ms(LAST)
    ) as house:
        *before, last = days()
        for day in before:
            await keep(house, day, now_ms=day[-1][0])
        for pair in last:
            await keep(house, [pair], now_ms=pair[0])
        await house.approved(CAMPAIGN)
    end_ms = last[-1][0] + 1_000
    pace = Pace(messages_per_second=1_000, requests_at_once_max=4)
    play = Play(str(folder), CAMPAIGN.name, 1, end_ms, ZONE, pace, messages=str(file))
    answer = await trio.to_thread.run_sync(rehearse, play, lambda _progress: None)
    assert isinstance(answer, Rehearsed), answer
    with file.open() as text:
        rows = [row for row in csv.DictReader(text) if row["state"] == "accepted"]
    said = {
        (row["user"], round(datetime.fromisoformat(row["decided"]).timestamp())) for row in rows
    }
    assert said == await lived(tmp_path / "lived", autojump_clock, CAMPAIGN)
    assert len(said) == answer.books.sent > 20
    assert answer.books.control > 0
    assert answer.events > 300
