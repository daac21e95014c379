"""Formulas about profiles, asked of the columns of `users`; `domain.formula` asks them of one."""

import math
from typing import assert_never

import sqlalchemy as sa

from domain.formula import Around, Every, Formula, Has, No, OnDevice, Some
from domain.globe import LATITUDE_MAX, LONGITUDE_MAX, haversine_max
from domain.people import Place
from store import devices
from store.catalogue import USERS, Catalogue, Kind
from store.terms import Column, Holder, Truth


def meets(formula: Formula, users: Holder, catalogue: Catalogue) -> Truth:
    """Return what a row of `users` must meet; it is true or false, never unknown."""
    match formula:
        case Has(name, asked):
            return users.compare(catalogue, USERS, name, asked)
        case OnDevice(asked):
            return users.table.c.no.in_(devices.owners(asked))
        case Around(latitude, longitude, places):
            north = users.value(catalogue, USERS, latitude, Kind.NUMBER)
            east = users.value(catalogue, USERS, longitude, Kind.NUMBER)
            known = sa.and_(sa.func.abs(north) <= LATITUDE_MAX, sa.func.abs(east) <= LONGITUDE_MAX)
            inside = sa.or_(sa.false(), *(_inside(north, east, place) for place in places))
            return sa.func.coalesce(sa.and_(known, inside), sa.false())
        case Every(of):
            return sa.and_(sa.true(), *(meets(each, users, catalogue) for each in of))
        case Some(of):
            return sa.or_(sa.false(), *(meets(each, users, catalogue) for each in of))
        case No(of):
            return sa.not_(meets(of, users, catalogue))
        case _:
            assert_never(formula)


def _inside(north: Column, east: Column, place: Place) -> Truth:
    """Compare haversines, as `domain.globe` does, step by step the same."""
    centre_north, centre_east = math.radians(place.latitude), math.radians(place.longitude)
    half_north = sa.func.sin((sa.func.radians(north) - centre_north) / 2)
    half_east = sa.func.sin((sa.func.radians(east) - centre_east) / 2)
    across = sa.func.cos(sa.func.radians(north)) * math.cos(centre_north) * half_east * half_east
    return half_north * half_north + across <= haversine_max(place)
