"""Slack's requests go to Bolt in worker threads, and its answers go back the moment they exist.

Bolt's own executor polls for the ack and leaves orphan listeners behind, so Bolt runs each request
to its end in one thread (`process_before_response`); the ack itself reports to Trio when a listener
gives it. Slack so has its answer while the listener still waits for the engine.
"""

import logging
from typing import Any

import trio
from slack_bolt import Ack, App, BoltRequest, BoltResponse

from bot import answers
from bot.shape import is_slacks

THREADS_MAX = 40
"""Requests under way at once. Past it a request is turned away at once rather than late."""

log = logging.getLogger(__name__)


class Dispatcher:
    """Runs Bolt for any door; its nursery ends with the bot, and its threads with it."""

    def __init__(self, app: App, nursery: trio.Nursery, threads_max: int = THREADS_MAX) -> None:
        self._app = app
        self._nursery = nursery
        self._limiter = trio.CapacityLimiter(threads_max)
        self._running = 0
        self._running_max = threads_max

    async def __call__(self, request: BoltRequest) -> BoltResponse:
        """Return Bolt's answer as soon as the listener has acknowledged, or has ended."""
        if not is_slacks(request.body):
            log.warning("A request without the shape of Slack's was turned away")
            return BoltResponse(status=400, body="this is no request of Slack")
        if self._running >= self._running_max:
            return _turned_away(request)
        first = _First()
        request.context["ack"] = EarlyAck(first)
        self._running += 1
        self._nursery.start_soon(self._run, request, first)
        return await first.wait()

    async def _run(self, request: BoltRequest, first: "_First") -> None:
        try:
            response = await trio.to_thread.run_sync(
                self._app.dispatch, request, limiter=self._limiter
            )
            first.give(response)
        except Exception:
            # Bolt answers what its listeners raise; this is for what answering itself raised.
            log.exception("A request of Slack could not be answered")
            first.give(BoltResponse(status=500))
        finally:
            self._running -= 1


class EarlyAck(Ack):
    """Bolt's ack, which tells Trio of the answer the moment a listener gives it."""

    def __init__(self, first: "_First") -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bolt left it untyped
        self._first = first

    def __call__(self, *args: Any, **kwargs: Any) -> BoltResponse:
        """Build the answer as Bolt does, and send it off."""
        response = super().__call__(*args, **kwargs)
        trio.from_thread.run_sync(self._first.give, response)
        return response


class _First:
    """The first answer that is given; later ones come too late to be sent."""

    def __init__(self) -> None:
        self._given = trio.Event()
        self._response = BoltResponse(status=500)

    def give(self, response: BoltResponse) -> None:
        if not self._given.is_set():
            self._response = response
            self._given.set()

    async def wait(self) -> BoltResponse:
        await self._given.wait()
        return self._response


def _turned_away(request: BoltRequest) -> BoltResponse:
    """Return a polite no for a command; for anything else Slack itself says to try again.

    Nothing was checked yet, so this must say nothing and change nothing.
    """
    if "command" in request.body:
        text = answers.busy().text
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": text})
    return BoltResponse(status=503)
