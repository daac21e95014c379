"""Everything that can be made to go wrong, each for a number of requests or of seconds.

`Faults.next("hang", count=2)` queues a fault: the next two requests to `/v1` meet it. Faults with
a duration (`down`, `flapping`) begin at once and end by themselves; those without an end
(`unauthorized`, `source_disabled`, `reject_containing`) last until `clear`.
"""

import random
from collections import deque
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

FAULTS_QUEUED_MAX = 100
SECONDS_MAX = 24 * 60 * 60

Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
ThrottleStyle: TypeAlias = Literal[
    "seconds", "decimal", "date", "past", "reset", "epoch", "garbage", "none"
]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=SECONDS_MAX)]


def _kind(class_name: str) -> str:
    """`ResetInBody` is called `reset_in_body` on the wire."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in class_name).lstrip("_")


class _Fault(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="kind",
    tag=_kind,
    forbid_unknown_fields=True,
):
    """What every fault has: its name on the wire is its class's, in small letters."""


class Refuse(_Fault, frozen=True):
    """The connection is reset before anything is read."""

    count: Count = 1


class Hang(_Fault, frozen=True):
    """The request is read, nothing is recorded, no answer comes; a reset after `seconds`."""

    count: Count = 1
    seconds: Seconds = 60.0


class ResetInBody(_Fault, frozen=True):
    """A reset once `after_bytes` of the body were read, or all of a shorter one."""

    count: Count = 1
    after_bytes: Annotated[int, msgspec.Meta(ge=0)] = 64


class ResetInAnswer(_Fault, frozen=True):
    """The events are recorded, and the connection is reset in the middle of the answer."""

    count: Count = 1


class Throttle(_Fault, frozen=True):
    """429; `style` is how it tells when to come back.

    `decimal` is half a second more than `retry_after`; `reset` and `epoch` come in the header
    X-RateLimit-Reset; `past` and `garbage` say nothing that helps.
    """

    count: Count = 1
    retry_after: Annotated[int, msgspec.Meta(ge=0, le=SECONDS_MAX)] = 2
    style: ThrottleStyle = "seconds"


class ServerError(_Fault, frozen=True):
    """A 5xx; with `records` the events were taken all the same."""

    count: Count = 1
    status: Annotated[int, msgspec.Meta(ge=500, le=599)] = 503
    records: bool = False


class Garbage(_Fault, frozen=True):
    """200 with a body that no Segment ever sent, as from a captive portal."""

    count: Count = 1
    records: bool = False


class TooLarge(_Fault, frozen=True):
    """413, as from a proxy in between."""

    count: Count = 1


class Redirect(_Fault, frozen=True):
    """307 to another path here; who follows it is counted."""

    count: Count = 1


class Slow(_Fault, frozen=True):
    """Recorded; the answer comes one byte a second, for `seconds`, then the rest at once."""

    count: Count = 1
    seconds: Seconds = 10.0


class Late(_Fault, frozen=True):
    """Recorded; the answer comes whole, `seconds` late."""

    count: Count = 1
    seconds: Seconds = 5.0


class WrongRegion(_Fault, frozen=True):
    """200, and every event is lost, as in the other region."""

    count: Count = 1


class DedupeForgets(_Fault, frozen=True):
    """The next `count` duplicates are taken as new."""

    count: Count = 1


class Unauthorized(_Fault, frozen=True):
    """401 from now on."""


class SourceDisabled(_Fault, frozen=True):
    """200 and dropped, from now on."""


class RejectContaining(_Fault, frozen=True):
    """400 to each request with an event that has this text in it, and nothing of it recorded."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Down(_Fault, frozen=True):
    """Every connection is reset, for `seconds`."""

    seconds: Seconds


class Flapping(_Fault, frozen=True):
    """Down and up in turns drawn from `seed`, each of at most `turn_seconds`; down first."""

    seconds: Seconds
    turn_seconds: Annotated[float, msgspec.Meta(ge=0.1, le=3600)] = 5.0
    seed: int | None = None


Counted: TypeAlias = (
    Refuse
    | Hang
    | ResetInBody
    | ResetInAnswer
    | Throttle
    | ServerError
    | Garbage
    | TooLarge
    | Redirect
    | Slow
    | Late
    | WrongRegion
)
Standing: TypeAlias = Unauthorized | SourceDisabled | RejectContaining
Fault: TypeAlias = Counted | Standing | DedupeForgets | Down | Flapping


def kind_of(fault: Fault) -> str:
    """The fault's name on the wire."""
    return _kind(type(fault).__name__)


