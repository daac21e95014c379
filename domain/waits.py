"""What messages that are not sent yet wait for: of each kind how many, and until when, in words."""

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct

from domain import lasting


class Cause(StrEnum):
    """Why a message has not left. The list is closed."""

    PAUSED = "paused"
    CLOCK = "clock"
    REFUSED = "refused"
    OUTAGE = "outage"
    GATE = "gate"
    WIRE = "wire"
    PACE = "pace"
    THROTTLE = "throttle"
    RETRY = "retry"
    QUIET = "quiet"
    OWN_TIME = "own_time"
    LIMITS = "limits"
    LATER = "later"


class Wait(Struct, frozen=True):
    """So many messages and their cause; times are epoch milliseconds.

    The first of them may go at `first_ms` and the last at `last_ms`, where that is known;
    `takes_ms` is how long all of them take, where it is the speed that they wait for.
    """

    cause: Cause
    messages: int
    first_ms: int | None = None
    last_ms: int | None = None
    takes_ms: int = 0


_UNTIL: dict[Cause, str] = {
    Cause.PAUSED: "until somebody resumes it",
    Cause.CLOCK: "until the machine's clock is known to be right",
    Cause.REFUSED: "because Segment refuses the key or the address",
    Cause.OUTAGE: "for Segment, which cannot be reached; it is asked about twice a minute",
    Cause.GATE: "because Segment asked for it",
    Cause.WIRE: "for Segment's answer: they are on the wire",
    Cause.PACE: "for their turn at the pace of all campaigns",
    Cause.THROTTLE: "for their turn in the throttle",
    Cause.RETRY: "to be tried again: Segment did not take them",
    Cause.QUIET: "until their users' do-not-disturb is over",
    Cause.OWN_TIME: "for the time that is each user's own",
    Cause.LIMITS: "until the limits over all campaigns allow them",
    Cause.LATER: "for their time",
}


def tell(wait: Wait, moment: Callable[[int], str]) -> str:
    """Return one sentence without its full stop; `moment` says a time as its reader sees it."""
    one = wait.messages == 1
    until = _UNTIL[wait.cause]
    if one:
        until = until.replace("they are", "it is").replace("their users'", "the user's")
        until = until.replace("their", "its").replace("them", "it")
    said = f"{wait.messages:,} {'waits' if one else 'wait'} {until}"
    if wait.takes_ms:
        return f"{said}; at this rate it takes {lasting.told(wait.takes_ms)}"
    if wait.first_ms is None:
        return said
    first = moment(wait.first_ms)
    if wait.last_ms in (None, wait.first_ms):
        return f"{said}, {first}"
    assert wait.last_ms is not None, "the line above has returned for none"
    return f"{said}, the first {first}, the last {moment(wait.last_ms)}"
