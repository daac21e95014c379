"""Variants: several contents of one campaign, and the rule by which each user gets one of them.

A variant says what is different: its key-values are laid over those that all of them share.
"""

from typing import TypeAlias

from msgspec import Struct

from domain.behaviour import Scalar

UNDECIDED = ""
"""The variant of a message that has none: the campaign has one content, or a test is not over."""


class Variant(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One content by its name; `key_values` are Liquid templates, over the campaign's own."""

    name: str
    key_values: dict[str, str] = {}


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A variant for so many of 100 users."""

    name: str
    percent: int
    key_values: dict[str, str] = {}


class Case(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A variant for users whose property is one of these values."""

    name: str
    values: tuple[Scalar, ...]
    key_values: dict[str, str] = {}


class Split(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="split"):
    """Fixed shares of the users; a user keeps the variant for ever, in every run."""

    of: tuple[Part, ...]


class ByProperty(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="by_property"
):
    """By the values of one property of the user; who has none of them gets `otherwise`."""

    property: str
    of: tuple[Case, ...]
    otherwise: Variant


class AbTest(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="ab"):
    """A test on a few, and the variant that does best for the rest.

    The few are `test_percent` of a run, or `test_users` of it; of a live campaign, the first
    `test_users`. They get the variants in turn. The winner is known `wait_minutes` after that:
    the one of whose users the most, in per cent, reached the goal; in a tie, the earlier one.
    """

    of: tuple[Variant, ...]
    test_percent: int | None = None
    test_users: int | None = None
    wait_minutes: int = 1_440


Variants: TypeAlias = Split | ByProperty | AbTest
Content: TypeAlias = Variant | Part | Case


def contents(variants: Variants | None) -> tuple[Content, ...]:
    """Return all the variants in their order; the default of a property's comes last."""
    match variants:
        case None:
            return ()
        case ByProperty(of=of, otherwise=otherwise):
            return (*of, otherwise)
        case Split() | AbTest():
            return variants.of


def names(variants: Variants | None) -> tuple[str, ...]:
    """Return the names of all the variants in their order."""
    return tuple(each.name for each in contents(variants))
