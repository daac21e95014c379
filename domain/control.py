"""Control groups: who gets nothing, to compare with. The order of the three is the rule.

Membership is a keyed hash of the group and the user: random, for ever, and new users fall in at
the same rate. The store asks the same shares of columns.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from domain import chance
from domain.campaign import Campaign
from domain.facts import User

Group: TypeAlias = Literal["system", "custom", "campaign"]
GROUPS: tuple[Group, ...] = ("system", "custom", "campaign")
"""In the order in which they take their members; a user counts in the first alone."""


class Controls(Struct, frozen=True):
    """The groups that the operator made: `system` is 0 (none) or its per cent of all users.

    `custom` are the others, by name, of which each campaign names those that it keeps out.
    """

    system: int = 0
    custom: Mapping[str, int] = {}


NO_CONTROLS = Controls()


class Share(Struct, frozen=True):
    """A part of all users: those whose bucket by `(a, b)` of `domain.chance` is below percent.

    `seed` is the salt of which `a` and `b` are made; `name` is a custom group's own.
    """

    group: Group
    a: int
    b: int
    percent: int
    seed: str = ""
    name: str = ""


def shares(campaign_id: str, campaign: Campaign, controls: Controls) -> Iterator[Share]:
    """Yield the groups that a campaign keeps out, in their order.

    A custom group that the operator has taken away is nobody's.
    """
    limits = campaign.limits
    if limits.system_control and controls.system:
        salt = chance.salt(chance.Purpose.SYSTEM_CONTROL)
        yield Share("system", *chance.coefficients(salt), controls.system, salt)
    for name in limits.control_groups:
        if percent := controls.custom.get(name, 0):
            salt = chance.salt(chance.Purpose.CUSTOM_CONTROL, name)
            yield Share("custom", *chance.coefficients(salt), percent, salt, name)
    if limits.control_percent:
        salt = chance.salt(chance.Purpose.CAMPAIGN_CONTROL, campaign_id)
        yield Share("campaign", *chance.coefficients(salt), limits.control_percent, salt)


def group_of(campaign_id: str, campaign: Campaign, user: User, controls: Controls) -> Group | None:
    """Return the control group in which a user is for this campaign, or None: it is treated."""
    for share in shares(campaign_id, campaign, controls):
        if chance.in_portion(user.h, share.a, share.b, share.percent):
            return share.group
    return None
