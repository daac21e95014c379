"""Behaviour in a definition: what a user did, how often, when, and with which properties.

Each aggregate is a condition of its own, so that none has an option which it does not read.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

Scalar: TypeAlias = str | int | float | bool
Operator: TypeAlias = Literal[
    "equals",
    "not_equals",
    "in",
    "contains",
    "does_not_contain",
    "starts_with",
    "exists",
    "does_not_exist",
    "<",
    "<=",
    ">",
    ">=",
    "between",
    "before",
    "after",
    "in_last_days",
    "before_last_days",
    "in_next_days",
    "after_next_days",
]
Comparison: TypeAlias = Literal["<", "<=", "=", "!=", ">=", ">", "between"]
Weekday: TypeAlias = Literal[
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"
]


class Filter(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One comparison of an event's property: `{ property = "price", op = ">=", value = 50 }`.

    `in` and `between` take a list as value (between: two, ends included); `exists` and
    `does_not_exist` take none. `before` and `after` take an ISO date or date-time, the four
    relative ones a number of days.
    """

    property: str
    op: Operator
    value: Scalar | tuple[Scalar, ...] | None = None


class Count(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How often: `{ op = ">=", value = 2 }`; for `between` two numbers, ends included.

    "Fewer than N" leaves out users with no such event at all unless `include_zero`.
    """

    op: Comparison = ">="
    value: int | tuple[int, int] = 1
    include_zero: bool = False


class Amount(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How much: `{ op = ">=", value = 99.5 }`; for `between` two numbers, ends included.

    Exact to a millionth. Users with no such event are left out unless `include_zero`.
    """

    op: Comparison
    value: int | float | tuple[int | float, int | float]
    include_zero: bool = False


class Hours(Struct, frozen=True, forbid_unknown_fields=True, tag="hours"):
    """In the last so many hours, to the millisecond."""

    last: int


class Minutes(Struct, frozen=True, forbid_unknown_fields=True, tag="minutes"):
    """In the last so many minutes, to the millisecond."""

    last: int


class DaysAgo(Struct, frozen=True, forbid_unknown_fields=True, tag="days_ago"):
    """Between two numbers of days ago, whole days of the account's zone; 0 is today."""

    between: tuple[int, int]


class Dates(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="dates"):
    """From one date to another (`2026-03-29`), both included, in the account's zone."""

    first: str | None = None
    last: str | None = None


Period: TypeAlias = Hours | Minutes | DaysAgo | Dates


class Doing(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Another event that counts as well, with its own comparisons."""

    event: str
    where: tuple[Filter, ...] = ()


class Deed(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What all conditions about events share beside `event`, `where` and `days`.

    `also`: further events, counted together with the first. `period`: a time range that is not
    "the last days". `time_of_day` (from, until just before; may cross midnight) and `weekdays`
    are those where the user is (unknown: the account's zone).
    """

    also: tuple[Doing, ...] = ()
    period: Period | None = None
    time_of_day: tuple[str, str] | None = None
    weekdays: tuple[Weekday, ...] = ()


class Did(Deed, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="did"):
    """The user did the event so often, in the last `days` days (None: ever).

    Day ranges start at 00:00 of (today - days) in the account's zone and end now.
    """

    event: str
    where: tuple[Filter, ...] = ()
    count: Count = Count()
    days: int | None = None


class DidNot(Deed, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="did_not"):
    """The user did no such event in the last `days` days (None: ever)."""

    event: str
    where: tuple[Filter, ...] = ()
    days: int | None = None


class DidFirst(Deed, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="did_first"):
    """The user's first such event ever lies in the range, and is one that the filters pass."""

    event: str
    where: tuple[Filter, ...] = ()
    days: int | None = None


class DidSum(Deed, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="did_sum"):
    """The sum of a property over the events; an event without the number adds nothing."""

    event: str
    property: str
    amount: Amount
    where: tuple[Filter, ...] = ()
    days: int | None = None


class DidAverage(
    Deed, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="did_average"
):
    """The average of a property; an event without the number counts as 0 (BEHAVIOUR, 2)."""

    event: str
    property: str
    amount: Amount
    where: tuple[Filter, ...] = ()
    days: int | None = None


class DidOnDays(
    Deed, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="did_on_days"
):
    """The user did the event on so many different days of the account's zone."""

    event: str
    where: tuple[Filter, ...] = ()
    count: Count = Count()
    days: int | None = None


class DidMostly(
    Deed, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="did_mostly"
):
    """The value is the user's most frequent one of the property; with a tie it is not."""

    event: str
    property: str
    value: Scalar
    where: tuple[Filter, ...] = ()
    days: int | None = None


class DidShare(Deed, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="did_share"):
    """At least so many per cent of the user's events have the value."""

    event: str
    property: str
    value: Scalar
    percent: int
    where: tuple[Filter, ...] = ()
    days: int | None = None


class Step(Deed, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An event done so often with one value. `property` if it has another name there."""

    event: str
    where: tuple[Filter, ...] = ()
    count: Count = Count()
    days: int | None = None
    property: str | None = None


class StepNot(Deed, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An event that was not done with the value. `property` if it has another name there."""

    event: str
    where: tuple[Filter, ...] = ()
    days: int | None = None
    property: str | None = None


class SameValue(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="same_value"
):
    """There is one value of the property for which every step holds.

    Texts, numbers and true or false are different values; null and lists are none.
    """

    property: str
    did: tuple[Step, ...]
    did_not: tuple[StepNot, ...] = ()


Aggregate: TypeAlias = (
    Did | DidNot | DidFirst | DidSum | DidAverage | DidOnDays | DidMostly | DidShare
)
Asked: TypeAlias = Aggregate | Step | StepNot
"""Everything that selects events of a user."""


def doings(deed: Asked) -> tuple[Doing, ...]:
    """Return the events that count, each with its comparisons."""
    return (Doing(deed.event, deed.where), *deed.also)
