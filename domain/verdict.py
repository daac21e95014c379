"""What becomes of one user who qualified: send, hold, skip or control. The order is the rule.

Caps come after the questions here that say no for the user's own sake, and before do-not-disturb
(BEHAVIOUR, section 8); the store reserves the slot in the same transaction that admits.
"""

from typing import TypeAlias

from msgspec import Struct

from domain import chance
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.control import NO_CONTROLS, Controls, Group, group_of
from domain.facts import User
from domain.identity import names_nobody
from domain.quiet import ends_after


class Send(Struct, frozen=True, tag=True):
    """Now, if the caps allow."""


class Hold(Struct, frozen=True, tag=True):
    """Not before this moment, if the caps allow."""

    until_ms: int


class Skip(Struct, frozen=True, tag=True):
    """Not at all."""

    reason: SkipReason


class Control(Struct, frozen=True, tag=True):
    """In a control group: counted, compared, never messaged. `otherwise`: what had become of it."""

    group: Group = "campaign"
    otherwise: Send | Hold | Skip = Send()


Verdict: TypeAlias = Send | Hold | Skip | Control


def draw_coefficients(campaign: str, run: str) -> tuple[int, int]:
    """Return the constants that order the users of one run at random."""
    return chance.coefficients(chance.salt(chance.Purpose.DRAW, campaign, run))


def judge(
    campaign_id: str,
    campaign: Campaign,
    user: User,
    *,
    now_ms: int,
    account_zone: str,
    controls: Controls = NO_CONTROLS,
) -> Verdict:
    """Decide about a user who qualified, caps aside; `controls` are the operator's groups."""
    treated = _treated(campaign_id, campaign, user, now_ms=now_ms, account_zone=account_zone)
    if (group := group_of(campaign_id, campaign, user, controls)) is not None:
        return Control(group, treated)
    return treated


def _treated(
    campaign_id: str, campaign: Campaign, user: User, *, now_ms: int, account_zone: str
) -> Send | Hold | Skip:
    if not in_portion(campaign_id, campaign, user):
        return Skip(SkipReason.NOT_IN_PORTION)
    if user.suppressed:
        return Skip(SkipReason.SUPPRESSED)
    if user.anonymous and (not campaign.delivery.anonymous or names_nobody(user.user)):
        return Skip(SkipReason.UNREACHABLE)
    return at_rest(campaign, user, now_ms=now_ms, account_zone=account_zone)


def at_rest(
    campaign: Campaign, user: User, *, now_ms: int, account_zone: str
) -> Send | Hold | Skip:
    """Ask do-not-disturb alone; an unknown zone is the account's, never "send now"."""
    if (quiet := campaign.do_not_disturb) is None:
        return Send()
    ends = ends_after(quiet, now_ms, user.zone or account_zone)
    if ends is None:
        return Send()
    return Hold(until_ms=ends) if quiet.mode == "delay" else Skip(SkipReason.DND_DISCARD)


def portion_coefficients(campaign_id: str) -> tuple[int, int]:
    """Return the constants by which a campaign's portion falls: for ever the same users."""
    return chance.coefficients(chance.salt(chance.Purpose.PORTION, campaign_id))


def in_portion(campaign_id: str, campaign: Campaign, user: User) -> bool:
    """Whether the user is among those of 100 whom the campaign addresses."""
    percent = campaign.limits.portion_percent
    return percent == 100 or chance.in_portion(user.h, *portion_coefficients(campaign_id), percent)
