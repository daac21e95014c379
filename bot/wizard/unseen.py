"""The events that a draft names and that never came in: mostly a slip, and nobody would notice.

A live campaign that waits for such an event is published, runs, and reaches nobody.
"""

from collections.abc import Iterator

from actors.mail_names import FindNames, NamesFound
from bot.line import Line
from domain.audience import deeds, doings
from domain.campaign import Campaign
from domain.personal import BestTime
from domain.trigger import names

ASKED_MAX = 20
"""So many events of a draft are looked for; few name more than three."""


def unseen(line: Line, campaign: Campaign) -> tuple[str, ...]:
    """Return the events that never came in; none while the engine still learns what did."""
    missing = []
    for name in [each for each in dict.fromkeys(_named(campaign)) if each][:ASKED_MAX]:
        found = line.ask(FindNames("event", "", name), line.patience(lambda: None))
        if not isinstance(found, NamesFound) or not found.ready:
            return ()  # and whoever waits for the review does not wait for each of them
        if all(one.name != name for one in found.names):
            missing.append(name)
    return tuple(missing)


def _named(campaign: Campaign) -> Iterator[str]:
    """Yield every event that the definition names, what it waits for first."""
    if campaign.trigger is not None:
        yield from names(campaign.trigger)
    for deed in deeds(campaign.who):
        yield from (doing.event for doing in doings(deed))
    if isinstance(campaign.when.personal, BestTime):
        yield campaign.when.personal.event
    if campaign.goal is not None:
        yield campaign.goal.event
