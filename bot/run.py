"""The bot, whole: one door to Slack, the listeners behind it, and the announcer beside them."""

from collections.abc import Callable

import trio

from bot import http
from bot.announcer import Announcer
from bot.app import make_app, make_client
from bot.digests import run_digests
from bot.directory import Directory
from bot.dispatch import Dispatcher
from bot.freshening import run_freshening
from bot.home_tab import Homes
from bot.pace import Pace
from bot.ports import Desk
from bot.retries import Retries
from bot.settings import BotSettings
from bot.socket import run_socket


async def run_bot(
    settings: BotSettings,
    desk: Desk,
    *,
    now_ms: Callable[[], int],
    task_status: trio.TaskStatus[str] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Serve until cancelled; with mode `off` there is nothing to serve, and it returns.

    Started with the address it listens on in HTTP mode, else with the empty text: a Slack that
    cannot be reached does not keep the daemon from starting.
    """
    if settings.mode == "off":
        task_status.started("")
        return
    client = make_client(settings)
    async with trio.open_nursery() as nursery:
        directory = Directory(client, desk.members)
        retries = Retries()
        homes = Homes(client, desk, directory, settings, now_ms=now_ms, stuck=retries.stuck)
        app = make_app(settings, desk, directory, now_ms=now_ms, homes=homes)
        dispatch = Dispatcher(app, nursery)
        nursery.start_soon(directory.run)
        announcer = Announcer(client, desk, settings, Pace(), homes.changed, retries)
        nursery.start_soon(announcer.run)
        nursery.start_soon(homes.run)
        nursery.start_soon(run_digests, desk, settings, now_ms)
        nursery.start_soon(run_freshening, desk)
        if settings.mode == "http":
            address = await nursery.start(http.serve, settings, dispatch)
        else:
            address = ""
            nursery.start_soon(run_socket, client, settings.app_token, dispatch)
        task_status.started(address)
