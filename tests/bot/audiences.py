"""What the bot's desk answers about audiences and limits."""

from msgspec import structs

from actors.mail import Answer, CampaignLine, CampaignView, Estimate, Reach, Reached, Refused
from actors.mail_audience import (
    Audiences,
    ListAudiences,
    ReachAudience,
    ReachCampaign,
    ShowAudience,
)
from actors.mail_beside import AboutAudience
from actors.mail_limits import LimitsShown, ShowLimits

ESTIMATE = Estimate(12_345, 617, 100, 1_628, 10_000, 12)


def counted(request: AboutAudience) -> Answer:
    """Answer as the engine would, of a campaign that is there."""
    match request:
        case Reach():
            return Reached(ESTIMATE)
        case ReachCampaign(name):
            return Reached(ESTIMATE, name)
        case ListAudiences():
            return Audiences((), ())
        case ShowAudience(name) | ReachAudience(name):
            return Refused(f"There is no audience {name}.", "List them.")
        case _:
            raise AssertionError("nobody asks for this in Slack")


def limits(request: ShowLimits) -> Answer:
    return LimitsShown(request.name, "running" if request.name else "", "UTC", ())


def line_of(v: CampaignView) -> CampaignLine:
    """The campaign as it stands in a list."""
    plain = CampaignLine(v.id, v.name, v.kind, v.state, v.author, v.books, v.updated_ms)
    return structs.replace(plain, reason=v.reason, hash=v.hash, editors=v.editors)
