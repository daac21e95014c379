"""Judges of the moment at which a request begins, all by the true time.

Not judged: the nights of a user whose zone had just changed, and a single `expires_ms` that was
wrong from the beginning.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tests.simulation.history import Planned, Violation
from tests.simulation.oracle_events import heard
from tests.simulation.oracle_ledger import Ledger, Rules, Try
from tests.simulation.spellings import meant

SECOND_MS = 1_000
DECIDED_MS_MAX = 60_000
"""What came in is decided about within so long."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
JUMP_TOLERANCE_MS = 2_000
"""A wall clock that is wrong by no more than this may make a daemon early."""
EXPIRY_TOLERANCE_MS = 1_000
ZONE_LEARNT_MS_MAX = 60_000
"""How long a new zone of a user may take to count."""
OUTAGE_MS = 12 * 3_600_000
OUTAGE_REQUESTS_MAX = 1_500
PROBE_MS_MIN = 24_000
"""During an outage one request goes every 30 s, or 20 % sooner."""
FIRST_REQUESTS_MAX = 20
"""What may go before a daemon has learnt that Segment is away."""


def undisturbed(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P7: nothing begins inside the do-not-disturb of a user; after a clock's jump it is P17."""
    for name, plan in ledger.plans.items():
        if plan.dnd is None:
            continue
        for tried in ledger.tries_of[name]:
            at_ms = tried.request.at_ms
            grace = 0 if ledger.clock_is_true else JUMP_TOLERANCE_MS
            for zone in zones_of(ledger, tried, rules):
                if not all(is_quiet(plan, ms, zone) for ms in (at_ms, at_ms + grace)):
                    break
            else:
                promise = "P7" if ledger.clock_is_true else "P17"
                what = f"{tried.sent.user} was disturbed by {name} in request {tried.request.n}"
                yield Violation(promise, at_ms, what)


def zones_of(ledger: Ledger, tried: Try, rules: Rules) -> list[str]:
    """Return the zones that may count for this user: one, but for a while after a change."""
    at_ms = tried.request.at_ms
    known = [u for u in ledger.users[tried.sent.user] if u.at_ms <= at_ms]
    old = [u for u in known if u.at_ms <= at_ms - ZONE_LEARNT_MS_MAX]
    said = [u.zone for u in known[max(len(old) - 1, 0) :]] + ([] if old else [""])
    if not ledger.is_lasting(tried.sent.user):
        said.append("")  # a backup that came back may not know the user's
    return sorted({zone_or(zone, rules.zone) for zone in said})


def discarded(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """What came in the middle of a night that discards is never sent, not in the morning either.

    Judged of campaigns that nobody paused, where one daemon decided about all of it at once. One
    that paused itself considers what came meanwhile once it is resumed, which may be the morning.
    """
    if not ledger.clock_is_true or len(ledger.daemons) != 1:
        return
    for name, plan in ledger.plans.items():
        waits = plan.delay_minutes or plan.without or plan.date is not None
        if plan.dnd is None or plan.dnd_mode != "discard" or plan.kind != "live" or waits:
            continue
        if any(ledger.acts_on(name, "pause", "resume", "stop")):
            continue
        for tried in ledger.tries_of[name]:
            came = [
                one.at_ms
                for one in heard(ledger, plan)
                if one.event.user == tried.sent.user and one.at <= tried.at
            ]
            zones = {zone_or(one.zone, rules.zone) for one in ledger.users[tried.sent.user]}
            if len(zones) != 1 or not came or ledger.is_late(tried.sent.user):
                continue
            (zone,) = zones
            decided_ms = DECIDED_MS_MAX + rules.sleeps_ms
            if all(is_quiet(plan, at + ms, zone) for at in came for ms in (-1_000, decided_ms)):
                what = f"{tried.sent.user} got what {name} was to discard"
                yield Violation("discard", tried.request.at_ms, what)
                break


def is_quiet(plan: Planned, at_ms: int, zone: str) -> bool:
    """Whether any window of the campaign's week holds the instant, in a zone."""
    assert plan.dnd is not None, "there is one"
    if not plan.chosen.dnd_days and _inside(plan.dnd, at_ms, zone):
        return True
    wall = datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(_zone(zone))
    by_day = ((*plan.dnd, plan.chosen.dnd_days),) if plan.chosen.dnd_days else ()
    for start, end, days in (*by_day, *plan.dnd_week):
        today, yesterday = DAYS[wall.weekday()], DAYS[wall.weekday() - 1]
        at = f"{wall:%H:%M}"
        over_midnight = end <= start
        if today in days and start <= at and (over_midnight or at < end):
            return True
        if over_midnight and yesterday in days and at < end:
            return True
    return False


def _inside(window: tuple[str, str], at_ms: int, zone: str) -> bool:
    """Whether the wall in a zone shows a time in [start, end), which may cross midnight."""
    utc = datetime.fromtimestamp(at_ms // 1000, UTC)  # every instant has one wall, never two
    wall = f"{utc.astimezone(_zone(zone)):%H:%M}"
    start, end = window
    return start <= wall < end if start < end else wall >= start or wall < end


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache
def zone_or(name: str, account: str) -> str:
    """Return the zone, or the account's where nobody knows it."""
    try:
        return ZoneInfo(meant(name)).key
    except (ZoneInfoNotFoundError, ValueError):
        return account


def not_early(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P17: nothing is sent before its campaign's time, whatever the wall clock shows."""
    for name, plan in ledger.plans.items():
        for tried in ledger.tries_of[name]:
            early_ms = plan.start_ms - tried.request.at_ms
            if early_ms > (0 if ledger.clock_is_true else JUMP_TOLERANCE_MS):
                yield Violation("P17", tried.request.at_ms, f"{name} began {early_ms} ms early")
                break


def paced(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P18: no second has more messages than the rate, whoever sent them."""
    if not rules.rate:
        return
    begun: list[tuple[int, int]] = []
    first, count = 0, 0
    for at, request in ledger.requests:
        if ledger.is_superseded(at, request.daemon):
            continue  # what a daemon had begun when another took over
        begun.append((request.at_ms, len(request.messages)))
        count += len(request.messages)
        while begun[first][0] <= request.at_ms - SECOND_MS:
            count -= begun[first][1]
            first += 1
        if count > rules.rate:
            what = f"{count} messages in one second, the rate is {rules.rate}"
            yield Violation("P18", request.at_ms, what)
            return


def cheap_outages(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P19: an outage costs few requests; that it loses nothing is P4 and P10."""
    began_ms: int | None = None
    for outage in ledger.outages:
        if not outage.up:
            began_ms = outage.at_ms if began_ms is None else began_ms
            continue
        if began_ms is None:
            continue
        lasted = outage.at_ms - began_ms
        starts = sum(began_ms <= d.at_ms <= outage.at_ms for _, d in ledger.daemons)
        spent = sum(began_ms <= r.at_ms < outage.at_ms for _, r in ledger.requests)
        most = min(
            FIRST_REQUESTS_MAX + lasted // PROBE_MS_MIN,
            OUTAGE_REQUESTS_MAX * -(-lasted // OUTAGE_MS),
        )
        if spent > most + FIRST_REQUESTS_MAX * starts:
            what = f"an outage of {lasted} ms cost {spent} requests, more than {most}"
            yield Violation("P19", outage.at_ms, what)
        began_ms = None


def in_time(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """No message goes after it has expired, by what it says itself (part of P3)."""
    for tries in ledger.tries.values():
        for tried in tries:
            sent = tried.sent
            late = tried.request.at_ms - sent.expires_ms
            if late > EXPIRY_TOLERANCE_MS + max(0, -ledger.offset_ms(tried.at)):
                what = f"{sent.message_id} of {sent.campaign} expired {late} ms before it was sent"
                yield Violation("expiry", tried.request.at_ms, what)
                break
