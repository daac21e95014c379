"""The judge of control groups: whose events count, and what they bring, to the event and the cent.

Who is in a group is the product's own chance, and shown; since when each is compared is reckoned
here, from when it was decided, do-not-disturb and the campaign's limits on one user. Where a cap, a
portion, a limit over all campaigns, a pause or a restore decides with it, what may count is known
and not what must: then anything in between is right.
"""

from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from tests.simulation.history import Planned, Violation, Watched
from tests.simulation.oracle_goals import NOT_TAKEN
from tests.simulation.oracle_ledger import Arrival, Ledger, Rules
from tests.simulation.oracle_times import is_quiet, zone_or

WHOLE_PERCENT = 100
MINUTE_MS = 60_000
BEGINS_MS = 5_000
"""An interval between messages is longer by what may lie between a claim and its request."""
WAITS_MS_MAX = 14 * 24 * 3_600_000
"""A week of do-not-disturb, three days in a queue, and some air."""
READ_MS = 6_000
"""So long after it came in an event is credited; a draw that nothing stops is over before that."""


class Window(Struct, frozen=True):
    """When the events of a control user count; `sure`: nothing could have made it otherwise.

    The event that put the user there, `but`, does not count.
    """

    begins_ms: int
    ends_ms: int
    but: str
    sure: bool


class Counts(Struct):
    """How many users are compared, how many convert, by how many events, and what they bring."""

    users: int = 0
    converted: int = 0
    conversions: int = 0
    revenue: int = 0


