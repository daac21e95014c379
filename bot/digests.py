"""What is told once a day, at a time of the account's: the digests, and the audit log's head."""

from collections.abc import Callable
from datetime import time, timedelta

import trio

from actors.mail_report import MakeDigests, TellHead
from bot.line import log
from bot.ports import Desk
from bot.settings import BotSettings
from domain.zones import local_wall, resolve_local
from store.errors import StoreError

HEAD_TIME = time(9)
"""When the head is told where there are no digests."""
NAP_SECONDS_MAX = 900.0
"""A clock may be put right meanwhile, so no sleep towards a date is longer."""


async def run_digests(desk: Desk, settings: BotSettings, now_ms: Callable[[], int]) -> None:
    """Ask once a day, until cancelled; a daemon that starts after the time asks at once.

    The desk makes one digest a day of a campaign and tells one head, however often it is asked.
    Who wants no digests has the head all the same.
    """
    asked = ""
    while True:
        now = now_ms()
        day, due_ms = digest_day(now, settings)
        if asked != day and now >= due_ms:
            try:
                if settings.digest:
                    await desk.ask(MakeDigests(day))
                await desk.ask(TellHead(day))
                asked = day
            except StoreError as error:
                log.warning("The digests of %s wait: %s", day, error)
        later = due_ms if now < due_ms else _tomorrow(now, settings)
        await trio.sleep(min(max(later - now_ms(), 1_000) / 1_000, NAP_SECONDS_MAX))


def digest_day(now_ms: int, settings: BotSettings) -> tuple[str, int]:
    """Return today in the account's zone, and when its digest is due."""
    today = local_wall(now_ms, settings.zone).date()
    return today.isoformat(), resolve_local(today, _time(settings), settings.zone)


def _tomorrow(now_ms: int, settings: BotSettings) -> int:
    tomorrow = local_wall(now_ms, settings.zone).date() + timedelta(days=1)
    return resolve_local(tomorrow, _time(settings), settings.zone)


def _time(settings: BotSettings) -> time:
    return settings.digest_time if settings.digest else HEAD_TIME
