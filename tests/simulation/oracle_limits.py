"""Judges of how much goes: to one user, in five minutes, and of those who qualify within an hour.

And of what follows: a cap that is full ends its campaign, a limit that is kept holds no run.

A user had a message when Segment took it; its moment is that at which its request began. Not
judged: what was sent before a backup came back that does not know of it, a life whose wall clock
jumped, and calendar windows of a user whose zone was not one and the same.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from tests.simulation.history import Books, Planned, Violation
from tests.simulation.oracle_ledger import Ledger, Rules, Try
from tests.simulation.oracle_times import zones_of

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
FIVE_MINUTES_MS = 300_000
SLOTS = 300
"""Of about a second, in five minutes."""
BEGINS_MS_MAX = 5_000
"""A message may begin so long before another, unseen by it, if only one of them bars the other:
one is not held to the limits, or does not count."""
NOT_LET_IN = (
    "paused_dropped",
    "date_in_past",
    "expired",
    "filter_no_longer_matches",
    "no_identity",
    "unknown",
)
"""Whoever waited for nothing is in the books, and considered for no message."""
_KEYS = {"day": "%Y-%m-%d", "week": "%G-%V", "month": "%Y-%m"}


class Got(Struct, frozen=True):
    """A message that a user got: when its request began."""

    at_ms: int
    message_id: str
    plan: Planned
    tried: Try


def frequency(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P6: over all campaigns that count, nobody gets more than the limits allow."""
    if not (rules.frequency or rules.dwell_minutes):
        return
    for user, got in _got(ledger).items():
        counted = [one for one in got if one.plan.counts]
        zones = {zone for one in got for zone in zones_of(ledger, one.tried, rules)}
        zone = zones.pop() if len(zones) == 1 and not ledger.is_rotten(user) else ""
        for one in got:
            if one.plan.ignores_limits:
                continue
            before = [other for other in counted if _was_seen(other, one)]
            broken = _broken(one, before, rules, zone)
            if broken:
                what = f"{user} got {one.message_id} of {one.plan.name} in spite of {broken}"
                yield Violation("P6", one.at_ms, what)
                break


def _was_seen(other: Got, one: Got) -> bool:
    if other.message_id == one.message_id:
        return False
    # Only of two that bar each other does the wire show which was claimed first.
    bar_each_other = one.plan.counts and not other.plan.ignores_limits
    return other.at_ms <= one.at_ms - (0 if bar_each_other else BEGINS_MS_MAX)


def _broken(one: Got, before: Sequence[Got], rules: Rules, zone: str) -> str:
    """Name the limit that a message breaks, with what its user had before; "" for none."""
    for most, minutes, period in rules.frequency:
        if minutes:
            inside = {o.message_id for o in before if one.at_ms - o.at_ms < minutes * MINUTE_MS}
        elif zone:
            key = _key(one.at_ms, period, zone)
            inside = {o.message_id for o in before if _key(o.at_ms, period, zone) == key}
        else:
            continue
        if len(inside) >= most:
            return f"{most} in {minutes or period}"
    dwell_ms = rules.dwell_minutes * MINUTE_MS
    near = any(one.at_ms - other.at_ms < dwell_ms for other in before)
    return f"{rules.dwell_minutes} minutes between two" if near else ""


def _key(at_ms: int, period: str, zone: str) -> str:
    wall = datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(ZoneInfo(zone))
    return wall.strftime(_KEYS[period])


