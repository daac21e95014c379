"""Who halted a campaign: people, or the campaign itself, which then needs somebody to look."""

from actors.mail import CampaignLine
from domain.review import PAUSED_BY_PEOPLE, State


def paused_by_people(line: CampaignLine) -> bool:
    """Tell whether nothing but people keeps it from going on."""
    return line.state == State.PAUSED and line.reason in PAUSED_BY_PEOPLE


def paused_itself(line: CampaignLine) -> bool:
    """Tell whether it paused without anybody's doing: somebody must see why before it goes on."""
    return line.state == State.PAUSED and not paused_by_people(line)