class FaultRefusedError(ValueError):
    """A fault that cannot be set as asked; the text says why."""


class Faults:
    """What goes wrong next, and for how long."""

    def __init__(self, *, seed: int, now: Callable[[], float]) -> None:
        self._seed = seed
        self._now = now
        self._queue: deque[tuple[Counted, int]] = deque()
        self._standing: Standing | None = None
        self._down_until = 0.0
        self._flaps: list[float] = []
        self._forgets = 0

    def next(self, kind: str, **settings: Any) -> Fault:
        """Set a fault by its name; raises `FaultRefusedError`."""
        try:
            fault: Fault = msgspec.convert({"kind": kind, **settings}, Fault)
        except msgspec.ValidationError as error:
            raise FaultRefusedError(f"Fault {kind!r} cannot be set: {error}.") from error
        self.set(fault)
        return fault

    def set(self, fault: Fault) -> None:
        """Set a fault; raises `FaultRefusedError` when too many wait already."""
        now = self._now()
        match fault:
            case Unauthorized() | SourceDisabled() | RejectContaining():
                self._standing = fault
            case DedupeForgets(count=count):
                self._forgets += count
            case Down(seconds=seconds):
                self._down_until = max(self._down_until, now + seconds)
            case Flapping():
                self._flaps = _turns(fault, self._seed if fault.seed is None else fault.seed, now)
            case _:
                if len(self._queue) >= FAULTS_QUEUED_MAX:
                    raise FaultRefusedError(
                        f"{FAULTS_QUEUED_MAX} faults wait already; clear them first."
                    )
                self._queue.append((fault, fault.count))

    def take(self) -> Counted | Standing | None:
        """The fault that the request which begins now meets; uses it up."""
        if self.is_down():
            return Refuse()
        if self._queue:
            fault, left = self._queue.popleft()
            if left > 1:
                self._queue.appendleft((fault, left - 1))
            return fault
        return self._standing

    def is_down(self) -> bool:
        """Whether every connection is reset at this moment."""
        now = self._now()
        turns_begun = sum(1 for turn in self._flaps if turn <= now)
        # The turns go down, up, down ...; the last entry is the end of all of them.
        flapped_down = turns_begun < len(self._flaps) and turns_begun % 2 == 1
        return now < self._down_until or flapped_down

    def forgets_duplicate(self) -> bool:
        """Whether a duplicate is to be taken as new; uses up one time."""
        if self._forgets == 0:
            return False
        self._forgets -= 1
        return True

    def clear(self) -> None:
        """All is well from now on."""
        self._queue.clear()
        self._standing = None
        self._down_until = 0.0
        self._flaps = []
        self._forgets = 0

    def state(self) -> list[dict[str, Any]]:
        """What is set, for people: each with the times or the seconds that are left."""
        now = self._now()
        rows: list[dict[str, Any]] = []
        if now < self._down_until:
            rows.append({"kind": "down", "seconds_left": round(self._down_until - now, 1)})
        if self._flaps and now < self._flaps[-1]:
            rows.append({"kind": "flapping", "seconds_left": round(self._flaps[-1] - now, 1)})
        rows += [{"kind": kind_of(fault), "times_left": left} for fault, left in self._queue]
        if self._standing is not None:
            rows.append({"kind": kind_of(self._standing)})
        if self._forgets:
            rows.append({"kind": "dedupe_forgets", "times_left": self._forgets})
        return rows


def _turns(fault: Flapping, seed: int, now: float) -> list[float]:
    """When each turn begins, and last when they end; seconds as `now`."""
    rng = random.Random(seed)
    turns = [now]
    shortest = fault.turn_seconds / 5
    while turns[-1] < now + fault.seconds:
        turns.append(turns[-1] + rng.uniform(shortest, fault.turn_seconds))
    turns[-1] = now + fault.seconds
    return turns
