"""When what Slack did not take is tried again, and how long it has been waiting."""

import logging

import trio
from msgspec import Struct
from slack_sdk.errors import SlackApiError

from actors.mail import Announcement
from bot.line import SLACK_FAILED, reason

RETRY_SECONDS = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)

log = logging.getLogger(__name__)


class Stuck(Struct, frozen=True):
    """What waits for Slack: how many, for how many seconds the first of them, and Slack's word."""

    waiting: int
    seconds: float
    why: str


class _Failed(Struct, frozen=True):
    times: int
    since: float
    not_before: float
    why: str


class Retries:
    """What failed, by the ids of announcements, in Trio's time; in memory only."""

    def __init__(self) -> None:
        self._failed: dict[int, _Failed] = {}

    def keep(self, ids: set[int]) -> None:
        """Forget what is not to be told any more."""
        self._failed = {i: failed for i, failed in self._failed.items() if i in ids}

    def waits(self, announcement: Announcement) -> bool:
        """Tell whether it is too early to try this one again."""
        failed = self._failed.get(announcement.id)
        return failed is not None and failed.not_before > trio.current_time()

    def put_off(self, announcement: Announcement, error: Exception) -> None:
        """Take note that it failed; it waits longer each time, or as long as Slack asks."""
        now = trio.current_time()
        before = self._failed.get(announcement.id)
        times = before.times if before else 0
        wait = RETRY_SECONDS[min(times, len(RETRY_SECONDS) - 1)]
        if (asked := _retry_after(error)) is not None:
            wait = max(wait, asked)
        self._failed[announcement.id] = _Failed(
            times + 1, before.since if before else now, now + wait, reason(error)
        )
        if not isinstance(error, SLACK_FAILED):
            log.error("A %s could not be made", announcement.kind, exc_info=error)
        what = (announcement.kind, announcement.campaign, reason(error), wait)
        # A day without Slack is told at its beginning, and not each minute.
        level = logging.WARNING if times < len(RETRY_SECONDS) else logging.DEBUG
        log.log(level, "A %s of campaign %s could not be posted (%s); again in %g s", *what)

    def told(self, announcement: Announcement) -> None:
        """Take note that it arrived."""
        self._failed.pop(announcement.id, None)

    def stuck(self) -> Stuck | None:
        """Return what has failed and was not told since; None: nothing."""
        if not self._failed:
            return None
        first = min(self._failed.values(), key=lambda failed: failed.since)
        return Stuck(len(self._failed), trio.current_time() - first.since, first.why)


def _retry_after(error: Exception) -> float | None:
    """Return how long Slack asks to wait, in seconds."""
    if not isinstance(error, SlackApiError):
        return None
    headers = getattr(error.response, "headers", None) or {}
    value = next((headers[name] for name in headers if name.lower() == "retry-after"), None)
    text = str(value[0] if isinstance(value, list) else value)
    return float(text) if text.isascii() and text.isdigit() else None
