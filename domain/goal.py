"""A campaign's goal: what its users should do afterwards, and which of its messages is credited.

Nobody sees an open or a click here, so a conversion is *influenced*: the event happened within the
window after the message was accepted; of a control user, after the moment at which the message
would have gone. An event that comes in late counts for a week longer.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from msgspec import Struct

from domain.behaviour import Filter
from domain.comparing import micros

WINDOW_MINUTES_MIN = 5
WINDOW_MINUTES_MAX = 30 * 24 * 60
LATE_MS_MAX = 7 * 24 * 3_600_000
"""An event counts if it came in before so long after the end of the window."""
REVENUE_MICROS_MAX = 10**15
"""A thousand million a conversion: more is no amount, and the sums of a campaign stay exact."""
MINUTE_MS = 60_000


class Goal(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An event, comparisons of its properties (all hold), and how long it may come afterwards.

    `revenue` names the property whose numbers are added up; "": none.
    """

    event: str
    where: tuple[Filter, ...] = ()
    window_minutes: int = 24 * 60
    revenue: str = ""

    @property
    def window_ms(self) -> int:
        """How long after a message an event counts, in milliseconds."""
        return self.window_minutes * MINUTE_MS


class Timed(Protocol):
    """Whatever began at a moment."""

    @property
    def at_ms(self) -> int:
        """Return the moment, in epoch milliseconds."""


T = TypeVar("T", bound=Timed)


def counts_as_of_ms(time_ms: int, received_ms: int) -> int:
    """Return when an event happened, as goals see it: never later than it was known."""
    return min(time_ms, received_ms)


def credited(exposures: Iterable[T], *, time_ms: int, received_ms: int, window_ms: int) -> T | None:
    """Return the exposure that is credited with an event: the latest whose window it lies in.

    A window is half-open: it begins with the exposure's own millisecond. None: it converts nothing.
    """
    happened = counts_as_of_ms(time_ms, received_ms)
    return max(
        (
            each
            for each in exposures
            if each.at_ms <= happened < each.at_ms + window_ms
            and received_ms < each.at_ms + window_ms + LATE_MS_MAX
        ),
        key=lambda each: each.at_ms,
        default=None,
    )


def revenue_micros(goal: Goal, properties: dict[str, object]) -> int:
    """Return what an event brings, in whole millionths; what is no amount brings nothing."""
    found = micros(properties.get(goal.revenue)) if goal.revenue else None
    return found if found is not None and abs(found) <= REVENUE_MICROS_MAX else 0
