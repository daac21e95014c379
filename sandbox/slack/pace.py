"""Slack's rate limits: a tier for each method, and one message a second for each channel."""

import math
from collections.abc import Callable
from typing import Final

from sandbox.slack import limits
from sandbox.slack.refusal import Refused

_TIER_1, _TIER_2, _TIER_3, _TIER_4, _SPECIAL = 1, 20, 50, 100, 600

PER_MINUTE: Final = {
    "apps.connections.open": _TIER_1 * 30,  # documented as Tier 1, with room for reconnections
    "auth.test": _SPECIAL,
    "bots.info": _TIER_3,
    "api.test": _TIER_4,
    "chat.postMessage": _SPECIAL,  # limited by channel instead
    "chat.postEphemeral": _TIER_4,
    "chat.update": _TIER_3,
    "chat.delete": _TIER_3,
    "chat.getPermalink": _SPECIAL,
    "conversations.list": _TIER_2,
    "conversations.info": _TIER_3,
    "conversations.members": _TIER_4,
    "conversations.history": _TIER_3,
    "conversations.replies": _TIER_3,
    "conversations.open": _TIER_3,
    "files.getUploadURLExternal": _TIER_4,
    "files.completeUploadExternal": _TIER_4,
    "files.info": _TIER_4,
    "team.info": _TIER_3,
    "usergroups.list": _TIER_2,
    "usergroups.users.list": _TIER_2,
    "users.info": _TIER_4,
    "users.list": _TIER_2,
    "views.open": _TIER_4,
    "views.push": _TIER_4,
    "views.update": _TIER_4,
    "views.publish": _TIER_4,
}


class _Bucket:
    """Room for `most` calls at once, refilled at `per_second`."""

    def __init__(self, most: float, per_second: float, now: float) -> None:
        self._most = most
        self._per_second = per_second
        self._room = most
        self._at = now

    def take(self, now: float) -> float:
        """Take one call; the seconds to wait for it, 0 when it may go."""
        self._room = min(self._most, self._room + (now - self._at) * self._per_second)
        self._at = now
        if self._room < 1:
            return (1 - self._room) / self._per_second
        self._room -= 1
        return 0


class Pace:
    """Refuses a call that comes too soon, with the whole seconds to wait."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._buckets: dict[str, _Bucket] = {}

    def check_method(self, method: str) -> None:
        """Count one call of a method."""
        most = PER_MINUTE[method]
        self._take(method, most, most / 60)

    def check_post(self, channel: str) -> None:
        """Count one message to a channel: a short burst, then one a second."""
        self._take(f"post {channel}", limits.POST_BURST_MAX, limits.POST_PER_SECOND)

    def _take(self, key: str, most: float, per_second: float) -> None:
        now = self._now()
        bucket = self._buckets.setdefault(key, _Bucket(most, per_second, now))
        wait = bucket.take(now)
        if wait:
            raise Refused("ratelimited", retry_after=max(1, math.ceil(wait)))
