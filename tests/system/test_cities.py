"""Radius queries over real cities, held to another library's great circles.

The cities are those for which the time zones of the tz database are named, with their coordinates;
geographiclib finds distances by geodesics, here on a globe, and by another way than ours.
"""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from random import Random

import pytest
from geographiclib.geodesic import Geodesic

from domain import globe, matching
from domain.audience import Near, Not, Place
from domain.facts import User
from store.projection import Projection
from tests.store.copies import person, selected

NOW_MS = 1_774_774_800_000
GLOBE = Geodesic(6_371_008.8, 0)
EDGE_KM = 0.001
"""No city is so near the edge of a circle that a rounding could decide about it."""
_ISO_6709 = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?")

CIRCLES = {
    "around Oslo": (Place(59.9139, 10.7522, 600),),
    "a city alone": (Place(1.2833, 103.85, 5),),
    "over the date line": (Place(-17.7134, 178.065, 2_500),),
    "over the North Pole": (Place(89.9, 20.0, 2_600),),
    "over the South Pole": (Place(-90.0, 0.0, 4_000),),
    "half the world": (Place(0.0, 0.0, 10_007),),
    "nearly all of it": (Place(40.0, -100.0, 17_000),),
    "two places": (Place(35.6895, 139.6917, 1_200), Place(-33.8688, 151.2093, 900)),
    "nowhere": (Place(-50.0, -140.0, 900),),
}


def degrees(text: str) -> tuple[float, float]:
    """Read a place as the tz database writes it: `+5955+01045`, with or without seconds."""
    found = _ISO_6709.fullmatch(text)
    assert found is not None
    north, d1, m1, s1, east, d2, m2, s2 = found.groups()
    latitude = int(d1) + int(m1) / 60 + int(s1 or 0) / 3_600
    longitude = int(d2) + int(m2) / 60 + int(s2 or 0) / 3_600
    return (
        -latitude if north == "-" else latitude,
        -longitude if east == "-" else longitude,
    )


def cities() -> dict[str, tuple[float, float]]:
    text = files("tzdata").joinpath("zoneinfo/zone.tab").read_text()
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return {name: degrees(place) for _, place, name, *_ in lines}


CITIES = cities()


def kilometres(name: str, place: Place) -> float:
    found = GLOBE.Inverse(*CITIES[name], place.latitude, place.longitude, Geodesic.DISTANCE)
    return float(found["s12"]) / 1_000


def inside(places: tuple[Place, ...]) -> set[str]:
    found = set()
    for name in CITIES:
        for place in places:
            away = kilometres(name, place)
            assert abs(away - place.km) > EDGE_KM
            if away <= place.km:
                found.add(name)
    return found


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projection]:
    folder: Path = tmp_path_factory.mktemp("cities")
    copy = Projection.open(folder / "audience.duckdb")
    people = [
        person(name, latitude=north, longitude=east) for name, (north, east) in CITIES.items()
    ]
    copy.catch_up([], [*people, person("nowhere"), person("wrong", latitude=91, longitude=0)])
    yield copy
    copy.close()


@pytest.mark.parametrize("circles", CIRCLES)
def test_a_circle_holds_exactly_the_cities_of_the_other_library(
    copy: Projection, circles: str
) -> None:
    node = Near(CIRCLES[circles])
    expected = inside(node.places)
    assert selected(copy, node, now_ms=NOW_MS) == expected
    assert selected(copy, Not(node), now_ms=NOW_MS) == {*CITIES, "nowhere", "wrong"} - expected
    matched = {
        name
        for name, (north, east) in CITIES.items()
        if matching.matches(
            node,
            User(name, 1, {"latitude": north, "longitude": east}),
            (),
            now_ms=NOW_MS,
            zone="UTC",
        )
    }
    assert matched == expected


PAIRS = [tuple(Random(seed).sample(sorted(CITIES), 2)) for seed in range(20)]


@pytest.mark.parametrize(("centre", "name"), PAIRS)
def test_a_city_is_in_the_circle_to_the_metre(copy: Projection, centre: str, name: str) -> None:
    """A radius of the Earth that is 1 in 1,000 off would not show in circles chosen at random."""
    here = Place(*CITIES[centre], 0)
    away = kilometres(name, here)
    just_in, just_out = (Place(*CITIES[centre], away + off) for off in (EDGE_KM, -EDGE_KM))
    assert name in selected(copy, Near((just_in,)), now_ms=NOW_MS)
    assert name not in selected(copy, Near((just_out,)), now_ms=NOW_MS)
    assert globe.inside(CITIES[name], just_in)
    assert not globe.inside(CITIES[name], just_out)


def test_the_circles_tell_something() -> None:
    found = {name: len(inside(places)) for name, places in CIRCLES.items()}
    assert len(CITIES) > 400
    assert found["a city alone"] == 1
    assert found["nowhere"] == 0
    assert found["nearly all of it"] < len(CITIES)
    assert all(found[name] > 1 for name in found if name not in {"a city alone", "nowhere"})
    pole = inside(CIRCLES["over the North Pole"])
    east_and_west = {CITIES[name][1] > 0 for name in pole}
    assert east_and_west == {True, False}
