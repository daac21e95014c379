"""Beforehand: what is submitted for review is rehearsed in the background, for whoever decides.

The submission itself asks for it, in its own transaction, so a restart loses none. It is played in
a process of its own, when nobody waits for another; the review waits for nothing of it. Its card
tells meanwhile how far it is.
"""

import logging
from contextlib import suppress
from functools import partial

import msgspec
import trio

from actors import durably
from actors.context import Context
from actors.mail import Refused
from actors.mail_rehearsal import FEWER_DAYS, Rehearse, Rehearsed
from actors.rehearsals import Rehearsals, Stands
from store import announcements, rehearsals
from store.errors import StoreError
from store.rehearsals import Asked

SHORTER_DAYS = (7, 1)
"""So many are tried where there is too much to play."""
PLAY_SECONDS_MAX = 1_500
"""Nobody waits for it, so a machine that is busy may take its time."""
SECONDS_MAX = 1_800.0
"""What it copies before takes a few minutes more."""
CARD_SECONDS = 5.0
"""A card is drawn anew no sooner: Slack takes one message a second in a channel."""
CARD_PERCENT = 5
"""Nor for less than so much more: each time its reach is counted anew too."""
STUCK = Refused(what="The rehearsal took too long.", fix=FEWER_DAYS)
FAILED = Refused(what="The rehearsal could not be played.", fix="The daemon's log says why.")

_log = logging.getLogger(__name__)


class Beforehand:
    """Rehearses the last `days` for every review, one after the other; 0: none."""

    def __init__(self, context: Context, turns: Rehearsals, days: int) -> None:
        self._context = context
        self._turns = turns
        self.days = days if context.rehearse is not None else 0
        self._asked = trio.Event()

    def look(self) -> None:
        """Say that something may have been submitted. Never blocks."""
        self._asked.set()

    def stands(self, campaign: str) -> Stands | None:
        """Say how far the rehearsal of a campaign is; None: it is not its turn."""
        return self._turns.stands(campaign)

    async def run(self) -> None:
        """Rehearse, for ever."""
        while True:
            self._asked = trio.Event()
            one = await self._context.store.read(rehearsals.next_one)
            if one is None:
                await self._asked.wait()
                continue
            await self._rehearse(one)

    async def _rehearse(self, one: Asked) -> None:
        try:
            answer = await self._play(one)
        except Exception as error:  # noqa: BLE001 - a rehearsal that fails must stop nothing else
            name = self._context.error_id()
            _log.warning("a rehearsal failed: %s (error %s)", type(error).__name__, name)
            answer = FAILED
        if answer is None:
            return  # its turn comes again
        if isinstance(answer, Rehearsed):
            answer = msgspec.structs.replace(answer, examples=())  # what is kept names no user
        now = self._context.clock.now_ms()
        kept = msgspec.json.encode(answer)
        await durably.write(
            self._context.store, partial(rehearsals.finish, one=one, answer=kept, now_ms=now)
        )
        self._context.announce()

    async def _play(self, one: Asked) -> Rehearsed | Refused | None:
        """Play so many days, or fewer where there is too much; None: it gave way."""
        answer: Rehearsed | Refused | None = STUCK
        with trio.move_on_after(SECONDS_MAX):
            for days in (self.days, *(few for few in SHORTER_DAYS if few < self.days)):
                answer = await self._shown(Rehearse(one.campaign, days, PLAY_SECONDS_MAX))
                if not isinstance(answer, Refused) or answer.fix != FEWER_DAYS:
                    break
        return answer

    async def _shown(self, request: Rehearse) -> Rehearsed | Refused | None:
        """Play it, and have its card tell how far it is."""
        failure: Exception | None = None
        answer: Rehearsed | Refused | None = None
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._tell, request.name)
            try:
                answer = await self._turns.beforehand(request)
            except Exception as error:  # noqa: BLE001 - raised below, and not as a group
                failure = error
            nursery.cancel_scope.cancel()
        if failure is not None:
            raise failure
        return answer

    async def _tell(self, campaign: str) -> None:
        """Have the card of a campaign drawn anew each time that it is further, until cancelled."""
        told = 0
        while True:
            await trio.sleep(CARD_SECONDS)
            now = self._turns.stands(campaign)
            if now is None or abs(now.percent - told) < CARD_PERCENT:
                continue
            job = partial(
                announcements.freshen,
                campaigns=(campaign,),
                now_ms=self._context.clock.now_ms(),
            )
            with suppress(StoreError):  # a full disk: the next one tells it
                await self._context.store.write(job)
                self._context.announce()
                told = now.percent
