"""The throttles: how many messages a campaign, and all of them together, may send in 5 minutes.

They live in memory and in Trio's time. After a start each is silent for one slot, because the
process before this one may have filled it.
"""

from actors.clock import monotonic_ms
from actors.elsewhere import Elsewhere
from domain.campaign import Campaign
from domain.throttle import Throttle


class Throttling:
    """Says how much of a campaign may go, and learns what went."""

    def __init__(self, messages_per_5_minutes: int = 0, elsewhere: Elsewhere | None = None) -> None:
        self._elsewhere = elsewhere or Elsewhere()
        self._house = _fresh(messages_per_5_minutes) if messages_per_5_minutes else None
        self._own: dict[str, Throttle] = {}

    def room(self, campaign: str, definition: Campaign) -> int | None:
        """Return how many messages of a campaign may go now; None: there is no limit."""
        now = monotonic_ms()
        rooms = [each.room(now) for each in self._over(campaign, definition, now)]
        return min(rooms, default=None)

    def wait_ms(self, campaign: str, definition: Campaign) -> int:
        """Return how long until one message of a campaign may go; 0: one may go now."""
        now = monotonic_ms()
        return max((each.wait_ms(now) for each in self._over(campaign, definition, now)), default=0)

    def spend(self, campaign: str, definition: Campaign, n: int) -> None:
        """Count messages that leave at this moment.

        Those of a campaign for which the operator's limits do not hold count there all the same.
        """
        now = monotonic_ms()
        if (own := self._of(campaign, definition)) is not None:
            self._own[campaign] = own.spend(now, n)
        if (house := self._house_at(now)) is not None:
            self._house = house.spend(now, n)

    def _over(self, campaign: str, definition: Campaign, now_ms: int) -> list[Throttle]:
        house = None if definition.limits.ignore_global else self._house_at(now_ms)
        return [each for each in (house, self._of(campaign, definition)) if each is not None]

    def _house_at(self, now_ms: int) -> Throttle | None:
        """Return the one over all campaigns, once what left elsewhere is counted."""
        if self._house is not None:
            for at_ms, messages, _ in self._elsewhere.upto(now_ms):
                self._house = self._house.spend(at_ms, messages)
        return self._house

    def _of(self, campaign: str, definition: Campaign) -> Throttle | None:
        """Return the campaign's own; one whose limit is another than before begins anew."""
        most = definition.delivery.messages_per_5_minutes
        if most is None:
            self._own.pop(campaign, None)
            return None
        held = self._own.get(campaign)
        if held is None or held.most != most:
            held = self._own[campaign] = _fresh(most)
        return held


def _fresh(most: int) -> Throttle:
    return Throttle.after_start(most, monotonic_ms())
