"""Whether a user fits an audience, by the history: yes, no, or it is not certain.

Asked of a span of time: yes is at every moment of it, no is at none. What came in about when it
began, or may have been lost, is not certain; nor is what is known of a user who was erased.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from tests.simulation.asks import (
    Ask,
    AtLeast,
    BeganTo,
    DidIt,
    Either,
    Every,
    Listed,
    Named,
    NeverDid,
    OfGroup,
    Other,
)
from tests.simulation.oracle_ledger import Arrival, Ledger

JUST_MS = 60_000
NOT_TAKEN = frozenset({400, 401, 413, 429})


class Doing(Struct, frozen=True):
    """One event: when it happened, at the earliest and at the latest; whether it was there."""

    least_ms: int
    most_ms: int
    sure: bool


def truth(ledger: Ledger, ask: Ask, user: str, first_ms: int, last_ms: int) -> bool | None:  # noqa: PLR0911
    """Return whether a user fits a tree at all moments from the first to the last, or at none."""
    match ask:
        case Every(of=of):
            return _every(truth(ledger, each, user, first_ms, last_ms) for each in of)
        case Either(of=of):
            every = (truth(ledger, each, user, first_ms, last_ms) for each in of)
            return _not(_every(_not(each) for each in every))
        case Other(of=one):
            return _not(truth(ledger, one, user, first_ms, last_ms))
        case Named(of=one):
            return truth(ledger, one, user, first_ms, last_ms)
        case Listed(users=users):
            return user in users if _is_known(ledger, user, first_ms) else None
        case OfGroup(group=group):
            return _trait(
                ledger, user, first_ms, {one.group == group for one in ledger.users[user]}
            )
        case AtLeast(n=n):
            return _trait(ledger, user, first_ms, {one.n >= n for one in ledger.users[user]})
        case NeverDid(event=event, days=days):
            return _not(_did(ledger, DidIt(event, days), user, first_ms, last_ms))
        case DidIt():
            return _did(ledger, ask, user, first_ms, last_ms)
        case BeganTo():
            return _began(ledger, ask, user, first_ms, last_ms)


def _not(one: bool | None) -> bool | None:
    return None if one is None else not one


def _every(of: Iterable[bool | None]) -> bool | None:
    found = list(of)
    if False in found:
        return False
    return None if None in found else True


def _is_known(ledger: Ledger, user: str, first_ms: int) -> bool:
    said = ledger.users[user]
    return bool(said) and said[0].at_ms < first_ms - JUST_MS and ledger.is_sound(user)


def _trait(ledger: Ledger, user: str, first_ms: int, said: set[bool]) -> bool | None:
    known = _is_known(ledger, user, first_ms) and len(said) == 1
    return next(iter(said)) if known else None


def _did(ledger: Ledger, ask: DidIt, user: str, first_ms: int, last_ms: int) -> bool | None:
    if not ledger.is_sound(user):
        return None
    every = _doings(ledger, user, ask.event, ask.n, first_ms, last_ms)
    latest, earliest = _since(ledger, ask.days, last_ms), _since(ledger, ask.days, first_ms)
    sure = sum(one.sure and latest <= one.least_ms and one.most_ms <= first_ms for one in every)
    may = sum(earliest <= one.most_ms and one.least_ms <= last_ms for one in every)
    if sure >= ask.times:
        return True
    return False if may < ask.times else None


def _began(ledger: Ledger, ask: BeganTo, user: str, first_ms: int, last_ms: int) -> bool | None:
    if not ledger.is_sound(user):
        return None
    every = _doings(ledger, user, ask.event, 0, first_ms, last_ms)
    latest, earliest = _since(ledger, ask.days, last_ms), _since(ledger, ask.days, first_ms)
    if any(one.sure and one.most_ms < earliest for one in every):
        return False
    if not any(one.most_ms >= earliest and one.least_ms <= last_ms for one in every):
        return False
    before = any(one.least_ms < latest for one in every)
    inside = any(one.sure and one.least_ms >= latest and one.most_ms <= first_ms for one in every)
    return True if inside and not before else None


def _doings(
    ledger: Ledger, user: str, name: str, n: int, first_ms: int, last_ms: int
) -> list[Doing]:
    """Return the events of a user that may have been there in the span."""
    postings: dict[str, list[Arrival]] = {}
    for arrival in ledger.arrivals[name]:
        event = arrival.event
        if event.user == user and event.n >= n and arrival.status not in NOT_TAKEN:
            postings.setdefault(event.id, []).append(arrival)
    found = []
    for taken in postings.values():
        posted_ms = min(a.event.sent_ms or a.at_ms for a in taken)
        if posted_ms > last_ms:
            continue
        times = [a.event.time_ms for a in taken]
        sure = any(a.status == 200 and a.at_ms < first_ms - JUST_MS for a in taken)
        found.append(Doing(min(*times, posted_ms), max(times), sure))
    return found


def _since(ledger: Ledger, days: int, at_ms: int) -> int:
    """Return when the day began in the account's zone that was so many days ago; 0 for ever."""
    if not days:
        return 0
    here = ZoneInfo(ledger.zone)
    today = datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(here).date()
    return round(datetime.combine(today - timedelta(days=days), time(), here).timestamp()) * 1000
