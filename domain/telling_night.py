"""A run that begins in do-not-disturb, told before it does: most of its messages then wait."""

from domain import quiet
from domain.campaign import Campaign
from domain.zones import local_wall


def tell_night(campaign: Campaign, at_ms: int, zone: str) -> str:
    """Say that a run at that moment begins in do-not-disturb; nothing where it does not.

    `zone` is the account's: most users are there, and so is whoever's own is not known. The end of
    a sentence, without its full stop. Nothing either where each user has a time of their own.
    """
    ends_ms = quiet.ends_after(campaign.do_not_disturb, at_ms, zone)
    if ends_ms is None or campaign.when.personal is not None:
        return ""
    assert campaign.do_not_disturb is not None, "it has an end"
    wall = local_wall(ends_ms, zone)
    until = f"{wall:%H:%M}"
    if wall.date() != local_wall(at_ms, zone).date():
        until = f"{wall:%H:%M} on {wall:%Y-%m-%d}"
    then = "gets it then" if campaign.do_not_disturb.mode == "delay" else "gets nothing"
    return f"it is do-not-disturb in {zone} until {until}, and whoever is there {then}"
