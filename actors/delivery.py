"""Delivery: it prepares what is due, gives every campaign its turn, and keeps to what restrains it.

Round robin over campaigns: between any two turns of backlog, every campaign with due triggers has
a turn. The order within a turn: first tries, the oldest first, and a tenth for what was tried
before.
"""

import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from random import Random

import trio
from msgspec.structs import replace

from actors.clock import NAP_SECONDS_MAX, Clock, monotonic_ms, until_sure
from actors.elsewhere import Elsewhere
from actors.loading import load
from actors.notices import Notices
from actors.pending import Holds
from actors.restraint import RESENDS_PART, Pace, Restraint
from actors.segment import ENVELOPE_BYTES, Outcome
from actors.sending import Prepared, Sending, Wire
from actors.settling import Settling
from actors.sorting import Sorting
from actors.throttling import Throttling
from domain import pace
from domain.frequency import NO_LIMITS, GlobalLimits
from store import fault_points, held_back, outbox, waiting
from store.allowance import Bounds
from store.database import Database
from store.errors import StoreError
from store.held_back import HeldBack

_log = logging.getLogger(__name__)

NAP_SECONDS_MIN = 0.05
SICK_MS = 60_000
"""How long a campaign waits whose messages could not even be prepared."""


class Delivery:
    """Sends what the campaigns decided."""

    def __init__(  # noqa: PLR0913 - the wiring names every part it is given
        self,
        store: Database,
        segment: Wire,
        *,
        pace_: Pace,
        clock: Clock,
        zone: str,
        library_version: str,
        chance: Random,
        audit_key: bytes,
        on_settled: Callable[[str], None],
        announce: Callable[[], None],
        error_id: Callable[[], str],
        house: GlobalLimits = NO_LIMITS,
        elsewhere: Callable[[], Elsewhere] = Elsewhere,
    ) -> None:
        self._store = store
        self._bounds = Bounds(house, zone)
        self._throttling = Throttling(house.messages_per_5_minutes, elsewhere())
        self._clock = clock
        self._on_settled = on_settled
        self._woken = trio.Event()
        notices = self._notices = Notices(store, clock=clock, announce=announce)
        self._restraint = Restraint(pace_, chance, elsewhere())
        self._settling = Settling(store, clock=clock, restraint=self._restraint, notices=notices)
        self._sending = Sending(
            store,
            segment,
            at_once_max=pace_.requests_at_once_max,
            clock=clock,
            restraint=self._restraint,
            settling=self._settling,
            on_settled=self._settled,
            bounds=self._bounds,
        )
        self._sorting = Sorting(
            store,
            clock=clock,
            zone=zone,
            library_version=library_version,
            notices=notices,
            audit_key=audit_key,
            halt=self._sending.halt,
            on_settled=on_settled,
            error_id=error_id,
        )
        self._rests_until: dict[str, int] = {}  # campaigns that are sick, or have sent enough
        self._last_backlog = self._last_probe = ""
        self._turns = 0

    def wake(self) -> None:
        """Say that something may be due. Never blocks."""
        self._woken.set()

    def halt(self, campaign: str) -> int:
        """Begin no new request for this campaign; return how many messages are on the wire."""
        return self._sending.halt(campaign)

    def bar(self, user: str) -> int:
        """Begin no request with this user's messages; return how many are on the wire."""
        return self._sending.bar(user)

    def holds(self) -> Holds:
        """Return what holds all campaigns' messages back now."""
        found = self._restraint.holds(self._clock.now_ms())
        return replace(found, unsure=self._clock.held)

    @property
    def halted(self) -> frozenset[str]:
        """The campaigns for which no new request begins."""
        return frozenset(self._sending.halted)

    def unhalt(self, campaign: str) -> None:
        """Let the campaign's messages go again; what failed before is forgotten."""
        self._sending.halted.discard(campaign)
        self._sorting.forget(campaign)
        self.wake()

    def _settled(self, campaign: str) -> None:
        self._on_settled(campaign)
        self.wake()

    async def send_aside(
        self,
        events: Sequence[bytes],
        *,
        wait_seconds_max: float,
        user: str = "",
        claim: Callable[[], Awaitable[bool]] | None = None,
    ) -> Outcome | None:
        """Send what is no message of a run, at the pace of all; nothing is settled.

        None: it did not go. All is held back at the moment, or its claim or its user's suppression
        said no.
        """
        return await self._sending.send_aside(
            events, wait_seconds_max=wait_seconds_max, user=user, claim=claim
        )

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Send for ever. What was in flight when the daemon ended is ambiguous from then on.

        Told to stop, it begins nothing new, and gives what is on the wire some time to settle.
        """
        now = self._clock.now_ms()

        def recover(conn: sqlite3.Connection) -> HeldBack:
            outbox.recover(conn, now_ms=now)
            return held_back.held(conn)

        held = await self._store.write(recover, urgent=True)
        fault_points.reach("recover.committed")
        self._restraint.start(held, now_ms=now)
        async with trio.open_nursery() as nursery:
            task_status.started()
            try:
                while True:
                    self._woken = trio.Event()
                    if not await self._round(nursery):
                        await self._rest()
            finally:
                self._sending.wind_up()

    async def _rest(self) -> None:
        """Sleep until woken, until the next message may go, or for one nap."""
        now = self._clock.now_ms()
        # What such a campaign has due is due all the time, and nobody may send it.
        waits_ms = {each: until - monotonic_ms() for each, until in self._rests_until.items()}
        resting = [campaign for campaign, wait_ms in waits_ms.items() if wait_ms > 0]
        naps = [NAP_SECONDS_MAX, *(waits_ms[campaign] / 1000 for campaign in resting)]
        first, again = await self._store.read(
            lambda conn: [
                waiting.next_due_ms(conn, lanes=lanes, but_of=resting)
                for lanes in (waiting.FIRST, waiting.AGAIN)
            ]
        )
        if first is not None:
            naps.append((first - now) / 1000)
        if again is not None:
            naps.append(max((again - now) / 1000, self._restraint.resends_wait_seconds()))
        with trio.move_on_after(max(min(naps), NAP_SECONDS_MIN)):
            await self._woken.wait()

    async def _round(self, nursery: trio.Nursery) -> bool:
        """Give each campaign with triggers a turn, then one with backlog; tell if any had work."""
        await until_sure(self._clock)
        await self._restraint.passed()
        if self._restraint.probing:
            return await self._probe(nursery)
        busy = False
        triggers, backlogs = await self._due(waiting.TRIGGERS, waiting.BACKLOGS)
        for campaign in triggers:
            busy |= await self._turn(campaign, waiting.TRIGGERS, nursery)
        for campaign in _rotated(backlogs, self._last_backlog):
            self._last_backlog = campaign
            if await self._turn(campaign, waiting.BACKLOGS, nursery):
                return True
        return busy

    async def _probe(self, nursery: trio.Nursery) -> bool:
        """Ask with one message whether Segment is back, best with one that may have arrived."""
        for lane in waiting.PROBES:
            (due,) = await self._due((lane, lane))
            for campaign in _rotated(due, self._last_probe):
                self._last_probe = campaign
                if await self._turn(campaign, (lane, lane), nursery):
                    return True
        return False

    async def _due(self, *several: tuple[int, int]) -> list[list[str]]:
        """Return the campaigns that have something due in these lanes, for each pair of lanes."""
        now = self._clock.now_ms()
        found = await self._store.read(
            lambda conn: [waiting.campaigns_due(conn, lanes=each, now_ms=now) for each in several]
        )
        return [[campaign for campaign in each if self._may_send(campaign)] for each in found]

    def _may_send(self, campaign: str) -> bool:
        rests_until = self._rests_until.get(campaign, 0)
        return campaign not in self._sending.halted and rests_until <= monotonic_ms()

    async def _turn(self, campaign: str, lanes: tuple[int, int], nursery: trio.Nursery) -> bool:
        """Send a campaign's share; tell whether there was any. What breaks that, harms no other."""
        try:
            return await self._send_share(campaign, lanes, nursery)
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 - one campaign must not stop the others
            _log.exception("delivery cannot prepare messages of campaign %s", campaign)
            self._rests_until[campaign] = monotonic_ms() + SICK_MS
            await self._notices.sick(campaign)
            return False

    async def _send_share(
        self, campaign: str, lanes: tuple[int, int], nursery: trio.Nursery
    ) -> bool:
        await self._restraint.passed()
        prepared = Prepared(self._clock)
        share = self._restraint.share()
        self._turns += 1
        batch = await self._store.read(
            partial(
                load,
                campaign=campaign,
                lanes=lanes,
                now_ms=self._clock.now_ms(),
                limit=share,
                reserved=share // RESENDS_PART or int(self._turns % RESENDS_PART == 0),
                again_limit=0 if lanes[0] == lanes[1] else self._restraint.resends(),
                bounds=self._bounds,
            )
        )
        if batch is None:
            return False
        definition = batch.definitions[max(batch.definitions)]
        room = self._throttling.room(campaign, definition)
        if room is not None:
            if room <= 0:
                wait_ms = self._throttling.wait_ms(campaign, definition)
                self._rests_until[campaign] = monotonic_ms() + wait_ms
                return False
            batch = replace(batch, rows=batch.rows[:room])
        ready = await self._sorting.sort_out(batch)
        for group in self._settling.batches(ready):
            parts = pace.pack(
                [len(r.wire) for r in group],
                envelope_bytes=ENVELOPE_BYTES,
                counts=[r.events for r in group],
            )
            for part in parts:
                n = await self._sending.dispatch(campaign, group[part], nursery, prepared=prepared)
                if n:
                    self._throttling.spend(campaign, definition, n)
        return True


def _rotated(ids: list[str], last: str) -> list[str]:
    """Return campaigns in the order of their ids, beginning after the one that was last."""
    return [one for one in ids if one > last] + [one for one in ids if one <= last]
