"""The campaign that reminds passengers, and news of a trip as the events that it hears."""

import msgspec

from domain.campaign import OnDate, Trigger, What
from domain.trigger import Keyed
from store.log import Incoming
from tests.actors.given import LIVE
from tests.flights.table import News, carried

REMINDER = msgspec.structs.replace(
    LIVE,
    trigger=Trigger(
        "Booked",
        also=(Keyed("Departure Changed"),),
        date=OnDate(
            "departs",
            before_minutes=120,
            same_property="trip",
            cancel=(Keyed("Flight Cancelled"),),
        ),
    ),
    what=What(event_properties=("trip",)),
)


def as_event(one: News) -> Incoming:
    body = msgspec.json.encode(carried(one))
    time_ms = round(one.time.timestamp() * 1_000)
    return Incoming("event", one.source, one.passenger, one.name, time_ms, body)
