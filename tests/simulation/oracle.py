"""The judge of a simulated life: which promises did not hold, by the history alone.

It reads what went in, what people asked and were told, and what was on the wire to Segment. It
imports nothing of the product, so it shares none of its mistakes. What a history cannot tell for
certain is judged by a bound that no correct product exceeds: a violation is always one.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from tests.simulation import oracle_allowed as allowed
from tests.simulation import oracle_asks as asks
from tests.simulation import oracle_books as books
from tests.simulation import oracle_caps as caps
from tests.simulation import oracle_control as control
from tests.simulation import oracle_dates as dates
from tests.simulation import oracle_draws as draws
from tests.simulation import oracle_gate as gate
from tests.simulation import oracle_goals as goals
from tests.simulation import oracle_groups as groups
from tests.simulation import oracle_held as held
from tests.simulation import oracle_kept as kept
from tests.simulation import oracle_leaks as leaks
from tests.simulation import oracle_limits as limits
from tests.simulation import oracle_messages as messages
from tests.simulation import oracle_people as people
from tests.simulation import oracle_personal as personal
from tests.simulation import oracle_portions as portions
from tests.simulation import oracle_restore as restore
from tests.simulation import oracle_runs as runs
from tests.simulation import oracle_spans as spans
from tests.simulation import oracle_times as times
from tests.simulation import oracle_triggers as triggers
from tests.simulation import oracle_trouble as trouble
from tests.simulation import oracle_variants as variants
from tests.simulation import oracle_waits as waits
from tests.simulation import oracle_winners as winners
from tests.simulation import oracle_words as words
from tests.simulation.history import Entry, Violation
from tests.simulation.oracle_ledger import Ledger, Rules

Judge: TypeAlias = Callable[[Ledger, Rules], Iterator[Violation]]

JUDGES: tuple[Judge, ...] = (
    messages.one_id,
    messages.accepted_once,
    messages.not_again_for_ever,
    messages.caps,
    messages.one_end,
    variants.one_variant,
    variants.by_group,
    variants.few_before_the_winner,
    variants.shown_as_sent,
    variants.one_winner,
    winners.best_wins,
    winners.known_in_time,
    winners.of_so_many,
    restore.not_after_a_restore,
    times.undisturbed,
    times.discarded,
    times.not_early,
    times.paced,
    times.cheap_outages,
    times.in_time,
    runs.only_slots,
    runs.none_skipped,
    runs.one_by_one,
    runs.in_its_time,
    runs.told,
    runs.cut_off,
    limits.frequency,
    limits.per_user,
    limits.throttled,
    limits.surges,
    limits.filled,
    limits.held_with_reason,
    people.quiet,
    people.kept,
    people.suppressed,
    people.one_daemon,
    people.safe,
    gate.heeded,
    trouble.unharmed,
    trouble.shown,
    trouble.set_aside,
    trouble.not_starved,
    leaks.sealed,
    books.balanced,
    books.add_up,
    books.at_rest,
    books.considered,
    goals.counted,
    control.counted,
    waits.not_before,
    waits.not_answered,
    waits.not_twice,
    waits.none_lost,
    portions.the_same,
    personal.not_before_theirs,
    personal.not_after_their_cutoff,
    personal.all_in_their_time,
    dates.at_its_date,
    dates.not_replaced,
    dates.none_lost_at_dates,
    limits.smoothed,
    allowed.not_asked,
    allowed.waited,
    allowed.dropped,
    allowed.counted_only,
    caps.full_before_it_refuses,
    draws.drawn_at_random,
    held.by_another,
    held.makes_way,
    held.taken_back,
    spans.over_at_its_end,
    triggers.asked_again,
    triggers.passed,
    asks.only_who_fit,
    asks.all_who_fit,
    groups.left_out,
    groups.only_theirs,
    groups.of_their_size,
    words.own,
    words.approved,
    words.of_one_run,
    words.amended,
    caps.lowered,
    kept.what_is_needed,
    kept.what_is_old,
    kept.in_the_copy,
)


def check(entries: Sequence[Entry], rules: Rules | None = None) -> list[Violation]:
    """Return every violation in a history, the earliest first."""
    rules = rules or Rules()
    ledger = Ledger(entries, keep_days=rules.house.keep_days, zone=rules.zone)
    found = [v for judge in JUDGES for v in judge(ledger, rules)]
    return sorted(found, key=lambda v: (v.at_ms, v.promise, v.what))
