"""How long a pause takes: from the click to the answer, and to the last request that began (P8).

Measured by the history alone, in the virtual milliseconds of a world whose disk is sometimes slow.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tests.simulation.history import Entry
from tests.simulation.oracle_ledger import Act, Ledger, paused_until

P50, P99 = 50, 99
BUSY_MS = 2_000
"""A campaign one of whose messages began so shortly before or after the click was sending."""


class Paused(Struct, frozen=True):
    """One granted pause or stop. `last_ms` is 0 where no request began after the click.

    `busy`: the campaign was sending.
    """

    answer_ms: int
    last_ms: int
    busy: bool


def of(entries: Sequence[Entry]) -> list[Paused]:
    """Return every pause and stop of a life."""
    ledger = Ledger(entries)
    return [
        _measured(ledger, name, act)
        for name in ledger.plans
        for act in ledger.acts_on(name, "pause", "stop")
        if act.granted
    ]


def _measured(ledger: Ledger, name: str, act: Act) -> Paused:
    assert act.answer is not None, "it was granted"
    clicked_ms, until = act.ask.at_ms, paused_until(ledger, name, act)
    begun = [t.request.at_ms for t in ledger.tries_of[name] if act.asked < t.at < until]
    near = [t for t in ledger.tries_of[name] if abs(t.request.at_ms - clicked_ms) < BUSY_MS]
    return Paused(
        answer_ms=act.answer.at_ms - clicked_ms,
        last_ms=max(begun, default=clicked_ms) - clicked_ms,
        busy=bool(near),
    )


def told(found: Iterable[Paused]) -> str:
    """Say the figures in one line."""
    every = list(found)
    busy = [one for one in every if one.busy]
    if not busy:
        return f"{len(every):,} pauses, none of a campaign that was sending."
    answers, lasts = [one.answer_ms for one in busy], [one.last_ms for one in busy]
    late = sum(one.last_ms > one.answer_ms for one in busy)
    return (
        f"{len(every):,} pauses, {len(busy):,} of a campaign that was sending."
        f" From the click to the answer: p50 {_at(answers, P50)} ms, p99 {_at(answers, P99)} ms."
        f" To the start of the last request: p50 {_at(lasts, P50)} ms, p99 {_at(lasts, P99)} ms,"
        f" at most {max(lasts)} ms. {late} began after the answer, which had counted them."
    )


def _at(values: Sequence[int], percent: int) -> int:
    """Return the nearest-rank percentile."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]
