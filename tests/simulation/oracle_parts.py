"""What a ledger holds: tries, acts and arrivals, each at its place in the history."""

import math

from msgspec import Struct

from tests.simulation.history import Answered, Asked, Happened, Request, Sent

EVER = math.inf
"""A place in the history that never comes."""


class Try(Struct, frozen=True):
    """One message in one request, at its place in the history."""

    at: int
    request: Request
    sent: Sent


class Act(Struct, frozen=True):
    """What a person asked for, and the answer if one came; `answered` is EVER without."""

    asked: int
    answered: float
    ask: Asked
    answer: Answered | None

    @property
    def refused(self) -> bool:
        """Whether the person was told no."""
        return self.answer is not None and not self.answer.ok

    @property
    def granted(self) -> bool:
        """Whether the person was told yes."""
        return self.answer is not None and self.answer.ok


class Arrival(Struct, frozen=True):
    """One posting of one event."""

    at: int
    at_ms: int
    status: int
    event: Happened
