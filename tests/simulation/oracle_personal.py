"""Judges of users' own times: to nobody before theirs, and where all is well in time and to all.

A time is reckoned from the run's wall and the user's zone, wish or habit. Not judged: users whose
zone is not one and the same, and of a best time what came in while the run was drawn.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import islice

from msgspec import Struct

from tests.simulation.history import Planned, Ran, Rest, Violation
from tests.simulation.kinds import PLAIN
from tests.simulation.oracle_calm import is_untroubled
from tests.simulation.oracle_ledger import Ledger, Rules
from tests.simulation.oracle_runs import published
from tests.simulation.oracle_times import zone_or
from tests.simulation.walls import cutoff_ms, due_ms, instant, shown

MINUTE_MS = 60_000
DAY_MS = 86_400_000
HISTORY_DAYS = 180
SURE_MS = 2 * MINUTE_MS
LATE_MS_MAX = 10 * MINUTE_MS
JUMP_TOLERANCE_MS = 2_000
LATER_DAYS_MAX = 8
"""So many days after a run's own may be somebody's next day, while lives last for days."""
NOWHERE = ""


class Turn(Struct, frozen=True):
    """When a user is due in a run, by the run's day and, where that is past, by a day later."""

    first_ms: int
    again_ms: int


def due(ledger: Ledger, plan: Planned, run: str, user: str, rules: Rules) -> Turn | None:
    """Return when a user is due in a run; None: that is not certain, or never."""
    assert plan.personal is not None, "each has a time of their own"
    zone = zone_of(ledger, plan, user, rules)
    wall = datetime.fromisoformat(run.partition("[")[0])
    at = None if zone is None or not zone else _wall(ledger, plan, wall, user, zone)
    if at is None or not zone:
        return None
    begun = published(ledger, plan.name)
    first_ms = instant(at, zone)
    again_ms = first_ms
    while begun is not None and again_ms < max(begun.least_ms, due_ms(run)):
        at += timedelta(days=1)
        again_ms = instant(at, zone)
    return Turn(first_ms, again_ms)


def zone_of(ledger: Ledger, plan: Planned, user: str, rules: Rules) -> str | None:
    """Return the zone in which a user counts, `NOWHERE` for in none; None: it is not certain."""
    assert plan.personal is not None, "each has a time of their own"
    said = {one.zone for one in ledger.users[user]}
    if len(said) != 1 or ledger.is_late(user) or not ledger.is_sound(user):
        return None
    (zone,) = said
    known = zone_or(zone, NOWHERE)
    if known or plan.personal.unknown_zone == "drop":
        return known
    return rules.zone


def _wall(ledger: Ledger, plan: Planned, wall: datetime, user: str, zone: str) -> datetime | None:
    """Return what the wall shows when the user is due; None: it is not certain."""
    personal = plan.personal
    assert personal is not None, "each has a time of their own"
    if personal.by == "user_zone":
        return wall
    minute = ledger.users[user][0].minute
    if personal.by == "best_time":
        sure, may = _habit(ledger, plan, wall, user, zone)
        if sure != may:
            return None
        best = max(sorted(sure), key=lambda bucket: sure[bucket], default=-1)
        minute = best * 120 if best >= 0 else -1
    if minute >= 0:
        return datetime.combine(wall.date(), time(*divmod(minute, 60)))
    if personal.otherwise:
        return datetime.combine(wall.date(), time.fromisoformat(personal.otherwise))
    return datetime.combine(wall.date() + timedelta(days=1), time())


