"""For whom a campaign waits: who may act on it now, by their roles and the rule of two people."""

from collections.abc import Iterable

from actors.mail import CampaignLine, CampaignView
from actors.membership import Membership
from bot import views, words
from bot.blocks import Message
from bot.line import Line
from domain.review import RAISE_REQUESTED, Action, State, may_approve
from domain.roles import Role

NAMED_MAX = 3
_MINE = frozenset({State.REJECTED, State.APPROVED, State.DRAFT})


def is_asked(line: CampaignLine) -> bool:
    """Tell whether it waits for a second person: its review, a change, or a higher safety limit."""
    raised = line.state == State.BLOCKED and line.reason == RAISE_REQUESTED
    return line.state == State.IN_REVIEW or line.amends or raised


def waits_for(line: CampaignLine, user: str, members: Membership) -> bool:
    """Tell whether this person is the one to go on with it: never somebody who may not."""
    if is_asked(line):
        return _may_approve(line, user, members)
    return line.author == user and line.state in _MINE and Role.MARKETER in members.roles(user)


def approvers_of(author: str, editors: Iterable[str], members: Membership) -> str:
    """Return who may approve, as the end of `It waits for`."""
    people = members.people(Role.APPROVER)
    if people is None:
        return "anybody who has not edited it"
    kept = frozenset(editors)
    able = sorted(who for who in people if may_approve(who, author=author, editors=kept))
    if not able:
        return "an approver: nobody who may approve has kept their hands off it"
    named = ", ".join(words.person(who) for who in able[:NAMED_MAX])
    more = len(able) - NAMED_MAX
    if more > 0:
        return f"{named} or {words.count_of(more, 'other')}"
    return " or ".join(named.rsplit(", ", 1))


def told(view: CampaignView, reader: str, members: Membership) -> str:
    """Tell somebody who has edited a campaign for whom it waits; "": it does not, or for them."""
    if Action.APPROVE not in view.allowed or reader not in {view.author, *view.editors}:
        return ""
    return f"It waits for {approvers_of(view.author, view.editors, members)}."


def own_card(view: CampaignView, line: Line, reader: str, said: str = "") -> Message:
    """Return a campaign's card for one person: with what was said on top, if it was just done."""
    zone, awaits = line.settings.zone, told(view, reader, line.members)
    if said:
        return views.drafted_card(view, zone, said, reader, awaits)
    return views.campaign_card(view, zone, reader, awaits)


def _may_approve(line: CampaignLine, user: str, members: Membership) -> bool:
    others = may_approve(user, author=line.author, editors=frozenset(line.editors))
    return others and Role.APPROVER in members.roles(user)
