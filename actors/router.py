"""The router tells each live campaign which new events carry a name that it waits for."""

from collections.abc import Collection

from actors.mailbox import Mailbox, NewEvents


class Router:
    """An index from event name to the mailboxes of the campaigns that wait for it."""

    def __init__(self) -> None:
        self._waiting: dict[str, dict[str, Mailbox]] = {}

    def subscribe(self, campaign: str, name: str, mailbox: Mailbox) -> None:
        """Let a campaign hear of every new event of this name."""
        self._waiting.setdefault(name, {})[campaign] = mailbox

    def forget(self, campaign: str) -> None:
        """Let a campaign hear of nothing more."""
        for name, mailboxes in list(self._waiting.items()):
            mailboxes.pop(campaign, None)
            if not mailboxes:
                del self._waiting[name]

    @property
    def names(self) -> frozenset[str]:
        """The names that some campaign waits for."""
        return frozenset(self._waiting)

    def route(self, names: Collection[str], upto: int) -> None:
        """Say that events of these names are durable up to `upto`. Never blocks."""
        for name in names:
            for mailbox in self._waiting.get(name, {}).values():
                mailbox.post(NewEvents(upto))
