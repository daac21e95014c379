"""What lets the bot answer a person: trigger ids (once, 3 s) and response URLs (5 uses, 30 min)."""

import random
from collections.abc import Callable
from typing import Final

import msgspec

from sandbox.slack import limits
from sandbox.slack.refusal import Refused

TICKETS_MAX: Final = 2_000


class Trigger(msgspec.Struct):
    """The right to open one view for a user."""

    user: str
    channel: str | None
    issued_at: float
    used: bool = False


class ResponseTicket(msgspec.Struct):
    """The right to answer in a channel; `message_ts` is the message that was acted on, if any."""

    user: str
    channel: str
    issued_at: float
    message_ts: str | None = None
    thread_ts: str | None = None
    ephemeral: bool = False
    uses: int = 0


class Tickets:
    """All tickets that were given out, the newest `TICKETS_MAX` of each kind."""

    def __init__(
        self,
        now: Callable[[], float],
        chance: random.Random,
        trigger_seconds_max: float = limits.ANSWER_SECONDS_MAX,
    ) -> None:
        self._now = now
        self._trigger_seconds_max = trigger_seconds_max
        self._chance = chance
        self._triggers: dict[str, Trigger] = {}
        self._responses: dict[str, ResponseTicket] = {}

    def new_id(self, digits: int = 24) -> str:
        """A name that nobody else has."""
        return f"{self._chance.getrandbits(digits * 4):0{digits}x}"

    def issue_trigger(self, user: str, channel: str | None = None) -> str:
        """A trigger id in Slack's three-part form."""
        moment = int(self._now() * 1000)
        trigger = f"{moment}.{self._chance.randrange(10**12)}.{self.new_id(32)}"
        self._triggers[trigger] = Trigger(user, channel, self._now())
        if len(self._triggers) > TICKETS_MAX:
            del self._triggers[next(iter(self._triggers))]
        return trigger

    def trade_trigger(self, trigger_id: object) -> Trigger:
        """The trigger, now used; refuses a false, an old and a used one."""
        trigger = self._triggers.get(trigger_id) if isinstance(trigger_id, str) else None
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self._now() - trigger.issued_at > self._trigger_seconds_max:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def issue_response(self, ticket: ResponseTicket) -> str:
        """The secret part of a response URL."""
        key = self.new_id()
        self._responses[key] = ticket
        if len(self._responses) > TICKETS_MAX:
            del self._responses[next(iter(self._responses))]
        return key

    def use_response(self, key: str) -> ResponseTicket:
        """The ticket behind a response URL, one use poorer; refuses a false, old or used-up one."""
        ticket = self._responses.get(key)
        if ticket is None:
            raise Refused("invalid_url")
        if self._now() - ticket.issued_at > limits.RESPONSE_URL_SECONDS_MAX:
            raise Refused("expired_url")
        if ticket.uses >= limits.RESPONSE_URL_USES_MAX:
            raise Refused("used_url")
        ticket.uses += 1
        return ticket
