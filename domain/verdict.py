"""What becomes of one user who qualified: send, hold, skip or control. The order is the rule.

Caps come after the questions here that say no for the user's own sake, and before do-not-disturb
(BEHAVIOUR, section 8); the store reserves the slot in the same transaction that admits.
"""

from typing import TypeAlias

from msgspec import Struct

from domain import chance, dnd
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.facts import User


class Send(Struct, frozen=True, tag=True):
    """Now, if the caps allow."""


class Hold(Struct, frozen=True, tag=True):
    """Not before this moment, if the caps allow."""

    until_ms: int


class Skip(Struct, frozen=True, tag=True):
    """Not at all."""

    reason: SkipReason


class Control(Struct, frozen=True, tag=True):
    """In the control group: counted, compared, never messaged."""


Verdict: TypeAlias = Send | Hold | Skip | Control


def control_coefficients(campaign: str) -> tuple[int, int]:
    """Return the constants of the campaign's own control group."""
    return chance.coefficients(chance.salt(chance.Purpose.CAMPAIGN_CONTROL, campaign))


def draw_coefficients(campaign: str, run: str) -> tuple[int, int]:
    """Return the constants that order the users of one run at random."""
    return chance.coefficients(chance.salt(chance.Purpose.DRAW, campaign, run))


def in_control(campaign_id: str, campaign: Campaign, user: User) -> bool:
    """Tell whether the user belongs to the campaign's control group: random, and for ever."""
    percent = campaign.limits.control_percent
    return percent > 0 and chance.in_portion(
        user.h, *control_coefficients(campaign_id), percent=percent
    )


def judge(
    campaign_id: str, campaign: Campaign, user: User, *, now_ms: int, account_zone: str
) -> Verdict:
    """Decide about a user who qualified, caps aside."""
    if in_control(campaign_id, campaign, user):
        return Control()
    if user.suppressed:
        return Skip(SkipReason.SUPPRESSED)
    if user.anonymous:
        return Skip(SkipReason.UNREACHABLE)
    return at_rest(campaign, user, now_ms=now_ms, account_zone=account_zone)


def at_rest(campaign: Campaign, user: User, *, now_ms: int, account_zone: str) -> Verdict:
    """Ask do-not-disturb alone; an unknown zone is the account's, never "send now"."""
    if (quiet := campaign.do_not_disturb) is None:
        return Send()
    window = dnd.Window(start=quiet.start, end=quiet.end)
    ends = dnd.ends_after(window, now_ms, user.zone or account_zone)
    if ends is None:
        return Send()
    return Hold(until_ms=ends) if quiet.mode == "delay" else Skip(SkipReason.DND_DISCARD)