def per_user(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P6: no user gets a campaign more often, or sooner again, than it says."""
    for user, got in _got(ledger).items():
        for name in sorted({one.plan.name for one in got}):
            mine = [one for one in got if one.plan.name == name]
            plan = mine[0].plan
            if plan.per_user_max is not None:
                ids = {one.message_id for one in mine}
                if len(ids) > plan.per_user_max:
                    what = f"{user} got {len(ids)} of {name}, at most {plan.per_user_max}"
                    yield Violation("P6", mine[-1].at_ms, what)
            for i, one in enumerate(mine):
                least_ms = (plan.per_user_minutes or 0) * MINUTE_MS
                before = [o for o in mine[:i] if o.message_id != one.message_id]
                if any(one.at_ms - o.at_ms < least_ms for o in before):
                    what = f"{user} got {name} again within {plan.per_user_minutes} minutes"
                    yield Violation("P6", one.at_ms, what)
                    break


def _got(ledger: Ledger) -> dict[str, list[Got]]:
    """Return what each user got since the last backup came back, in order."""
    found: dict[str, list[Got]] = defaultdict(list)
    if not ledger.clock_is_true:
        return found
    for tries in ledger.tries.values():
        for tried in tries:
            took = ledger.took.get(tried.request.n, frozenset())
            name, at_ms = tried.sent.message_id, tried.request.at_ms
            if name in took and tried.at > ledger.restored:
                plan = ledger.plans[tried.sent.campaign]
                found[tried.sent.user].append(Got(at_ms, name, plan, tried))
    for got in found.values():
        got.sort(key=lambda one: (one.at_ms, one.tried.at))
    return found


def throttled(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P18: no five minutes have more messages than a throttle lets through."""
    for name, most, whose in _scopes(ledger, rules):
        times = _begun(ledger, whose)
        for i in range(len(times) - most):
            if times[i + most] - times[i] < FIVE_MINUTES_MS:
                what = f"more than {most} messages of {name} in five minutes"
                yield Violation("P18", times[i + most], what)
                break


def smoothed(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P18: what a throttle lets through in five minutes it does not let through in one.

    A minute has a fifth of it, and one slot of about a second more; a message may begin seconds
    after it was let through.
    """
    for name, most, whose in _scopes(ledger, rules):
        minute = most * (MINUTE_MS + BEGINS_MS_MAX) // FIVE_MINUTES_MS + most // SLOTS + 2
        times = _begun(ledger, whose)
        for i in range(len(times) - minute):
            if times[i + minute] - times[i] < MINUTE_MS:
                what = f"more than {minute} messages of {name} in one minute, {most} in five"
                yield Violation("P18", times[i + minute], what)
                break


def _scopes(ledger: Ledger, rules: Rules) -> list[tuple[str, int, set[str]]]:
    """Return what has a throttle, how much that lets through in five minutes, and of whom."""
    scopes = [
        (name, plan.most_per_5_minutes, {name})
        for name, plan in ledger.plans.items()
        if plan.most_per_5_minutes
    ]
    held = {name for name, plan in ledger.plans.items() if not plan.ignores_limits}
    if rules.most_per_5_minutes and len(held) == len(ledger.plans):
        scopes.append(("all", rules.most_per_5_minutes, held))
    return scopes


def _begun(ledger: Ledger, whose: set[str]) -> list[int]:
    """Return when each message of some campaigns began, but for what another daemon overtook."""
    times: list[int] = []
    for at, request in ledger.requests:
        if not ledger.is_superseded(at, request.daemon):
            times += [request.at_ms for sent in request.messages if sent.campaign in whose]
    return times


def surges(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P5: of those who qualify within an hour no more are considered, until a person says so.

    Judged between two looks at the books less than an hour apart, without a resume in between.
    """
    for name, plan in ledger.plans.items():
        if plan.most_per_hour is None or not ledger.clock_is_true:
            continue
        shown = ledger.books.get(name, [])
        resumed = [act.asked for act in ledger.acts_on(name, "resume")]
        for i, (begin, first) in enumerate(shown):
            for end, last in shown[i + 1 :]:
                if last.at_ms - first.at_ms > HOUR_MS or ledger.restored_between(begin, end):
                    break
                if any(begin <= at < end for at in resumed) or _unanswered(ledger, name, begin):
                    break
                more = _let_in(last) - _let_in(first)
                if last.state != "running":  # those in control count in a pause as well
                    more = last.sent + last.pending - first.sent - first.pending
                if more > plan.most_per_hour:
                    what = f"{more} qualified for {name} within an hour"
                    yield Violation("P5", last.at_ms, f"{what}, {plan.most_per_hour} may")
                    return


def _let_in(books: Books) -> int:
    """Count who was considered: neither what a pause drops nor what waited for nothing is."""
    return books.qualified - sum(books.skipped.get(reason, 0) for reason in NOT_LET_IN)


def _unanswered(ledger: Ledger, name: str, begin: int) -> bool:
    """Whether a resume was asked for before and may be granted only now."""
    return any(act.asked < begin < act.answered for act in ledger.acts_on(name, "resume"))


def filled(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """A live campaign whose total was delivered is over (BEHAVIOUR, section 4)."""
    for name, plan in ledger.plans.items():
        books = ledger.last_books(name)
        if ledger.rest is None or books is None or plan.kind != "live" or plan.cap_total is None:
            continue
        if books.state == "running" and not books.pending and books.sent >= plan.cap_total:
            what = f"{name} has sent {books.sent} of {plan.cap_total}, and still runs"
            yield Violation("cap_reached", books.at_ms, what)


def held_with_reason(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """A run of no more users than its safety limit is not held (BEHAVIOUR, section 4)."""
    for name, plan in ledger.plans.items():
        if plan.safety_limit is None:
            continue
        may = sum(
            any(plan.group in ("", one.group) for one in said) for said in ledger.users.values()
        )
        for _at, books in ledger.books.get(name, []):
            if books.state == "blocked" and may <= plan.safety_limit:
                what = f"{name} is held, and at most {may} qualify, {plan.safety_limit} may"
                yield Violation("safety", books.at_ms, what)
                break
