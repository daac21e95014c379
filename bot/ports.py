"""What the bot needs of the engine: a desk that answers, and a list of what to announce."""

from typing import Protocol

from actors.mail import Announcement, Answer, Card, Request
from actors.membership import Membership


class Desk(Protocol):
    """The engine as the bot sees it: everything a marketer may ask goes through `ask`."""

    members: Membership
    """Who may do what."""

    async def ask(self, request: Request) -> Answer:
        """Decide one request. Expected refusals are answers; it never raises for them."""
        ...

    async def announcements(self) -> list[tuple[Announcement, Card | None]]:
        """Wait until Slack must be told something; return it in order, with the card it updates."""
        ...

    async def announced(self, announcement: Announcement, card: Card | None) -> None:
        """Record that it was said (and where the card stands now), so it is not said again."""
        ...
