"""Who may do what: five roles, given to people by their Slack id or through a user group.

A role that nobody was given is everyone's if it only draws on the team's own trust (to look, to
write, to approve what another wrote), and nobody's if it touches people's data.
The four-eyes rule is apart from this, and holds for every role.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """What a person is trusted with."""

    VIEWER = "viewer"
    MARKETER = "marketer"
    APPROVER = "approver"
    PRIVACY = "privacy"
    ADMIN = "admin"


class RoleLists(Struct, frozen=True, forbid_unknown_fields=True):
    """Each role's people: ids of users (`U...`, `W...`) and of user groups (`S...`)."""

    viewers: tuple[str, ...] = ()
    marketers: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    privacy: tuple[str, ...] = ()
    admins: tuple[str, ...] = ()

    def of(self, role: Role) -> tuple[str, ...]:
        """Return whom the configuration gives this role, in capitals as Slack writes its ids."""
        named: Mapping[Role, tuple[str, ...]] = {
            Role.VIEWER: self.viewers,
            Role.MARKETER: self.marketers,
            Role.APPROVER: self.approvers,
            Role.PRIVACY: self.privacy,
            Role.ADMIN: self.admins,
        }
        return tuple(each.upper() for each in named[role])

    @property
    def groups(self) -> frozenset[str]:
        """The user groups that are named anywhere."""
        return frozenset(each for role in Role for each in self.of(role) if is_group(each))


IMPLIED: Mapping[Role, frozenset[Role]] = {
    Role.VIEWER: frozenset(),
    Role.MARKETER: frozenset({Role.VIEWER}),
    Role.APPROVER: frozenset({Role.VIEWER}),
    Role.PRIVACY: frozenset({Role.VIEWER}),
    Role.ADMIN: frozenset({Role.VIEWER, Role.MARKETER}),
}
"""What a role brings along. An admin neither approves nor erases unless that is given too."""

OPEN = frozenset({Role.VIEWER, Role.MARKETER, Role.APPROVER})
"""The roles that everyone in the workspace has while the configuration gives them to nobody."""

CALLED: Mapping[Role, str] = {
    Role.VIEWER: "who may look at campaigns",
    Role.MARKETER: "the marketers",
    Role.APPROVER: "the approvers",
    Role.PRIVACY: "who looks after people's data",
    Role.ADMIN: "the admins",
}
"""Each role's people, as the end of "You are not one of ...": what a refusal says."""


def is_group(each: str) -> bool:
    """Tell a user group's id from a person's."""
    return each.startswith("S")


def held(lists: RoleLists, ids: frozenset[str]) -> frozenset[Role]:
    """Return the roles of who has these ids: their own, and those of the groups they are in.

    Where nobody is an admin the marketers stand in: an alert has a button that somebody must press.
    """
    given = {
        role
        for role in Role
        if not ids.isdisjoint(lists.of(role)) or (role in OPEN and not lists.of(role))
    }
    given = given.union(*(IMPLIED[role] for role in given))
    if Role.MARKETER in given and not lists.admins:
        given.add(Role.ADMIN)
    return frozenset(given)
