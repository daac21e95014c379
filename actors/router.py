"""The router tells each live campaign which new events carry a name that it waits for.

Everyone hears of it, too, when the log has grown by many places: a cursor must not stay behind
because nothing came for its campaign, nor the audience's copy.
"""

from collections.abc import Callable, Collection

from actors.mailbox import Mailbox, NewEvents

PLACES_UNTOLD_MAX = 10_000


class Router:
    """An index from event name to the mailboxes of the campaigns that wait for it.

    `follow` hears how far the log reaches, after each commit that made it longer.
    """

    def __init__(self, follow: Callable[[int], None] = lambda _upto: None) -> None:
        self._waiting: dict[str, dict[str, Mailbox]] = {}
        self._follow = follow
        self._told_all = 0

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
        self._follow(upto)
        if upto - self._told_all >= PLACES_UNTOLD_MAX:
            self._told_all, names = upto, self.names
        for name in names:
            for mailbox in self._waiting.get(name, {}).values():
                mailbox.post(NewEvents(upto))
