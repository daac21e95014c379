"""The judge of goals: who counts as messaged, and which of their events can have counted.

When exactly a message was accepted is the daemon's to write down: here it is some time from the
request's first byte on. Between what must count and what may, anything is right.
"""

from collections.abc import Iterator

from tests.simulation.history import Planned, Violation
from tests.simulation.oracle_ledger import EVER, Arrival, Ledger, Rules, Try

NOT_TAKEN = frozenset({400, 401, 413, 429})
WRITTEN_MS_MAX = 30_000
"""An answer is written down at the latest so long after it came, by a daemon that lives."""
OPEN_MS_MAX = 20 * 3_600_000
"""A message of which nobody knows is tried again this long: it may be accepted by any try."""
JUST_MS = 60_000


def counted(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P28: users count once, and their events within their own window, for each campaign."""
    for name, shown in ledger.goals.items():
        plan = ledger.plans[name]
        users = {
            ended[0].user
            for ended in ledger.ended.values()
            if ended[0].campaign == name and ended[0].state == "accepted"
        }
        if shown.users != len(users):
            what = f"{name} compares {shown.users} users, {len(users)} got a message"
            yield Violation("P28", shown.at_ms, what)
        if shown.converted > min(shown.users, shown.conversions):
            what = f"{name}: {shown.converted} users converted by {shown.conversions} events"
            yield Violation("P28", shown.at_ms, what)
        if not ledger.clock_is_true:
            continue
        must, may = _events(ledger, plan)
        if not must <= shown.conversions <= may:
            what = f"{name} counts {shown.conversions} conversions: {must} must and {may} may count"
            yield Violation("P28", shown.at_ms, what)


def _events(ledger: Ledger, plan: Planned) -> tuple[int, int]:
    """Return how many events must count, and how many may."""
    tries: dict[str, list[Try]] = {}
    for tried in ledger.tries_of[plan.name]:
        tries.setdefault(tried.sent.user, []).append(tried)
    arrivals: dict[tuple[str, str], list[Arrival]] = {}
    for arrival in ledger.arrivals[plan.goal]:
        arrivals.setdefault((arrival.event.user, arrival.event.id), []).append(arrival)
    must = may = 0
    for (user, _), every in arrivals.items():
        taken = [a for a in every if a.status not in NOT_TAKEN]
        if not taken or user not in tries:
            continue
        may += any(may_count(one, taken, plan) for one in tries[user])
        must += any(must_count(one, taken, ledger, plan) for one in tries[user])
    return must, may


def may_count(tried: Try, taken: list[Arrival], plan: Planned) -> bool:
    """Whether the event came perhaps within the window of a message that perhaps arrived."""
    first = min(a.event.time_ms for a in taken)
    last = max(min(a.event.time_ms, a.at_ms) for a in taken)
    ends = tried.request.at_ms + OPEN_MS_MAX + plan.window_minutes * 60_000
    return last >= tried.request.at_ms and first < ends


def must_count(tried: Try, taken: list[Arrival], ledger: Ledger, plan: Planned) -> bool:
    """Whether the event came certainly within the window of a message that certainly arrived."""
    user = tried.sent.user
    if ledger.restored >= 0 or not ledger.is_sound(user) or ledger.settled_at(tried) == EVER:
        return False
    if not any(a.status == 200 for a in taken):
        return False
    response = ledger.responses[tried.request.n][1]
    times = [min(a.event.time_ms, a.at_ms - JUST_MS) for a in taken]
    begins = response.at_ms + WRITTEN_MS_MAX
    ends = tried.request.at_ms + plan.window_minutes * 60_000 - JUST_MS
    return all(begins <= at < ends for at in times)
