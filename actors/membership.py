"""Who is who: the roles of a person, by the configuration and by Slack's user groups.

The bot tells who is in which group; until it has, a group has nobody. Slack's door asks of every
request whether this person may; the command line is the operator's, who owns the folder of data and
could change everything, so there the lists decide only who approves.
"""

from actors.mail import (
    AcceptClock,
    Approve,
    Pause,
    Refused,
    Request,
    RequestChanges,
    Stop,
)
from actors.mail_audience import ExportAudience
from actors.mail_content import Preview
from actors.mail_limits import LowerCap
from actors.mail_names import FindNames
from actors.mail_people import EraseUser, SuppressUser
from actors.mail_shelf import Undo
from actors.mail_trust import ConfirmConnection, DropAside, PauseAll, RetryAside
from actors.rules import at
from domain.roles import CALLED, Role, RoleLists, held, is_group

_SAFE = frozenset({Role.MARKETER, Role.APPROVER, Role.ADMIN})
"""To stop sending, and to look at a message, is for whoever has a hand in campaigns at all."""

NEEDS: dict[type, frozenset[Role]] = {
    Approve: frozenset({Role.APPROVER}),
    RequestChanges: frozenset({Role.APPROVER}),
    Pause: _SAFE,
    Stop: _SAFE,
    LowerCap: _SAFE,
    PauseAll: _SAFE,
    Undo: _SAFE,
    Preview: _SAFE,
    SuppressUser: frozenset({Role.PRIVACY}),
    EraseUser: frozenset({Role.PRIVACY}),
    AcceptClock: frozenset({Role.ADMIN}),
    RetryAside: frozenset({Role.ADMIN}),
    DropAside: frozenset({Role.ADMIN}),
    ExportAudience: frozenset({Role.PRIVACY, Role.ADMIN}),
    FindNames: frozenset({Role.MARKETER, Role.PRIVACY}),
    ConfirmConnection: frozenset({Role.MARKETER, Role.ADMIN}),
}
"""What needs more than a marketer's role, or less. One of them is enough."""


def needed(kind: type) -> frozenset[Role]:
    """Return the roles of which one is needed for this kind of request; to ask, a viewer's."""
    if "by" not in kind.__annotations__:
        return frozenset({Role.VIEWER})
    return NEEDS.get(kind, frozenset({Role.MARKETER}))


class Membership:
    """The lists of the configuration, and the members of the groups that they name."""

    def __init__(self, lists: RoleLists | None = None) -> None:
        self._lists = lists or RoleLists()
        self._members: dict[str, frozenset[str]] = {}

    @property
    def groups(self) -> frozenset[str]:
        """The ids of the groups whose members decide about a role."""
        return self._lists.groups

    def learn(self, group: str, users: frozenset[str]) -> None:
        """Take note of who is in a group now."""
        self._members[group] = users

    def names(self, user: str) -> bool:
        """Tell whether the configuration itself names this person, whatever Slack says."""
        return any(user.upper() in self._lists.of(role) for role in Role)

    def roles(self, user: str) -> frozenset[Role]:
        """Return what a person is trusted with now."""
        who = user.strip().upper()
        own = frozenset({who, *(g for g, users in self._members.items() if who in users)})
        return held(self._lists, own)

    def people(self, role: Role) -> frozenset[str] | None:
        """Return who is known to have a role now; None: everyone has it, for nobody was named."""
        if role in held(self._lists, frozenset()):
            return None
        ids = {each for one in Role for each in self._lists.of(one) if not is_group(each)}
        known = ids.union(*self._members.values())
        return frozenset(who for who in known if role in self.roles(who))

    def may(self, user: str, kind: type) -> bool:
        """Tell whether this person may ask this kind of request at all."""
        return not self.roles(user).isdisjoint(needed(kind))

    def refusal(self, request: Request) -> Refused | None:
        """Return why this person may not ask this; None if they may, or if it names nobody.

        Whoever only looks was asked for a viewer's role when they came in.
        """
        by = getattr(request, "by", "")
        if not by or self.may(by, type(request)):
            return None
        return self.refused(type(request))

    def refused(self, kind: type) -> Refused:
        """Return the rule, in words, for who may not ask this kind of request."""
        role = next(role for role in Role if role in needed(kind))
        listed = self._lists.of(role)
        people = [at(each) for each in listed if not is_group(each)]
        groups = [f"the user group {each}" for each in listed if is_group(each)]
        unknown = [each for each in listed if is_group(each) and each not in self._members]
        fix = f"Ask one of them: {', '.join([*people, *groups])}."
        if not listed:
            fix = f"Nobody has this role; the operator gives it in config.toml, [roles], {role}."
        if unknown:
            fix += f" Who is in {', '.join(unknown)} is not known yet: Slack has not said."
        return Refused(what=f"You are not one of {CALLED[role]}.", fix=fix)
