"""Judges of what is kept of events: what is too old leaves, and what a rule still needs stays.

An event may leave once it happened, and came, before the first day that is kept; the first of its
name that its user did stays, and the first of it that came.
"""

from collections.abc import Iterator

from msgspec import Struct

from tests.simulation.history import Violation
from tests.simulation.oracle_ledger import Arrival, Ledger, Rules, is_gone

NOT_TAKEN = frozenset({400, 401, 413, 429})
LOOKED_AT = 20
"""So many rows of the log are looked at with each batch that comes in."""
OPEN = frozenset({"dead", "unknown", "pending", "in_flight", "drawn"})
CATCHES_UP_MS = 3 * 3_600_000
"""By then a campaign that goes on has considered all that came while it stood still."""


class One(Struct, frozen=True):
    """One event: when it happened, and when it came; each at the earliest and at the latest."""

    id: str
    user: str
    name: str
    times: tuple[int, int]
    came: tuple[int, int]
    sure: bool  # somebody was told that it is kept


def what_is_needed(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """What is not too old is there, and the first of its name that a user did or that came."""
    if ledger.kept is None or not _is_plain(ledger):
        return
    there = set(ledger.kept.log)
    every = list(_events(ledger))
    for one in every:
        if not one.sure or one.id in there or not ledger.is_sound(one.user):
            continue
        at_ms = ledger.kept.at_ms
        if not _may_go(one, at_ms, rules) or _is_first(one, every):
            what = f"{one.id}, a {one.name!r} of {one.user}, is gone"
            yield Violation("retention", at_ms, what)
            return


def what_is_old(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """What was too old when the last batches came has left, unless somebody needs it still."""
    if ledger.kept is None or not _is_plain(ledger):
        return
    there = set(ledger.kept.log)
    if gone := sorted(ledger.too_old & there - {one.id for one in _events(ledger)}):
        what = f"{gone[0]} was too old as it came, and is kept"
        yield Violation("retention", ledger.kept.at_ms, what)
        return
    every = list(_events(ledger))
    needed = {end[0].user for end in ledger.ended.values() if end[0].state in OPEN}
    needed |= {one.user for one in ledger.asides}
    posted = sorted(a.at_ms for of in ledger.arrivals.values() for a in of if a.status == 200)
    passes = 2 + (len(every) + 4 * len(ledger.users)) // LOOKED_AT
    if len(posted) <= passes or _holds(ledger, posted[-1 - passes]):
        return
    last_ms = posted[-1 - passes]
    for one in every:
        if one.id not in there or one.user in needed or not ledger.is_sound(one.user):
            continue
        if is_gone(max(*one.times, *one.came), last_ms, rules.house.keep_days + 1):
            others = [each for each in every if each.sure and _are_alike(one, each)]
            later = any(each.times[1] < one.times[0] for each in others)
            came_later = any(each.came[1] < one.came[0] for each in others)
            if later and came_later:
                what = f"{one.id}, a {one.name!r} of {one.user}, is too old and still kept"
                yield Violation("retention", ledger.kept.at_ms, what)
                return


def in_the_copy(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """The copy for audiences has what the log has, and nothing else."""
    kept = ledger.kept
    if kept is None:
        return
    erased = {told.user for _, told in ledger.suppressed if told.erased}
    of_erased = {
        a.event.id for of in ledger.arrivals.values() for a in of if a.event.user in erased
    }
    rotten = any(one.event for _, one in ledger.rotten)
    if kept.strange and not erased:
        yield Violation("retention", kept.at_ms, f"the copy has {kept.strange} that have left")
    elif not rotten and (lost := sorted(set(kept.log) - set(kept.copy) - of_erased)):
        yield Violation("retention", kept.at_ms, f"the copy does not have {lost[0]}")


def _is_plain(ledger: Ledger) -> bool:
    return ledger.clock_is_true and ledger.restored < 0


def _holds(ledger: Ledger, last_ms: int) -> bool:
    """Whether a campaign stood still so late that it considered what came before afterwards."""
    last = [ledger.last_books(name) for name in ledger.plans]
    paused = any(one is not None and one.state in {"paused", "faulted"} for one in last)
    every = [act.ask.at_ms for name in ledger.plans for act in ledger.acts_on(name, "resume")]
    return paused or any(at_ms > last_ms - CATCHES_UP_MS for at_ms in every)


def _events(ledger: Ledger) -> Iterator[One]:
    """Give each event that may be kept."""
    postings: dict[tuple[str, str, str], list[Arrival]] = {}
    for name, arrivals in ledger.arrivals.items():
        for a in arrivals:
            if a.status not in NOT_TAKEN:
                postings.setdefault((a.event.id, a.event.user, name), []).append(a)
    for (event_id, user, name), taken in postings.items():
        times = [a.event.time_ms for a in taken]
        posted = [a.event.sent_ms or a.at_ms for a in taken]
        kept = [a.at_ms for a in taken if a.status == 200]
        came = (min(posted), min(kept, default=max(a.at_ms for a in taken)))
        yield One(event_id, user, name, (min(times), max(times)), came, sure=bool(kept))


def _may_go(one: One, at_ms: int, rules: Rules) -> bool:
    """Whether it may be too old for what is kept."""
    return is_gone(one.times[0], at_ms, rules.house.keep_days) and is_gone(
        one.came[0], at_ms, rules.house.keep_days
    )


def _are_alike(one: One, other: One) -> bool:
    return one.id != other.id and (one.user, one.name) == (other.user, other.name)


def _is_first(one: One, every: list[One]) -> bool:
    """Whether it is certainly the first of its name that its user did, or that came."""
    others = [each for each in every if _are_alike(one, each)]
    did = all(one.times[1] < each.times[0] for each in others)
    came = all(one.came[1] < each.came[0] for each in others)
    return did or came
