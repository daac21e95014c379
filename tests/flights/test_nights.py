"""Two hours before departure, in the passenger's zone: nights of real flights in virtual time.

Delays replace a date, cancellations clear it; news come late, out of order and twice.
"""

import itertools
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
import trio
from trio.testing import MockClock

from store import timers
from tests.actors.house import LIVE, House, open_house
from tests.flights.judge import Reminder, judge
from tests.flights.reminding import REMINDER, as_event
from tests.flights.table import AIRPORTS_ZONE, HOME_ZONES, Flight, News, flights, homes, news

TICK_SECONDS = 30
"""News arrive and departures are due at such marks; what follows one leaves within the second."""
NIGHTS = {
    "Sao Paulo's clocks go back": (date(2013, 2, 16), ["America/Sao_Paulo"]),
    "Havana's go ahead at midnight": (date(2013, 3, 9), ["America/Havana", AIRPORTS_ZONE]),
    "a storm": (date(2013, 3, 8), [""]),
    "Beirut's and Troll's clocks go ahead": (
        date(2013, 3, 30),
        ["Asia/Beirut", "Atlantic/Azores", "Antarctica/Troll", "Europe/Kyiv"],
    ),
    "Beirut's and the Azores' go back": (date(2013, 10, 26), ["Asia/Beirut", "Atlantic/Azores"]),
}
PLAYED = NIGHTS if "CLARION_SWEEP" in os.environ else list(NIGHTS)[:3]
TOUCHED = list(NIGHTS)[:2]
"""In these some departures are on a wall that comes twice, or never."""
PASSENGERS = 40
MIDNIGHT_FLIGHTS = 8
ABOARD_AT_MIDNIGHT = 5
"""Passengers on each of these."""
OTHERS = 12
"""So many that are cancelled, if there are, and so many of whatever kind."""
EVENING_HOUR = 19


def seats(night: date, passengers: Sequence[str], chance: Random) -> Iterator[tuple[Flight, str]]:
    """Yield who flies that evening: what is to leave near midnight is full."""
    evening = [flight for flight in flights(night) if flight.wall.hour >= EVENING_HOUR]
    midnight = [flight for flight in evening if _hour(flight) in {23, 0, 1, 2}]
    for flight in midnight[:MIDNIGHT_FLIGHTS]:
        yield from ((flight, one) for one in chance.sample(passengers, ABOARD_AT_MIDNIGHT))
    cancelled = [flight for flight in evening if flight.delay_minutes is None]
    for flight in [*cancelled[:OTHERS], *chance.sample(evening, OTHERS)]:
        yield flight, chance.choice(passengers)


def _hour(flight: Flight) -> int:
    """Return the hour on the airport's wall at which it left."""
    return (flight.wall + timedelta(minutes=flight.delay_minutes or 0)).hour


async def play(house: House, told: Sequence[News], zones: Mapping[str, str]) -> list[Reminder]:
    """Let the news come as they came, until the last reminder has gone; return what went."""
    origin = datetime.fromtimestamp(house.clock.now_ms() / 1_000 - trio.current_time(), UTC)
    await house.feed(
        *(
            house.profile(passenger, **({"timezone": zone} if zone else {}))
            for passenger, zone in zones.items()
        )
    )
    await house.running(REMINDER)
    campaign = await house.campaign_id(LIVE.name)
    for arrives, some in itertools.groupby(told, key=lambda one: one.arrives):
        await trio.sleep_until((arrives - origin).total_seconds())
        await house.feed(*(as_event(one) for one in some))
    while (waiting := await house.store.read(partial(timers.waiting, campaign=campaign))).timers:
        assert waiting.next_due_ms is not None, "what waits falls due"
        await house.idle(waiting.next_due_ms / 1_000 - house.clock.now_ms() / 1_000 + 60)
    await house.idle()
    await house.check()
    return sorted(
        Reminder(message["userId"], message["properties"]["event"]["trip"], _tick(origin, post.at))
        for post in house.wire.requests
        for message in post.messages
    )


def _tick(origin: datetime, seconds: float) -> datetime:
    """Return the mark after which something left."""
    late = seconds % TICK_SECONDS
    assert late < 1, f"it left {late} s after it could"
    return origin + timedelta(seconds=round(seconds - late))


@pytest.mark.parametrize("night", PLAYED)
async def test_passengers_are_reminded_two_hours_before_as_a_judge_of_the_table_says(
    tmp_path: Path, autojump_clock: MockClock, night: str
) -> None:
    chance = Random(night)
    day, changing = NIGHTS[night]
    zones = homes(chance, PASSENGERS, [*HOME_ZONES, *changing * 40])
    told = news(seats(day, list(zones), chance), chance)
    start_ms = round((told[0].arrives - timedelta(hours=1)).timestamp() * 1_000)
    judged = judge(told, zones)
    if night in TOUCHED:
        assert judged.odd, "no departure of these is on a wall that comes twice or never"
    async with open_house(tmp_path, autojump_clock, start_ms=start_ms, zone=AIRPORTS_ZONE) as house:
        assert Counter(await play(house, told, zones)) == Counter(judged.reminders)
        skipped = (await house.view(LIVE.name)).books.skipped
        assert skipped.get("date_in_past", 0) == judged.too_late
