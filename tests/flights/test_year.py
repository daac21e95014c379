"""Every flight of the year through the log, the trigger and the timers, as a campaign does it.

Without the house around it, in which a year of virtual time would take hours.
"""

import itertools
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from domain.facts import Event
from domain.listening import FOR_EVER_MS, Listener
from domain.timely import is_timely
from domain.timer import Timer, misfire
from store import admission, log, timers
from store.admission import Decision, LiveBatch
from tests.flights.judge import Reminder, judge
from tests.flights.reminding import REMINDER, as_event
from tests.flights.table import AIRPORTS_ZONE, News, flights, homes, news
from tests.store.stage import KEY, fresh, start

FLIGHTS_A_PASSENGER = 4
PAGE_MAX = 200


class Campaign:
    """What a campaign's actor does with a page of events, and with a page of what is due."""

    def __init__(self, zones: dict[str, str]) -> None:
        assert REMINDER.trigger is not None, "it is a live one"
        self.conn = fresh()
        self._zones = zones
        self._listener = Listener(REMINDER.trigger)
        self._campaign = start(self.conn, REMINDER)
        self._considered = 0

    def hear(self, told: Sequence[News], now_ms: int) -> None:
        """Keep what arrives now, and let what it begins wait."""
        records = [as_event(one) for one in told]
        log.append(self.conn, records, now_ms=now_ms, install_key=KEY)
        upto = log.last_seq(self.conn)
        found = log.events_after(
            self.conn,
            self._listener.names,
            after=self._considered,
            upto=upto,
            limit=len(told),
        )
        heard = [event for event in found if isinstance(event, Event)]
        assert len(heard) == len(found), "every event can be read"
        batch = LiveBatch(
            campaign=self._campaign,
            revision=1,
            after=self._considered,
            upto=upto,
            decisions=[self._decision(each) for each in heard if self._begins(each)],
            total=None,
            per_day=None,
            on_pause_drop=True,
            listener=self._listener,
            clears=heard,
        )
        assert isinstance(admission.admit(self.conn, batch, now_ms=now_ms), admission.Admitted)
        self._considered = upto

    def due(self, upto_ms: int) -> Iterator[Timer]:
        """Yield what falls due by then and is not cleared or replaced, each once."""
        while True:
            found = timers.due(self.conn, self._campaign, upto_ms=upto_ms, limit=PAGE_MAX)
            ripe = timers.ripe(
                self.conn, self._listener, found, cursor=self._considered, now_ms=upto_ms
            )
            timers.end(self.conn, ripe, "fired", now_ms=upto_ms)
            yield from ripe
            if len(found) < PAGE_MAX:
                return

    def _begins(self, event: Event) -> bool:
        return is_timely(event, None) and self._listener.begins(event)

    def _decision(self, event: Event) -> Decision:
        wait = self._listener.wait(event, zone=self._zones[event.user] or AIRPORTS_ZONE)
        return Decision(f"m1_{event.source_id}", event.user, event.source_id, event.seq, wait)


def play(told: Sequence[News], zones: dict[str, str]) -> tuple[list[Reminder], int]:
    """Let the news come as they came; return the reminders, and how many came too late."""
    campaign = Campaign(zones)
    decided: list[Timer] = []
    for arrives, some in itertools.groupby(told, key=lambda one: one.arrives):
        now_ms = round(arrives.timestamp() * 1_000)
        decided += campaign.due(now_ms - 1)
        campaign.hear(list(some), now_ms)
    decided += campaign.due(FOR_EVER_MS)
    reminders, too_late = [], 0
    for timer in decided:
        at_ms = max(timer.due_ms, timer.armed_ms)
        if misfire(REMINDER, timer.due_ms, now_ms=at_ms) is None:
            at = datetime.fromtimestamp(at_ms // 1_000, UTC)
            reminders.append(Reminder(timer.user, int(float(timer.key)), at))
        else:
            too_late += 1
    return sorted(reminders), too_late


@pytest.mark.skipif("CLARION_SWEEP" not in os.environ, reason="make sweep: it takes minutes")
@pytest.mark.parametrize("month", range(1, 13))
def test_every_flight_of_the_year_is_reminded_of_as_a_judge_of_the_table_says(month: int) -> None:
    chance = Random(f"month {month}")
    leaving = [flight for flight in flights() if flight.wall.month == month]
    zones = homes(chance, len(leaving) // FLIGHTS_A_PASSENGER)
    passengers = list(zones)
    told = news(((flight, chance.choice(passengers)) for flight in leaving), chance)
    judged = judge(told, zones)
    assert play(told, zones) == (judged.reminders, judged.too_late)


def test_the_instants_of_the_table_are_what_the_airports_wall_showed() -> None:
    rules = ZoneInfo(AIRPORTS_ZONE)
    found = list(flights(date(2013, 3, 9), date(2013, 3, 10), date(2013, 11, 3)))
    assert len(found) > 2_000
    assert all(one.leaves.astimezone(rules).replace(tzinfo=None) == one.wall for one in found)
