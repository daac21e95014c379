"""Judges of what a campaign makes of the limits over all campaigns: waits, drops, or does not ask.

That nobody gets more than they allow is judged in `oracle_limits`; here, that nobody gets less, nor
later. Not judged: what waits so long that it may expire, and in a life in which something went
wrong whether it waits at all.
"""

from collections import Counter
from collections.abc import Iterator

from tests.simulation.history import Books, Planned, Violation
from tests.simulation.oracle_calm import is_undisturbed, is_untroubled
from tests.simulation.oracle_events import heard, possible
from tests.simulation.oracle_ledger import Ledger, Rules

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
EXPIRES_MS = 72 * HOUR_MS
AT_ONCE_MS_MAX = 10 * MINUTE_MS
"""What need not wait has begun by then, at any pace, on a machine that does not sleep."""
SPREAD_MS = 5_000
PERIOD_HOURS = {"day": 25, "week": 7 * 24 + 1, "month": 31 * 24 + 1}
OVER_LIMITS = ("frequency_limit", "dwell_time")


def not_asked(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """A campaign that ignores the limits loses nothing to them."""
    for name, plan in ledger.plans.items():
        if plan.ignores_limits and (books := _most_over(ledger, name)):
            what = f"{name} ignores the limits, and lost {_over(books)} messages to them"
            yield Violation("allowed", books.at_ms, what)


def waited(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """What is to wait until the limits allow it is not dropped, while it may go before it expires.

    A message waits no longer than the longest window for each message that may be before it.
    """
    if not _binds(rules) or not is_untroubled(ledger):
        return
    wants = _wanted(ledger, ledger.plans)
    most = max((sum(of.values()) for of in wants.values()), default=0)
    never_paused = all(is_undisturbed(ledger, name) for name in ledger.plans)
    if not never_paused or most * _longest_ms(rules) > EXPIRES_MS:
        return
    for name, plan in ledger.plans.items():
        rests = plan.dnd is not None or plan.calendar is not None or plan.personal is not None
        if not plan.queues or plan.ignores_limits or rests:
            continue
        if books := _most_over(ledger, name):
            what = f"{name} is to wait for the limits, and dropped {_over(books)} messages"
            yield Violation("allowed", books.at_ms, what)


def dropped(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """What is to be dropped over the limits goes at once or never: it does not wait for them."""
    if not _binds(rules) or rules.most_per_5_minutes or not is_untroubled(ledger):
        return
    late_ms_max = AT_ONCE_MS_MAX + rules.sleeps_ms
    for name, plan in ledger.plans.items():
        if plan.queues or not _goes_at_once(plan) or not is_undisturbed(ledger, name):
            continue
        kept: dict[str, int] = {}
        for arrival in heard(ledger, plan):
            if arrival.status == 200:
                kept.setdefault(arrival.event.id, arrival.at_ms)
        for tried in ledger.tries_of[name]:
            since_ms = max(kept.get(tried.sent.event, tried.request.at_ms), plan.start_ms)
            if tried.request.at_ms - since_ms > late_ms_max:
                what = f"{name} is to drop what is over the limits, and {tried.sent.event} waited"
                yield Violation("allowed", tried.request.at_ms, what)
                break


def counted_only(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """Only messages of campaigns that count keep others out.

    Nobody is over a limit whom fewer messages of such campaigns can ever have been for.
    """
    if not _binds(rules) or not ledger.clock_is_true or ledger.restored >= 0:
        return
    least = min([most for most, _, _ in rules.frequency] + [1] * bool(rules.dwell_minutes))
    wants = _wanted(ledger, ledger.plans)
    for name, plan in ledger.plans.items():
        books = _most_over(ledger, name)
        if books is None or plan.ignores_limits:
            continue
        may = 0
        for of in wants.values():
            others = sum(n for other, n in of.items() if ledger.plans[other].counts)
            others -= bool(plan.counts and of[name])  # it is not before itself
            may += of[name] if others >= least else 0
        if _over(books) > may:
            what = f"{name} lost {_over(books)} messages to the limits, at most {may} can be over"
            yield Violation("allowed", books.at_ms, what)


def _binds(rules: Rules) -> bool:
    return bool(rules.frequency or rules.dwell_minutes)


def _longest_ms(rules: Rules) -> int:
    """Return how far apart the limits may keep two messages, at most."""
    windows = [
        minutes * MINUTE_MS if minutes else PERIOD_HOURS[period] * HOUR_MS
        for _, minutes, period in rules.frequency
    ]
    return max([rules.dwell_minutes * MINUTE_MS, *windows]) + SPREAD_MS


def _wanted(ledger: Ledger, plans: dict[str, Planned]) -> dict[str, Counter[str]]:
    """Return how many messages of each campaign there may be for a user."""
    found = {user: Counter[str]() for user in ledger.users}
    for name, plan in plans.items():
        if plan.kind == "live":
            for user, _event in possible(ledger, plan):
                found.setdefault(user, Counter())[name] += 1
            continue
        published = sum(1 for act in ledger.acts_on(name, "publish") if not act.refused)
        for of in found.values():
            of[name] += max(published, len(ledger.ran[name]))
    return found


def _goes_at_once(plan: Planned) -> bool:
    """Whether nothing but the limits over all campaigns lets a message of a campaign wait."""
    waits = plan.delay_minutes or plan.without or plan.date is not None
    rests = plan.dnd is not None or plan.most_per_5_minutes is not None
    return plan.kind == "live" and not waits and not rests and plan.test is None


def _over(books: Books) -> int:
    return sum(books.skipped.get(reason, 0) for reason in OVER_LIMITS)


def _most_over(ledger: Ledger, name: str) -> Books | None:
    """Return the books in which a campaign has lost the most to the limits; None: nothing ever."""
    shown = [books for _, books in ledger.books.get(name, ())]
    most = max(shown, key=_over, default=None)
    return most if most is not None and _over(most) else None
