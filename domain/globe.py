"""Distances on the globe, along the great circle."""

import math

from domain.people import Place
from domain.values import number

EARTH_KM = 6_371.0088
"""The mean radius of the Earth (IUGG)."""
EVERYWHERE = 2.0
"""More than any haversine, however it was rounded."""
LATITUDE_MAX = 90
LONGITUDE_MAX = 180


def position(latitude: object, longitude: object) -> tuple[float, float] | None:
    """Return a position in degrees, or None for what is none."""
    north, east = number(latitude), number(longitude)
    if north is None or east is None or abs(north) > LATITUDE_MAX or abs(east) > LONGITUDE_MAX:
        return None
    return north, east


def inside(where: tuple[float, float], place: Place) -> bool:
    """Whether a position (in degrees) lies in the circle, its edge included."""
    return haversine(where, place) <= haversine_max(place)


def haversine(where: tuple[float, float], place: Place) -> float:
    """Return the haversine of the angle between a position and the circle's centre, 0 to 1."""
    centre_north, centre_east = math.radians(place.latitude), math.radians(place.longitude)
    north, east = map(math.radians, where)
    half_north = math.sin((north - centre_north) / 2)
    half_east = math.sin((east - centre_east) / 2)
    across = math.cos(north) * math.cos(centre_north) * half_east * half_east
    return half_north * half_north + across


def haversine_max(place: Place) -> float:
    """Return the haversine of the circle's radius; half around the globe is everywhere."""
    half = place.km / EARTH_KM / 2
    return EVERYWHERE if half >= math.pi / 2 else math.sin(half) ** 2
