"""Who a person is in Slack: a full member, or someone who may do nothing here.

Slack is asked once an hour about a person, and every few minutes who is in the user groups that the
configuration names. What it does not say is not assumed: then only those whom the configuration
names by their own id are let in, and a group keeps the members that were last known.
"""

import logging
import time
from functools import partial
from typing import Any

import trio
from msgspec import Struct
from slack_sdk import WebClient

from actors.mail import ListAll
from actors.membership import Membership
from bot.line import SLACK_FAILED, reason

KNOWN_SECONDS = 3_600.0
UNKNOWN_SECONDS = 30.0
"""How soon Slack is asked again about someone it said nothing of."""
GROUPS_SECONDS = 300.0
"""usergroups.users.list may be called 20 times a minute; fifty groups once each is well within."""
PEOPLE_MAX = 10_000
ELSEWHERE = "People of another workspace may do nothing here."
"""What whoever is not of this workspace is told."""

log = logging.getLogger(__name__)


class Person(Struct, frozen=True):
    """What Slack says of someone: whether they may act at all, and if not, why."""

    trusted: bool
    why: str = ""
    known: bool = True


UNKNOWN = Person(
    trusted=False, why="Slack did not say who you are. Try again in a minute.", known=False
)


class Directory:
    """Answers from memory where it can; asked from worker threads."""

    def __init__(self, client: WebClient, members: Membership) -> None:
        self._client = client
        self._members = members
        self._known: dict[str, tuple[float, Person]] = {}
        self._team = ""  # the workspace that the app is installed in, once Slack has said

    def person(self, user: str) -> Person:
        """Return who this is; asks Slack at the first time and once an hour."""
        now = time.monotonic()
        found = self._known.get(user)
        if found is not None and now < found[0]:
            return found[1]
        try:
            answer = self._client.users_info(user=user)
            person, lasts = self._judged(answer.get("user") or {}), KNOWN_SECONDS
        except SLACK_FAILED as error:
            log.warning("Slack did not say who %s is: %s", user, reason(error))
            before = found[1] if found is not None else UNKNOWN
            person, lasts = before, UNKNOWN_SECONDS
        if len(self._known) >= PEOPLE_MAX:
            self._known.clear()
        self._known[user] = (now + lasts, person)
        return person

    def _judged(self, user: dict[str, Any]) -> Person:
        """Judge what Slack says of somebody.

        Whoever shares a channel with us from another workspace is no stranger to Slack, so the
        workspace itself is compared; in an organisation with several a person may be in ours too.
        """
        why = _kept_out(user)
        organisation = user.get("enterprise_user") or {}
        theirs = {user.get("team_id"), *(organisation.get("teams") or ())}
        theirs.add(organisation.get("enterprise_id"))  # the app may be installed in all of it
        if not why and any(theirs) and self._own_team() not in theirs:
            why = ELSEWHERE
        return Person(trusted=not why, why=why)

    def _own_team(self) -> str:
        """Return the id of the workspace that the app is installed in; Slack is asked once."""
        if not self._team:
            self._team = str(self._client.auth_test()["team_id"])
        return self._team

    def keeps_out(self, user: str) -> str:
        """Return why somebody may do nothing here, whatever they ask; "" lets them in."""
        person = self.person(user)
        if not person.trusted and (person.known or not self._members.names(user)):
            return person.why
        if not self._members.may(user, ListAll):
            refused = self._members.refused(ListAll)
            return f"{refused.what} {refused.fix}"
        return ""

    async def run(self) -> None:
        """Keep the members of the groups fresh, for ever; without groups there is nothing to do."""
        while self._members.groups:
            for group in sorted(self._members.groups):
                await trio.to_thread.run_sync(partial(self._ask, group), abandon_on_cancel=True)
            await trio.sleep(GROUPS_SECONDS)

    def _ask(self, group: str) -> None:
        try:
            answer = self._client.usergroups_users_list(usergroup=group)
            self._members.learn(group, frozenset(answer.get("users") or ()))
        except SLACK_FAILED as error:
            log.warning("Slack did not say who is in %s: %s", group, reason(error))


def _kept_out(user: dict[str, Any]) -> str:
    """Return why an account of this kind may do nothing; "" for a person's own."""
    if user.get("deleted"):
        return "This account is deactivated."
    if user.get("is_bot") or user.get("is_workflow_bot"):
        return "Apps and bots may do nothing here."
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return "Guests of this workspace may do nothing here."
    return ELSEWHERE if user.get("is_stranger") else ""
