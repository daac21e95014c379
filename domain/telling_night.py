"""A run that begins in do-not-disturb, told before it does: most of its messages then wait."""

from datetime import time

from domain import quiet, slots
from domain.campaign import Campaign
from domain.rules_when import zone_of
from domain.zones import local_wall


def tell_night(campaign: Campaign, at_ms: int, zone: str) -> str:
    """Say that a run at that moment begins in do-not-disturb; nothing where it does not.

    `zone` is the account's: most users are there, and so is whoever's own is not known. The end of
    a sentence, without its full stop. Nothing either where each user has a time of their own.
    """
    ends_ms = quiet.ends_after(campaign.do_not_disturb, at_ms, zone)
    if ends_ms is None or campaign.when.personal is not None:
        return ""
    wall = local_wall(ends_ms, zone)
    until = f"{wall:%H:%M}"
    if wall.date() != local_wall(at_ms, zone).date():
        until = f"{wall:%H:%M} on {wall:%Y-%m-%d}"
    then = _then(campaign, at_ms, ends_ms, zone)
    return f"it is do-not-disturb in {zone} until {until}, and {then}"


def _then(campaign: Campaign, at_ms: int, ends_ms: int, zone: str) -> str:
    """Say what becomes of those for whom it is do-not-disturb until `ends_ms`."""
    assert campaign.do_not_disturb is not None, "it has an end"
    if campaign.do_not_disturb.mode == "discard":
        return "whoever is there gets nothing"
    cutoff = campaign.when.cutoff
    if cutoff is not None:
        own = zone_of(campaign.when, zone)
        wall = local_wall(at_ms, own).replace(tzinfo=None)
        if ends_ms >= slots.cutoff_ms(wall, time.fromisoformat(cutoff), own):
            return f"whoever is there gets nothing: the cut-off at {cutoff} comes before"
    return "whoever is there gets it then"
