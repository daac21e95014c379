"""The supervisor keeps one actor per published campaign alive, each on its own.

An actor that fails is started again, alone and after a pause; past its budget the campaign is
`faulted`, with an alert, and the others go on.
"""

import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from functools import partial

import trio

from actors import durably
from actors.campaign import CampaignActor
from actors.context import Context
from actors.mailbox import Look, Mailbox
from domain.alert_text import alert_text
from domain.review import PUBLISHED, Action, State
from store import acts, announcements, campaigns
from store.copy_errors import CopyWaitsError
from store.errors import CommitFailed, Damaged, Fenced
from store.fault_points import reach

RESTARTS_MAX = 5
RESTARTS_WINDOW_SECONDS = 600.0
RESTART_WAIT_SECONDS = 1.0

_log = logging.getLogger(__name__)


class Supervisor:
    """Starts actors, hands them mail, and restarts them within a budget."""

    def __init__(self, context: Context, *, error_id: Callable[[], str]) -> None:
        self._context = context
        self._error_id = error_id
        self._mailboxes: dict[str, Mailbox] = {}
        self._nursery: trio.Nursery | None = None

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Start an actor for every published campaign, then keep them until cancelled."""
        rows = await self._context.store.read(campaigns.everyone)
        async with trio.open_nursery() as nursery:
            self._nursery = nursery
            for row in rows:
                if row.state in PUBLISHED:
                    self.look(row.id)
            task_status.started()
            await trio.sleep_forever()

    def look(self, campaign: str) -> None:
        """Tell a campaign's actor that its row has changed; start the actor if it has none."""
        mailbox = self._mailboxes.get(campaign)
        if mailbox is not None:
            mailbox.post(Look())
        elif self._nursery is not None:
            self._nursery.start_soon(self._keep, campaign)

    def rouse(self) -> None:
        """Tell every actor to look: time has not passed as it thought."""
        for mailbox in self._mailboxes.values():
            mailbox.post(Look())

    def settled(self, campaign: str) -> None:
        """Tell a campaign's actor that messages of its outbox have ended."""
        if (mailbox := self._mailboxes.get(campaign)) is not None:
            mailbox.post(Look())

    async def _keep(self, campaign: str) -> None:
        """Run one actor, and again after each failure, until it is over or its budget is."""
        failures: deque[float] = deque(maxlen=RESTARTS_MAX)
        while True:
            actor = CampaignActor(campaign, self._context)
            self._mailboxes[campaign] = actor.mailbox
            reach("supervisor.actor_begins")
            try:
                await actor.run()
            except (CommitFailed, CopyWaitsError) as failed:  # no fault of the campaign's
                _log.warning("campaign %s waits: %s", campaign, failed)
                await trio.sleep(RESTART_WAIT_SECONDS)
            except (Fenced, Damaged):  # no campaign's fault: the whole daemon stops
                raise
            except Exception as error:  # noqa: BLE001 - one campaign must not stop the others
                error_id = self._error_id()
                _log.exception("campaign %s failed, error %s", campaign, error_id)
                now = trio.current_time()
                if len(failures) == RESTARTS_MAX and now - failures[0] < RESTARTS_WINDOW_SECONDS:
                    await self._fault(campaign, f"{type(error).__name__}, error {error_id}")
                    if not actor.mailbox.waiting:  # else it was resumed at this very moment
                        return
                    failures.clear()
                failures.append(now)
                await trio.sleep(RESTART_WAIT_SECONDS)
            else:
                if not actor.mailbox.waiting:
                    return
            finally:
                del self._mailboxes[campaign]

    async def _fault(self, campaign: str, why: str) -> None:
        context = self._context
        now = context.clock.now_ms()
        row = await context.store.read(partial(campaigns.find, name_or_id=campaign))
        name = campaign if row is None else row.name
        body = alert_text(
            f"*{name}* is faulted: {why}.",
            "it sends nothing; all other campaigns go on.",
            "resume it to try again. If it fails again, whoever runs Clarion finds the error in its"
            " log.",
        )

        def fault(conn: sqlite3.Connection) -> bool:
            key = context.audit_key
            moved = acts.advance(conn, campaign, Action.FAULT, reason=why, key=key, now_ms=now)
            if isinstance(moved, State):
                subject = acts.resume_buttons(conn, campaign)
                announcements.add(conn, "notice", campaign, subject=subject, body=body, now_ms=now)
            return isinstance(moved, State)

        faulted = await durably.write(context.store, fault)
        reach("supervisor.faulted")
        if faulted:  # else nobody could resume it, and what it has still to send would wait
            context.halt_delivery(campaign)
        context.announce()
