"""Who: the audience as a closed tree of conditions, the same for memory and for DuckDB."""

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
]
Comparison: TypeAlias = Literal["<", "<=", "=", "!=", ">=", ">"]


class Filter(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One comparison of an event's property: `{ property = "price", op = ">=", value = 50 }`.

    `in` and `between` take a list as value (between: two, ends included); `exists` and
    `does_not_exist` take none. `before` and `after` take an ISO date or date-time.
    """

    property: str
    op: Operator
    value: Scalar | tuple[Scalar, ...] | None = None


class Count(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How often: `{ op = ">=", value = 2 }`.

    "Fewer than N" leaves out users with no such event at all unless `include_zero`.
    """

    op: Comparison = ">="
    value: int = 1
    include_zero: bool = False


class All(Struct, frozen=True, forbid_unknown_fields=True, tag="all"):
    """Every condition holds."""

    of: tuple["Node", ...]


class AnyOf(Struct, frozen=True, forbid_unknown_fields=True, tag="any"):
    """At least one condition holds."""

    of: tuple["Node", ...]


class Not(Struct, frozen=True, forbid_unknown_fields=True, tag="not"):
    """The condition does not hold."""

    of: "Node"


class Property(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="property"):
    """A comparison of a user's property (a trait of the profile), with a Filter's operators."""

    name: str
    op: Operator
    value: Scalar | tuple[Scalar, ...] | None = None


class Did(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="did"):
    """The user did the event so often, in the last `days` days (None: ever).

    Day ranges start at 00:00 of (today - days) in the account's zone and end now.
    """

    event: str
    where: tuple[Filter, ...] = ()
    count: Count = Count()
    days: int | None = None


class DidNot(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="did_not"):
    """The user did no such event in the last `days` days (None: ever)."""

    event: str
    where: tuple[Filter, ...] = ()
    days: int | None = None


Node: TypeAlias = All | AnyOf | Not | Property | Did | DidNot

EVERYONE = All(of=())
"""The audience of a campaign that asks for nobody in particular."""
