"""Conditions about who a user is, as they stand in a definition."""

from typing import Literal, TypeAlias

from msgspec import Struct

from domain.behaviour import Comparison, Filter, Operator, Scalar


class Property(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="property"):
    """A comparison of a user's property (a trait of the profile), with a Filter's operators."""

    name: str
    op: Operator
    value: Scalar | tuple[Scalar, ...] | None = None


class Age(Struct, frozen=True, forbid_unknown_fields=True, tag="age"):
    """The user's age in whole years: from the date of birth, or as given where there is none."""

    op: Comparison
    value: int | tuple[int, int]


class Gender(Struct, frozen=True, forbid_unknown_fields=True, tag="gender"):
    """The user's gender, however the profile writes it (`F`, `female`)."""

    value: Literal["female", "male", "other"]


class Geography(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="geography"
):
    """Where the user lives: each part that is given must be one of its names, in any case."""

    country: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    city: tuple[str, ...] = ()


class Place(Struct, frozen=True, forbid_unknown_fields=True):
    """A circle on the globe: degrees, and kilometres along the great circle."""

    latitude: int | float
    longitude: int | float
    km: int | float


class Near(Struct, frozen=True, forbid_unknown_fields=True, tag="near"):
    """The user is inside at least one of the circles."""

    places: tuple[Place, ...]


Channel: TypeAlias = Literal["email", "phone", "push", "unsubscribed_email", "unsubscribed_sms"]


class Reachability(Struct, frozen=True, forbid_unknown_fields=True, tag="reachability"):
    """The user has an address of this kind, or has unsubscribed."""

    value: Channel


class Device(Struct, frozen=True, forbid_unknown_fields=True, tag="device"):
    """One of the user's devices meets all of the comparisons."""

    where: tuple[Filter, ...]


class Saved(Struct, frozen=True, forbid_unknown_fields=True, tag="saved"):
    """The user is in the saved audience of this name."""

    name: str


class CustomList(Struct, frozen=True, forbid_unknown_fields=True, tag="list"):
    """The user is in the custom list of this name."""

    name: str


Trait: TypeAlias = Property | Age | Gender | Geography | Near | Reachability | Device
"""What a profile alone decides."""
