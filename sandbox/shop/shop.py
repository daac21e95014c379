"""The shop: the same seed gives the same people and the same events, byte for byte."""

import random
from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from heapq import heappop, heappush
from itertools import accumulate, count
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.shop.iso import iso
from sandbox.shop.people import MILLISECONDS_A_DAY, Person, invite
from sandbox.shop.visits import EVENTS_A_VISIT, HOUR_WEIGHTS, Step, visit

VISITS_A_USER_A_DAY = 0.25
WARM_UP_MS = 10 * 60_000
"""So long before a live stream begins its first visitors came, or it would begin too quietly."""
WARM_UP_EVENTS_MAX = 50_000
HOUR_DRAWS_MAX = 8


class Shop:
    """A shop with `users` people; `start` is its present, and epoch ms or a datetime with a zone.

    Events are dicts in Segment's protocol: type, userId, messageId, timestamp, event and
    properties or traits, context.
    """

    def __init__(self, seed: int, users: int = 500, *, start: datetime | int) -> None:
        self.seed = seed
        self.start_ms = start if isinstance(start, int) else _epoch_ms(start)
        self.people = invite(random.Random(f"{seed}/people"), users, self.start_ms)
        self._shares = list(accumulate(person.activity for person in self.people))

    def identifies(self, now_ms: int | None = None) -> list[dict[str, Any]]:
        """An identify call for everybody, made at `now_ms` (default: the start)."""
        at_ms = self.start_ms if now_ms is None else now_ms
        ids = self._ids("identify", at_ms)
        return [self._identify(person, at_ms, next(ids)) for person in self.people]

    def history(self, days: int) -> Iterator[dict[str, Any]]:
        """Everything of the `days` before the start, ordered by time.

        Each person is identified once: when they joined, or at the beginning if that was earlier.
        """
        begin_ms = self.start_ms - days * MILLISECONDS_A_DAY
        rng = random.Random(f"{self.seed}/history/{days}")
        ids = self._ids("history", days)
        joins = sorted(self.people, key=lambda person: person.joined_ms, reverse=True)
        waiting: list[tuple[int, int, Step]] = []
        numbers = count()
        for day in range(days):
            day_ms = begin_ms + day * MILLISECONDS_A_DAY
            for step in self._visits_of_day(rng, day_ms):
                heappush(waiting, (step.at_ms, next(numbers), step))
            day_end_ms = day_ms + MILLISECONDS_A_DAY
            while waiting and waiting[0][0] < day_end_ms:
                at_ms, _, step = heappop(waiting)
                while joins and joins[-1].joined_ms <= at_ms:
                    person = joins.pop()
                    joined_ms = max(person.joined_ms, begin_ms)
                    yield self._identify(person, joined_ms, next(ids))
                yield self._track(step, next(ids))
        for person in reversed(joins):
            yield self._identify(person, max(person.joined_ms, begin_ms), next(ids))

    def live(self, rate_per_second: float, now_ms: int) -> Iterator[dict[str, Any]]:
        """Without end, ordered by time, from `now_ms` on; so many events a second on average."""
        rng = random.Random(f"{self.seed}/live/{now_ms}")
        ids = self._ids("live", now_ms)
        waiting: list[tuple[int, int, Step]] = []
        numbers = count()
        visits_a_ms = rate_per_second / EVENTS_A_VISIT / 1000
        arrives_ms = now_ms - min(WARM_UP_MS, WARM_UP_EVENTS_MAX / rate_per_second * 1000)
        while True:
            arrives_ms += rng.expovariate(visits_a_ms)
            while waiting and waiting[0][0] < arrives_ms:
                at_ms, _, step = heappop(waiting)
                if at_ms >= now_ms:
                    yield self._track(step, next(ids))
            for step in visit(rng, self._awake(rng, arrives_ms), int(arrives_ms)):
                heappush(waiting, (step.at_ms, next(numbers), step))

    def _visits_of_day(self, rng: random.Random, day_ms: int) -> Iterator[Step]:
        """The steps of all visits that begin on this day, visit by visit."""
        visits = round(len(self.people) * VISITS_A_USER_A_DAY * rng.uniform(0.8, 1.2))
        moment = _moment(day_ms)
        for person in rng.choices(self.people, cum_weights=self._shares, k=visits):
            hour = rng.choices(range(24), HOUR_WEIGHTS)[0]
            local_ms = hour * 3_600_000 + rng.randrange(3_600_000)
            into_day_ms = local_ms - _since_midnight_ms(moment, person)
            at_ms = day_ms + into_day_ms % MILLISECONDS_A_DAY
            if at_ms >= person.joined_ms:
                yield from visit(rng, person, at_ms)

    def _awake(self, rng: random.Random, at_ms: float) -> Person:
        """Somebody, rather one for whom it is a good hour to shop."""
        moment = _moment(int(at_ms))
        person = self._drawn(rng)
        for _ in range(HOUR_DRAWS_MAX):
            hour = _since_midnight_ms(moment, person) // 3_600_000
            if rng.random() * max(HOUR_WEIGHTS) < HOUR_WEIGHTS[hour]:
                break
            person = self._drawn(rng)
        return person

    def _drawn(self, rng: random.Random) -> Person:
        return self.people[bisect(self._shares, rng.random() * self._shares[-1])]

    def _ids(self, stream: str, key: int) -> Iterator[str]:
        """Message ids, different in each stream of each shop."""
        salt = f"{self.seed}/{len(self.people)}/{self.start_ms}/{stream}/{key}".encode()
        for number in count():
            yield "shop-" + blake2b(b"%b/%d" % (salt, number), digest_size=12).hexdigest()

    def _identify(self, person: Person, at_ms: int, message_id: str) -> dict[str, Any]:
        call = _call("identify", person, at_ms, message_id)
        return call | {"traits": person.traits(at_ms)}

    def _track(self, step: Step, message_id: str) -> dict[str, Any]:
        call = _call("track", step.person, step.at_ms, message_id)
        return call | {"event": step.event, "properties": step.properties}


def _call(kind: str, person: Person, at_ms: int, message_id: str) -> dict[str, Any]:
    return {
        "type": kind,
        "userId": person.user_id,
        "messageId": message_id,
        "timestamp": iso(at_ms),
        "context": {
            "library": {"name": "clarion-shop", "version": "1"},
            "locale": f"{person.place.language}-{person.place.country}",
            "timezone": person.place.timezone,
        },
    }


def _since_midnight_ms(moment: datetime, person: Person) -> int:
    """How far the person's own day has come at this moment."""
    local = moment.astimezone(ZoneInfo(person.place.timezone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return int((local.replace(tzinfo=None) - midnight) / timedelta(milliseconds=1))


def _moment(epoch_ms: int) -> datetime:
    return datetime.fromtimestamp(epoch_ms / 1000, UTC)


def _epoch_ms(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError(f"The shop's start {moment} needs a time zone, as 2026-03-01T09:00+00:00.")
    return round(moment.timestamp() * 1000)