def counted(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P28: the control group's users, conversions and revenue are what their events say."""
    for name, shown in ledger.goals.items():
        if not ledger.clock_is_true:
            continue
        least, most = bounds(ledger, ledger.plans[name], rules)
        said = Counts(
            shown.control_users,
            shown.control_converted,
            shown.control_conversions,
            shown.control_revenue,
        )
        for what in Counts.__struct_fields__:
            low, high = getattr(least, what), getattr(most, what)
            if not low <= getattr(said, what) <= high:
                seen = f"{name} shows {getattr(said, what)} {what} of control"
                yield Violation("P28", shown.at_ms, f"{seen}: at least {low}, at most {high}")


def bounds(ledger: Ledger, plan: Planned, rules: Rules) -> tuple[Counts, Counts]:
    """Return what must count, and what may; where nothing is in the way both are the same."""
    windows = _windows(ledger, plan, rules)
    least, most = Counts(), Counts()
    least.users = sum(any(one.sure for one in of) for of in windows.values())
    most.users = sum(bool(of) for of in windows.values())
    converts: dict[str, set[str]] = {"least": set(), "most": set()}
    for every in _events(ledger, plan):
        user, paid = every[0].event.user, every[0].event.paid
        mine = windows.get(user, [])
        if any(_must(one, every) for one in mine):
            converts["least"].add(user)
            least.conversions += 1
            least.revenue += paid
        if any(_may(one, every) for one in mine) or not ledger.is_sound(user):
            converts["most"].add(user)
            most.conversions += 1
            most.revenue += paid
    least.converted, most.converted = len(converts["least"]), len(converts["most"])
    return least, most


def _events(ledger: Ledger, plan: Planned) -> Iterator[list[Arrival]]:
    """Give each event that may be the goal's, with all its postings that may have been taken."""
    every: dict[tuple[str, str], list[Arrival]] = defaultdict(list)
    for arrival in ledger.arrivals[plan.goal]:
        if arrival.status not in NOT_TAKEN:
            every[arrival.event.user, arrival.event.id].append(arrival)
    yield from every.values()


def _windows(ledger: Ledger, plan: Planned, rules: Rules) -> dict[str, list[Window]]:
    of_user: dict[str, list[Watched]] = defaultdict(list)
    for one in sorted(ledger.watched[plan.name], key=lambda each: each.decided_ms):
        of_user[one.user].append(one)
    plain = _is_plain(ledger, plan, rules)
    return {
        user: _exactly(ledger, plan, rules, decided)
        if plain and _is_plain_user(ledger, plan, user, decided)
        else [_somewhere(plan, one) for one in decided]
        for user, decided in of_user.items()
    }


def _is_plain(ledger: Ledger, plan: Planned, rules: Rules) -> bool:
    """Whether nothing but the campaign itself says when a user would have got its message."""
    bound = (rules.frequency or rules.dwell_minutes) and not plan.ignores_limits
    capped = (plan.cap_total, plan.cap_per_day, plan.cap_per_run, plan.safety_limit)
    drops = plan.kind == "live" and plan.on_pause == "drop"
    dropped = drops and (plan.template or any(ledger.acts_on(plan.name, "pause")))
    cut = plan.personal is not None or (plan.calendar is not None and plan.calendar.cutoff)
    surges = plan.most_per_hour is not None
    return (
        ledger.restored < 0
        and not (bound or dropped or cut or surges or plan.portion < WHOLE_PERCENT)
        and all(limit is None for limit in capped)
    )


def _is_plain_user(ledger: Ledger, plan: Planned, user: str, decided: list[Watched]) -> bool:
    """Whether one knows what counts: the user's zone, and which of the decisions came first."""
    limited = plan.per_user_max is not None or plan.per_user_minutes is not None
    at_once = len({one.decided_ms for one in decided}) < len(decided)
    zoned = plan.dnd is None or not ledger.is_late(user)
    left = any(told.user == user for _, told in ledger.suppressed)  # would have had no message
    return ledger.is_sound(user) and zoned and not left and not (limited and at_once)


def _exactly(ledger: Ledger, plan: Planned, rules: Rules, decided: list[Watched]) -> list[Window]:
    """Return the windows of a user: of each message that there would have been."""
    found: list[Window] = []
    for one in decided:
        known = ledger.users.get(one.user)
        zone = zone_or(known[0].zone if known else "", rules.zone)
        begins_ms = _would_go_ms(plan, zone, one.decided_ms, [each.begins_ms for each in found])
        if begins_ms is not None:
            sure = plan.kind == "live" or _is_drawn_whole(ledger, plan, one.decided_ms)
            found.append(_window(plan, one, begins_ms, begins_ms, sure=sure))
    return found


def _is_drawn_whole(ledger: Ledger, plan: Planned, at_ms: int) -> bool:
    """Whether nothing came between the draw of a run and its end: until then nobody sees it."""
    first_ms, last_ms = at_ms - READ_MS, at_ms + READ_MS
    if any(first_ms <= d.at_ms <= last_ms for _, d in ledger.daemons):
        return False
    return not any(
        act.ask.at_ms <= last_ms and (act.answer is None or act.answer.at_ms >= first_ms)
        for act in ledger.acts_on(plan.name, "pause", "stop", "resume")
    )


def _would_go_ms(plan: Planned, zone: str, at_ms: int, had: list[int]) -> int | None:
    if plan.per_user_max is not None and len(had) >= plan.per_user_max:
        return None
    least_ms = (plan.per_user_minutes or 0) * MINUTE_MS + BEGINS_MS
    while True:
        if plan.per_user_minutes and any(abs(at_ms - other) < least_ms for other in had):
            return None
        if plan.dnd is None or not is_quiet(plan, at_ms, zone):
            return at_ms
        if plan.dnd_mode == "discard":
            return None
        while is_quiet(plan, at_ms, zone):
            at_ms = at_ms // MINUTE_MS * MINUTE_MS + MINUTE_MS


def _somewhere(plan: Planned, one: Watched) -> Window:
    return _window(plan, one, one.decided_ms, one.decided_ms + WAITS_MS_MAX, sure=False)


def _window(plan: Planned, one: Watched, first_ms: int, last_ms: int, *, sure: bool) -> Window:
    return Window(
        first_ms,
        last_ms + plan.window_minutes * MINUTE_MS,
        but=one.occurrence,
        sure=sure,
    )


def _happened(every: list[Arrival]) -> tuple[int, int]:
    """Return between which moments an event happened, as goals see it: not after it came in."""
    time_ms = every[0].event.time_ms
    first_ms = min(a.event.sent_ms or a.at_ms for a in every)
    return min(time_ms, first_ms), min(time_ms, max(a.at_ms for a in every))


def _may(window: Window, every: list[Arrival]) -> bool:
    first_ms, last_ms = _happened(every)
    inside = window.begins_ms <= last_ms and first_ms < window.ends_ms
    return inside and every[0].event.id != window.but


def _must(window: Window, every: list[Arrival]) -> bool:
    first_ms, last_ms = _happened(every)
    inside = window.begins_ms <= first_ms and last_ms < window.ends_ms
    taken = any(a.status == 200 for a in every)
    return window.sure and inside and taken and every[0].event.id != window.but
