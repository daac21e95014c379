"""Judges of caps that leave somebody out: only full ones do, and control users take no place.

That none is exceeded is judged in `oracle_messages`. A place is taken by what was promised, whether
or not it went in the end, so all that may have had one counts.
"""

from collections.abc import Iterator

from tests.simulation.history import Books, Violation
from tests.simulation.oracle_ledger import Ledger, Rules

PLACELESS = frozenset(
    {
        "cap_reached",
        "cap_day",
        "cap_run",
        "not_in_portion",
        "safety_not_drawn",
        "paused_dropped",
        "run_skipped",
    }
)
"""Reasons of those who never had a place of any cap."""


def full_before_it_refuses(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """Nobody is left out by a cap that had a place left."""
    for name, plan in ledger.plans.items():
        caps = (
            ("cap_reached", plan.cap_total),
            ("cap_run", plan.cap_per_run),
            ("cap_day", plan.cap_per_day),
        )
        for reason, most in caps:
            for _at, books in ledger.books.get(name, ()) if most is not None else ():
                if books.skipped.get(reason) and (had := _places(books)) < (most or 0):
                    what = f"{name} left users out ({reason}), and had {had} of {most} places taken"
                    yield Violation("cap", books.at_ms, what)
                    break


def _places(books: Books) -> int:
    """Return how many may have had a place, at most."""
    ended = sum(n for reason, n in books.skipped.items() if reason not in PLACELESS)
    return books.sent + books.pending + ended
