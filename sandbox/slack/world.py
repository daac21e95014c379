"""Everything that the local Slack remembers, in one place, with one clock and one chance."""

import random
from collections.abc import Callable
from typing import Any, Final

from sandbox.slack import limits, workspace
from sandbox.slack.feed import Feed
from sandbox.slack.files import Files
from sandbox.slack.messages import Messages
from sandbox.slack.pace import Pace
from sandbox.slack.refusal import Complaints, Refused
from sandbox.slack.tickets import Tickets
from sandbox.slack.views import Views

DIGITS_MAX: Final = 12
PAGE_ITEMS_MAX: Final = 1_000


class World:
    """The state behind the Web API, the page and the deliveries; `base` is the server's URL.

    The bot acknowledges what it gets, and uses a trigger, within `answer_seconds_max`.
    `is_read_only`: of the bot's direct messages, as its manifest may turn them.
    """

    def __init__(
        self,
        now: Callable[[], float],
        seed: int,
        answer_seconds_max: float = limits.ANSWER_SECONDS_MAX,
        *,
        is_read_only: bool = False,
    ) -> None:
        chance = random.Random(seed)
        self.now = now
        self.answer_seconds_max = answer_seconds_max
        self.chance = chance
        self.base = ""
        self.is_read_only = is_read_only
        self.feed = Feed()
        self.complaints = Complaints()
        self.tickets = Tickets(now, chance, answer_seconds_max)
        self.pace = Pace(now)
        self.messages = Messages(now, self.feed)
        self.files = Files(now, self.tickets.new_id)
        self.views = Views(now, chance, self.feed, self.files.is_ready)
        self.read_up_to: dict[tuple[str, str], str] = {}

    def complain(self, what: str, error: str, *messages: str) -> None:
        """Note something that the bot did wrong."""
        self.complaints.add(self.now(), what, error, *messages)
        self.feed.changed()

    def channel(self, given: object) -> workspace.Channel:
        """The channel that an API call names, by id, or by name as Slack still allows."""
        name = str(given or "").removeprefix("#")
        found = workspace.find_channel(name)
        if found is None:
            found = next((c for c in workspace.CHANNELS.values() if c.name == name), None)
        if found is None:
            raise Refused("channel_not_found")
        return found

    def person(self, given: object) -> workspace.Person:
        """The person that an API call names by id."""
        person = workspace.PEOPLE.get(given) if isinstance(given, str) else None
        if person is None:
            raise Refused("user_not_found")
        return person

    def response_url(self, key: str) -> str:
        """The address of a response ticket."""
        return f"{self.base}/response/{key}"

    def permalink(self, channel: str, ts: str, thread_ts: str | None) -> str:
        """The address of one message on the page."""
        link = f"{self.base}/archives/{channel}/p{ts.replace('.', '')}"
        return f"{link}?thread_ts={thread_ts}&cid={channel}" if thread_ts else link


def whole_number(value: object) -> int | None:
    """A number argument, which a form sends as text; None for anything else."""
    digits = str(value)
    return int(digits) if digits.isdecimal() and len(digits) <= DIGITS_MAX else None


def page_of(items: list[Any], args: dict[str, Any], usual: int) -> tuple[list[Any], str]:
    """One page of a list and the cursor of the next (empty at the end)."""
    start = whole_number(str(args.get("cursor") or "0").removeprefix("after_"))
    limit = whole_number(args.get("limit") or usual)
    if start is None:
        raise Refused("invalid_cursor")
    if limit is None or not 0 < limit <= PAGE_ITEMS_MAX:
        raise Refused("invalid_limit")
    end = start + limit
    return items[start:end], f"after_{end}" if end < len(items) else ""