def _habit(
    ledger: Ledger, plan: Planned, wall: datetime, user: str, zone: str
) -> tuple[Counter[int], Counter[int]]:
    """Count the two hours in which a user did the event: what was certainly known, what may be."""
    assert plan.personal is not None, "each has a time of their own"
    day_ms = due_ms(f"{wall:%Y-%m-%dT%H:%M}[user]")
    begun = published(ledger, plan.name)
    drawn_ms = max(day_ms, begun.least_ms) if begun is not None else day_ms
    times: dict[str, list[tuple[int, bool]]] = {}
    for arrival in ledger.arrivals[plan.personal.event]:
        if arrival.event.user == user:
            kept = arrival.status == 200 and arrival.at_ms < drawn_ms
            times.setdefault(arrival.event.id, []).append((arrival.event.time_ms, kept))
    sure, may = Counter[int](), Counter[int]()
    for postings in times.values():
        at_ms = {at for at, _ in postings}
        bucket = {shown(at, zone).hour // 2 for at in at_ms}
        inside = [day_ms - HISTORY_DAYS * DAY_MS <= at < day_ms for at in at_ms]
        if any(inside):
            may[min(bucket)] += 1
        if all(inside) and len(bucket) == 1 and any(kept for _, kept in postings):
            sure[min(bucket)] += 1
    return sure, may


def not_before_theirs(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """Nobody gets a run's message before their own time, nor after it where that drops it."""
    grace = 0 if ledger.clock_is_true else JUMP_TOLERANCE_MS
    for name, plan in ledger.plans.items():
        begun = published(ledger, name)
        if plan.personal is None or plan.calendar is None or begun is None:
            continue
        for tried in ledger.tries_of[name]:
            user, run, at_ms = tried.sent.user, tried.sent.run, tried.request.at_ms
            if zone_of(ledger, plan, user, rules) == NOWHERE:
                what = f"{user} got {run} of {name}, and is in no zone"
                yield Violation("personal", at_ms, what)
                break
            turn = due(ledger, plan, run, user, rules)
            if turn is None or ledger.restored >= 0:
                continue
            past = turn.first_ms < begun.least_ms
            if past and plan.personal.past == "drop" and ledger.clock_is_true:
                what = f"{user} got {run} of {name}, whose time had passed"
                yield Violation("personal", at_ms, what)
                break
            least_ms = turn.again_ms if past else turn.first_ms
            if at_ms + grace < least_ms:
                what = f"{user} got {run} of {name} {least_ms - at_ms} ms early"
                yield Violation("personal", at_ms, what)
                break


def not_after_their_cutoff(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """A message begins before its user's cut-off, by the user's wall on the day of their turn."""
    if not ledger.clock_is_true:
        return
    for name, plan in ledger.plans.items():
        if plan.personal is None or plan.calendar is None or not plan.calendar.cutoff:
            continue
        for tried in ledger.tries_of[name]:
            user, run, at_ms = tried.sent.user, tried.sent.run, tried.request.at_ms
            zone = zone_of(ledger, plan, user, rules)
            if zone and not _is_within(plan, run, at_ms, zone):
                what = f"{user} got {run} of {name} after the cut-off of where they are"
                yield Violation("cutoff", at_ms, what)
                break


def _is_within(plan: Planned, run: str, at_ms: int, zone: str) -> bool:
    """Whether an instant lies between a turn of a zone and its cut-off, on a day that may count."""
    return any(begins <= at_ms < ends for begins, ends in _turns(plan, run, zone))


def _turns(plan: Planned, run: str, zone: str) -> Iterator[tuple[int, int]]:
    """Give when a zone may be due in a run, and when it is cut off then: on that day, or later."""
    assert plan.calendar is not None, "only a calendar has cut-offs"
    assert plan.personal is not None, "each has a time of their own"
    wall = datetime.fromisoformat(run.partition("[")[0])
    for later in range(1 if plan.personal.past == "drop" else LATER_DAYS_MAX):
        turn = wall + timedelta(days=later)
        yield instant(turn, zone), cutoff_ms(plan.calendar, turn.isoformat(), zone)


def all_in_their_time(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """Where nothing was in the way, each user of a run had its message, and in time."""
    rest = ledger.rest
    if rest is None or not is_calm(ledger, rules):
        return
    for name, plan in ledger.plans.items():
        if plan.personal is None or not is_free(ledger, plan):
            continue
        for row in ledger.ran[name]:
            if row.state == "done":
                yield from islice(_missing(ledger, rules, plan, row, rest), 1)


def _missing(
    ledger: Ledger, rules: Rules, plan: Planned, row: Ran, rest: Rest
) -> Iterator[Violation]:
    """Tell who got no message of a run, or long after their time."""
    begun = published(ledger, plan.name)
    if begun is None:
        return
    firsts = {
        tried.sent.user: tried.request.at_ms
        for tried in reversed(ledger.tries_of[plan.name])
        if tried.sent.run == row.run
    }
    asked = min(act.asked for act in ledger.acts_on(plan.name, "publish"))
    for user in sorted(ledger.members(plan.group, asked)):
        turn = due(ledger, plan, row.run, user, rules)
        if turn is None or ledger.is_late(user):
            continue
        begins_ms = max(begun.least_ms, row.due_ms)
        if begins_ms - SURE_MS < turn.first_ms < begun.most_ms + rules.sleeps_ms + SURE_MS:
            continue  # whether it was past is a matter of moments
        past = turn.first_ms < begins_ms
        if past and plan.personal is not None and plan.personal.past == "drop":
            continue
        due_at = turn.again_ms if past else turn.first_ms
        zone = zone_of(ledger, plan, user, rules)
        if due_at > rest.healed_ms or _is_short(plan, row.run, due_at, zone, rules):
            continue
        if user not in firsts:
            what = f"{user} was due in {row.run} of {plan.name}, and got nothing"
            yield Violation("personal", rest.at_ms, what)
        elif (late_ms := firsts[user] - due_at) > rules.sleeps_ms + LATE_MS_MAX:
            what = f"{user} got {row.run} of {plan.name} {late_ms} ms after their time"
            yield Violation("personal", firsts[user], what)


def _is_short(plan: Planned, run: str, due_at: int, zone: str | None, rules: Rules) -> bool:
    """Whether a user's cut-off comes so soon after their turn that it may be too late by then."""
    if not zone or plan.calendar is None or not plan.calendar.cutoff:
        return False
    least_ms = rules.sleeps_ms + LATE_MS_MAX
    return any(at == due_at and ends - at <= least_ms for at, ends in _turns(plan, run, zone))


def is_calm(ledger: Ledger, rules: Rules) -> bool:
    """Whether nothing at all went wrong, and no limit over all campaigns could hold a message."""
    limited = rules.frequency or rules.dwell_minutes or rules.most_per_5_minutes
    limited = limited or rules.house.system
    return not limited and is_untroubled(ledger)


def is_free(ledger: Ledger, plan: Planned) -> bool:
    """Whether a campaign has nothing that keeps a message back, and nobody paused it."""
    bounds = (plan.cap_total, plan.cap_per_run, plan.safety_limit, plan.most_per_5_minutes)
    return (
        all(bound is None for bound in bounds)
        and plan.chosen == PLAIN
        and not plan.control_percent
        and plan.dnd is None
        and plan.per_user_max is None
        and plan.per_user_minutes is None
        and not plan.template
        and not any(ledger.acts_on(plan.name, "pause", "stop"))
    )
