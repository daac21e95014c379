"""Conditions about a profile in plain English."""

from typing import assert_never

from domain.people import (
    Age,
    Channel,
    Device,
    Gender,
    Geography,
    Near,
    Place,
    Property,
    Reachability,
    Trait,
)
from domain.phrases import VALUES_SHOWN_MAX, phrase, ranged, scalar

_CHANNELS: dict[Channel, str] = {
    "email": "has an email address",
    "phone": "has a phone number",
    "push": "has a device with a push token",
    "unsubscribed_email": "has unsubscribed from email",
    "unsubscribed_sms": "has unsubscribed from SMS",
}


def tell_trait(trait: Trait) -> str:
    """Return a condition about a profile as one line."""
    match trait:
        case Property(name, op, value):
            return f"{name} {phrase(op, value)}"
        case Age(op, value):
            return f"age {ranged(op, value)}"
        case Gender(value):
            return f"gender is {value}"
        case Geography(country, region, city):
            parts = (("country", country), ("region", region), ("city", city))
            return " and ".join(f"{part} {_among(names)}" for part, names in parts if names)
        case Near(places):
            return f"within {' or '.join(map(_circle, places)) or 'no place'}"
        case Reachability(value):
            return _CHANNELS[value]
        case Device(where):
            asks = (f"{each.property} {phrase(each.op, each.value)}" for each in where)
            return f"has one device with {' and '.join(asks)}"
        case _:
            assert_never(trait)


def _among(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return f"is {scalar(names[0])}"
    more = len(names) - VALUES_SHOWN_MAX
    shown = [scalar(name) for name in names[:VALUES_SHOWN_MAX]]
    return f"is one of {', '.join([*shown, f'{more} more'] if more > 0 else shown)}"


def _circle(place: Place) -> str:
    return f"{place.km} km of ({place.latitude}, {place.longitude})"
