"""Judges of audiences that are trees: who certainly fits qualifies, and nobody else does.

Live campaigns' numbers are judged in `oracle_events`. Not judged: a life whose wall clock jumped,
or in which a backup came back.
"""

from collections.abc import Iterator

from tests.simulation.asks import Ask
from tests.simulation.history import Planned, Violation
from tests.simulation.oracle_fits import truth
from tests.simulation.oracle_ledger import Ledger, Rules, Try
from tests.simulation.walls import due_ms

LATE_MS_MAX = 130 * 60_000
"""A run is drawn so long after it fell due, at the latest."""


def only_who_fit(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """Nobody gets a message of a campaign whose audience they are certainly not of."""
    for name, plan in _asking(ledger):
        assert plan.chosen.who is not None, "it asks"
        asked_ms = _asked_ms(ledger, plan)
        for tries in _by_message(ledger, name):
            tried = tries[0]
            first_ms, last_ms = asked_ms, tried.request.at_ms
            if plan.calendar is not None:
                first_ms = due_ms(tried.sent.run)
                last_ms = min(last_ms, first_ms + LATE_MS_MAX)
            if truth(ledger, plan.chosen.who, tried.sent.user, first_ms, last_ms) is False:
                what = f"{tried.sent.user} got {name}, and is not of its audience"
                yield Violation("audience", tried.request.at_ms, what)
                break


def all_who_fit(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """As many qualify for a run as certainly fit, at least, and as may fit, at most."""
    if ledger.rest is None:
        return
    for name, plan in _asking(ledger):
        assert plan.chosen.who is not None, "it asks"
        if plan.kind == "live":
            continue
        for run, first_ms, last_ms, qualified in _runs(ledger, plan):
            least, most = _fit(ledger, plan, plan.chosen.who, first_ms, last_ms)
            if not least <= qualified <= most:
                what = f"{qualified} qualified for {name} {run}: {least} fit, and at most {most}"
                yield Violation("audience", ledger.rest.at_ms, what)
                break


def _asking(ledger: Ledger) -> Iterator[tuple[str, Planned]]:
    if ledger.clock_is_true and ledger.restored < 0:
        for name, plan in ledger.plans.items():
            if plan.chosen.who is not None:
                yield name, plan


def _asked_ms(ledger: Ledger, plan: Planned) -> int:
    return min((act.ask.at_ms for act in ledger.acts_on(plan.name, "publish")), default=0)


def _by_message(ledger: Ledger, name: str) -> Iterator[list[Try]]:
    for tries in ledger.tries.values():
        if tries and tries[0].sent.campaign == name:
            yield tries


def _runs(ledger: Ledger, plan: Planned) -> Iterator[tuple[str, int, int, int]]:
    """Give the runs that are over: within which times they were drawn, and how many qualified."""
    if plan.calendar is not None:
        for row in ledger.ran[plan.name]:
            if row.state == "done":
                yield row.run, row.due_ms, row.due_ms + LATE_MS_MAX, row.qualified
        return
    books, tries = ledger.last_books(plan.name), ledger.tries_of[plan.name]
    if books is not None and books.state == "completed" and tries:
        asked_ms = max(_asked_ms(ledger, plan), plan.start_ms)
        yield tries[0].sent.run, asked_ms, tries[0].request.at_ms, books.qualified


def _fit(ledger: Ledger, plan: Planned, who: Ask, first_ms: int, last_ms: int) -> tuple[int, int]:
    """Return how many certainly fit, and how many may."""
    gone = {told.user for _, told in ledger.suppressed}
    least = most = 0
    for user, said in ledger.users.items():
        groups = {plan.group in ("", one.group) for one in said}
        fits = truth(ledger, who, user, first_ms, last_ms)
        sure = fits and groups == {True} and user not in gone and ledger.is_sound(user)
        least += bool(sure and not ledger.is_late(user))
        most += True in groups and fits is not False
    return least, most
