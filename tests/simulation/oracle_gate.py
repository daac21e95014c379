"""Judges of the global gate: after "too many requests" nobody begins before the named moment.

A daemon that starts later is bound by the moment that was named to another, once that one had the
time to write it down. Not judged: this, in a life whose wall clock jumped or after a restore, and
dates in a life whose wall clock jumped. A server that names a moment more than an hour away is
asked again after an hour.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tests.simulation.history import Request, Response, Violation
from tests.simulation.oracle_ledger import Ledger, Rules

TOO_MANY = 429
WAIT_MS_MAX = 3_600_000
UNNAMED_WAIT_MS = 500
"""Where no moment is named that can be read, at least so long."""
CLOCK_MS = 2
"""The product's clock and the world's cut milliseconds differently."""
WRITTEN_MS = 10_000
"""Whoever lived on for so long after an answer has kept what it says."""
SAME_MS = 1_000
"""A moment that is so much later than another is not kept anew."""
EPOCH_SECONDS_MIN = 1_000_000_000
"""So large a number of seconds is a date, not a wait."""


def heeded(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """A 429 closes the gate for every campaign, for as long as it says."""
    told = sorted(
        (at, response) for at, response in ledger.responses.values() if response.status == TOO_MANY
    )
    daemon_of = {request.n: request.daemon for _, request in ledger.requests}
    for at, response in told:
        wait_ms = wait(response, clock_is_true=ledger.clock_is_true)
        for begun, request in ledger.requests:
            early_ms = response.at_ms + wait_ms - request.at_ms
            if request.daemon != daemon_of[response.n]:
                if not _is_told(ledger, daemon_of[response.n], (at, response), (begun, request)):
                    continue
                early_ms -= SAME_MS if wait_ms > UNNAMED_WAIT_MS else early_ms
            if begun > at and early_ms > CLOCK_MS:
                what = f"request {request.n} began {early_ms} ms before the moment that the answer"
                yield Violation("429", request.at_ms, f"{what} to request {response.n} named")
                return


def _is_told(
    ledger: Ledger, told: int, answer: tuple[int, Response], begun: tuple[int, Request]
) -> bool:
    """Whether a request is of a daemon that started knowing what another was answered."""
    at, response = answer
    place, request = begun
    written_ms = response.at_ms + WRITTEN_MS
    lived = all(
        d.at_ms >= written_ms
        for when, d in ledger.daemons
        if d.daemon == told and when > at and d.what != "started"
    )
    later = any(
        when > at and d.at_ms >= written_ms
        for when, d in ledger.daemons
        if d.daemon == request.daemon and d.what == "started"
    )
    return lived and later and ledger.clock_is_true and not ledger.restored_between(at, place)


def wait(response: Response, *, clock_is_true: bool) -> int:
    """Return for how many ms an answer of 429 forbids every request, at the least."""
    for text in (response.retry_after, response.reset):
        named = _seconds(text, response.at_ms)
        if named is None:
            named = _date(text, response.at_ms) if clock_is_true else None
        if named:
            return min(named, WAIT_MS_MAX)
        if named == 0 and text == response.retry_after:
            break  # "at once": then it is the product's own caution that waits
    return UNNAMED_WAIT_MS


def _seconds(text: str, now_ms: int) -> int | None:
    """Read seconds from now, whole or not; a very large number is a date in epoch seconds."""
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) is None:
        return None
    seconds = float(text)
    if seconds >= EPOCH_SECONDS_MIN:
        return max(round(seconds * 1_000) - now_ms, 0)
    return round(seconds * 1_000)


def _date(text: str, now_ms: int) -> int | None:
    """Read an HTTP date."""
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(round((when - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000) - now_ms, 0)
