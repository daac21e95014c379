"""The daily digest: at a time of the account's day the desk is asked which campaigns need one."""

from collections.abc import Callable
from datetime import timedelta

import trio

from actors.mail_report import MakeDigests
from bot.line import log
from bot.ports import Desk
from bot.settings import BotSettings
from domain.zones import local_wall, resolve_local
from store.errors import StoreError

NAP_SECONDS_MAX = 900.0
"""A clock may be put right meanwhile, so no sleep towards a date is longer."""


async def run_digests(desk: Desk, settings: BotSettings, now_ms: Callable[[], int]) -> None:
    """Ask once a day, until cancelled; a daemon that starts after the time asks at once.

    The desk makes one digest a day of a campaign, however often it is asked.
    """
    if settings.digest == "":
        return
    asked = ""
    while True:
        now = now_ms()
        day, due_ms = digest_day(now, settings)
        if asked != day and now >= due_ms:
            try:
                await desk.ask(MakeDigests(day))
                asked = day
            except StoreError as error:
                log.warning("The digests of %s wait: %s", day, error)
        later = due_ms if now < due_ms else _tomorrow(now, settings)
        await trio.sleep(min(max(later - now_ms(), 1_000) / 1_000, NAP_SECONDS_MAX))


def digest_day(now_ms: int, settings: BotSettings) -> tuple[str, int]:
    """Return today in the account's zone, and when its digest is due."""
    today = local_wall(now_ms, settings.zone).date()
    return today.isoformat(), resolve_local(today, settings.digest_time, settings.zone)


def _tomorrow(now_ms: int, settings: BotSettings) -> int:
    tomorrow = local_wall(now_ms, settings.zone).date() + timedelta(days=1)
    return resolve_local(tomorrow, settings.digest_time, settings.zone)
