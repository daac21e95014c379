"""The events and users' properties that a draft names and nobody has: mostly a slip.

A live campaign that waits for such an event is published, runs, and reaches nobody; a message with
such a property greets nobody by name.
"""

from collections.abc import Iterator

from actors.mail_names import FindNames, NamesFound
from bot.line import Line
from domain.audience import deeds, doings
from domain.campaign import Campaign
from domain.personal import BestTime
from domain.trigger import names
from domain.trying import mentioned

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


def unheld(line: Line, campaign: Campaign) -> dict[str, str]:
    """Return the properties in the content that no user has, each with a like one, or ""."""
    missing = {}
    for key in sorted(mentioned(campaign)[0])[:ASKED_MAX]:
        found = line.ask(FindNames("trait", "", key), line.patience(lambda: None))
        if not isinstance(found, NamesFound) or not found.ready:
            return {}
        there = [one.name for one in found.names]
        if all(name != key and not name.startswith(f"{key}.") for name in there):
            missing[key] = there[0] if there else ""
    return missing


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
