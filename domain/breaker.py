"""The breaker: when Segment cannot be reached, it is asked seldom, and then used gently.

Three states. *Closed*: everything goes; so many failures in a row open it. *Open*: nothing goes
but a probe, one message about every 30 seconds. *Ramping*: an answer came; the pace grows from a
tenth to the whole in five minutes, and so many failures in a row open it again.

    state    | an answer        | a failure                   | refused as a whole
    ---------|------------------|-----------------------------|-------------------
    closed   | closed, none     | closed, one more; or open   | open
    open     | ramping          | open, the next probe later  | open
    ramping  | ramping, none    | ramping, one more; or open  | open
             | closed, in time  |                             |

An *answer* is any that shows Segment at work, a refusal of a message or a "slow down" too. A
*failure*: not sent, or ambiguous. *Refused as a whole*: a wrong key or address, which asking more
often does not cure. Twelve hours of probes are 1,440 requests (promise P19). Times are
milliseconds of a clock that never goes back; `u` in [0, 1) is the caller's chance.
"""

from typing import TypeAlias, assert_never

from msgspec import Struct

FAILURES_MAX = 5
"""So many in a row open the breaker."""
PROBE_MS = 30_000
PROBE_JITTER = 0.2
REFUSED_PROBE_MS = 60_000
"""How long to wait before asking again with a key that Segment refused."""
RAMP_MS = 5 * 60_000
RAMP_FROM_PERCENT = 10
WHOLE_PERCENT = 100


class Closed(Struct, frozen=True):
    """All is well; so many requests in a row have failed."""

    failures: int = 0


class Open(Struct, frozen=True):
    """Nothing goes but a probe, not before `probe_ms`."""

    probe_ms: int


class Ramping(Struct, frozen=True):
    """An answer came at `since_ms`, after a silence."""

    since_ms: int
    failures: int = 0


Breaker: TypeAlias = Closed | Open | Ramping


def answered(breaker: Breaker, *, now_ms: int) -> Breaker:
    """Return the state after an answer."""
    match breaker:
        case Closed():
            return Closed()
        case Open():
            return Ramping(since_ms=now_ms)
        case Ramping(since_ms=since):
            return Closed() if now_ms - since >= RAMP_MS else Ramping(since_ms=since)
        case _:
            assert_never(breaker)


def failed(breaker: Breaker, *, now_ms: int, u: float) -> Breaker:
    """Return the state after a request that was not sent, or may not have arrived."""
    match breaker:
        case Open():
            return _open(PROBE_MS, now_ms, u)
        case Closed(failures=failures) | Ramping(failures=failures) if failures + 1 >= FAILURES_MAX:
            return _open(PROBE_MS, now_ms, u)
        case Closed(failures=failures):
            return Closed(failures + 1)
        case Ramping(since_ms=since, failures=failures):
            return Ramping(since, failures + 1)
        case _:
            assert_never(breaker)


def refused(*, now_ms: int, u: float) -> Open:
    """Return the state, whatever it was, once the key or the address is refused."""
    return _open(REFUSED_PROBE_MS, now_ms, u)


def percent(breaker: Breaker, *, now_ms: int) -> int:
    """Return how much of the pace may be used now; of an open breaker's, nothing."""
    match breaker:
        case Closed():
            return WHOLE_PERCENT
        case Open():
            return 0
        case Ramping(since_ms=since):
            grown = (WHOLE_PERCENT - RAMP_FROM_PERCENT) * max(now_ms - since, 0) // RAMP_MS
            return min(RAMP_FROM_PERCENT + grown, WHOLE_PERCENT)
        case _:
            assert_never(breaker)


def _open(wait_ms: int, now_ms: int, u: float) -> Open:
    """Return an open breaker whose next probe is about so far away, 20 % sooner or later."""
    return Open(now_ms + int(wait_ms * (1 - PROBE_JITTER + 2 * PROBE_JITTER * u)))
