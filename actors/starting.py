"""The next run of a past-behaviour campaign: begun when it falls due, called missed when too late.

Runs of one campaign do not overlap: one that falls due while another is sent waits for it, and is
skipped if that takes too long. A held run that nobody answered makes way for the next one.
"""

import math
import sqlite3
from collections.abc import Callable
from functools import partial
from itertools import takewhile

from msgspec import Struct

from actors.clock import NAP_SECONDS_MAX
from actors.context import Context
from actors.onward import more, others, outcome
from domain import schedule
from domain.campaign import Campaign, When
from domain.personal import late_ms_max
from domain.review import Action, State
from domain.schedule import Slot
from domain.slots import is_missed
from store import acts, adoption, announcements, books, campaigns, runs
from store.announcements import Buttons
from store.campaigns import CampaignRow
from store.fault_points import reach
from store.runs import Run

LATE = "it was more than 2 hours late"
CUT_OFF = "its cut-off had passed"
USED = "its time had come before the database was restored, so it may have been sent then"
OVERLAP = "the run before it was not over until then"
UNANSWERED = "Nobody answered before the next run fell due: the held one is skipped."


class Due(Struct, frozen=True):
    """The runs that fell due since the last one, the earliest first, and the one that follows."""

    slots: tuple[Slot, ...]
    next: Slot | None


class Lost(Struct, frozen=True):
    """A run that does not happen: how its row ends, and why in words."""

    slot: Slot
    state: str
    why: str


async def commit_start(context: Context, job: Callable[[sqlite3.Connection], object]) -> None:
    """Write down that a campaign, or a run of it, begins; its card is told."""
    reach("campaign.start_begins")
    await context.store.write(job)
    reach("campaign.started")
    context.announce()


class Starting:
    """Begins the runs of one campaign."""

    def __init__(self, campaign: str, context: Context) -> None:
        self._id = campaign
        self._context = context

    async def look(self, row: CampaignRow, definition: Campaign) -> float:
        """Begin what is due; return after how many seconds to look again."""
        if row.state is State.BLOCKED and definition.limits.stop_on_block:
            return math.inf
        context, now = self._context, self._context.clock.now_ms()
        every = await context.store.read(partial(runs.of_campaign, campaign=self._id))
        found = due(row, definition, every, now_ms=now, zone=context.zone)
        if not found.slots:
            if found.next is None:
                return await self._end(row, every)
            return _seconds(found.next, now)
        when = definition.when
        await commit_start(context, partial(self._begin, row=row, when=when, due=found, now_ms=now))
        return 0.0

    async def beside(self, row: CampaignRow, definition: Campaign) -> float:
        """Begin what is due while users of the runs before still wait for times of their own.

        Return after how many seconds to look again.
        """
        context, now = self._context, self._context.clock.now_ms()
        every = await context.store.read(partial(runs.of_campaign, campaign=self._id))
        found = due(row, definition, every, now_ms=now, zone=context.zone)
        if not found.slots:
            return math.inf if found.next is None else _seconds(found.next, now)
        when = definition.when
        await commit_start(context, partial(self._begin, row=row, when=when, due=found, now_ms=now))
        return 0.0

    async def _end(self, row: CampaignRow, every: list[Run]) -> float:
        """Complete a campaign that has no run left: a restore closed the last, or none was due."""
        if row.state is State.BLOCKED:
            return math.inf  # the last one waits for a person
        now = self._context.clock.now_ms()

        def end(conn: sqlite3.Connection) -> None:
            current = campaigns.find(conn, self._id)
            if current is None or (current.published, current.state) != (row.published, row.state):
                return
            reason, said = "missed", "It has no run left."
            if every and every[-1].state == "missed":
                reason, said = "given_up", f"The run of {every[-1].run} was given up."
            elif every:
                reason, said = outcome(books.of_run(conn, self._id, every[-1].run))
            self._advance(conn, Action.COMPLETE, reason=reason, say=said, now_ms=now)

        await self._context.store.write(end)
        self._context.announce()
        return 0.0

    def _begin(
        self, conn: sqlite3.Connection, *, row: CampaignRow, when: When, due: Due, now_ms: int
    ) -> None:
        """Begin the first run that is not too late; those after it wait for its end."""
        current = campaigns.find(conn, self._id)
        if current is None or (current.published, current.state) != (row.published, row.state):
            return  # it was taken back, paused or answered meanwhile: look again
        assert row.published is not None, "a campaign with a schedule was published"
        before = runs.of_campaign(conn, self._id)
        if row.state is State.BLOCKED:
            self._make_way(conn, before[-1], now_ms=now_ms)
        lost = []
        zone = row.zone_in(self._context.zone)
        for slot in due.slots:
            cutoff = schedule.cutoff_ms(when, slot.name, account_zone=zone)
            late = too_late(slot.due_ms, now_ms, cutoff, when)
            why = why_lost(conn, slot, before, late)
            runs.begin(conn, self._id, slot.name, row.published, due_ms=slot.due_ms, now_ms=now_ms)
            if why is None:
                self._start(conn, slot, now_ms=now_ms)
                break
            lost.append(Lost(slot, *why))
            runs.set_state(conn, self._id, slot.name, why[0], now_ms=now_ms)
        if lost:
            self._tell(conn, row, lost, due, now_ms=now_ms)

    def _start(self, conn: sqlite3.Connection, slot: Slot, *, now_ms: int) -> None:
        """Let the campaign run, which it does already beside a run whose users still wait."""
        if not self._runs(conn):
            self._advance(conn, Action.START, now_ms=now_ms)
            return
        self._record(conn, Action.START, slot.name, now_ms=now_ms)

    def _make_way(self, conn: sqlite3.Connection, held: Run, *, now_ms: int) -> None:
        runs.skip(conn, held, by="", now_ms=now_ms)
        reason = "run skipped"
        action = Action.RELEASE if others(conn, held) else Action.FINISH_RUN
        self._advance(conn, action, reason=reason, say=UNANSWERED, now_ms=now_ms)
        announcements.add(conn, "alert", self._id, subject=held.run, now_ms=now_ms)

    def _tell(
        self,
        conn: sqlite3.Connection,
        row: CampaignRow,
        lost: list[Lost],
        due: Due,
        *,
        now_ms: int,
    ) -> None:
        """Say what was missed, under the card and in the channel; without a run left it is over."""
        first = lost[0]
        said = f"The run of {first.slot.name} was missed: {first.why}."
        if len(lost) > 1:
            said = f"{len(lost)} runs were missed, the last of them {lost[-1].slot.name}: "
            said += f"{lost[-1].why}."
        goes_on = due.slots[len(lost)] if len(lost) < len(due.slots) else None
        over = goes_on is None and due.next is None and not self._runs(conn)
        if goes_on is not None:
            fix = f"The run of {goes_on.name} goes on."
        elif due.next is not None:
            fix = f"The next run is that of {due.next.name}."
        else:
            fix = "Draft it again with a new time."
        if over:
            reason = "given_up" if first.why == USED else "missed"
            self._advance(conn, Action.COMPLETE, reason=reason, say=said, now_ms=now_ms)
        else:
            self._record(conn, "miss", lost[-1].slot.name, now_ms=now_ms)
        body = f"*{row.name}*: {said} {fix}"
        subject = Buttons.AGAIN.about() if goes_on is None and due.next is None else ""
        announcements.add(conn, "notice", self._id, subject=subject, body=body, now_ms=now_ms)

    def _runs(self, conn: sqlite3.Connection) -> bool:
        current = campaigns.find(conn, self._id)
        return current is not None and current.state is State.RUNNING

    def _record(self, conn: sqlite3.Connection, action: str, run: str, *, now_ms: int) -> None:
        acts.record(
            conn,
            who=acts.ENGINE,
            action=action,
            campaign=self._id,
            detail=run,
            key=self._context.audit_key,
            now_ms=now_ms,
        )

    def _advance(
        self,
        conn: sqlite3.Connection,
        action: Action,
        *,
        reason: str = "",
        say: str = "",
        now_ms: int,
    ) -> None:
        key = self._context.audit_key
        moved = acts.advance(conn, self._id, action, reason=reason, say=say, key=key, now_ms=now_ms)
        assert isinstance(moved, State), "the state was looked at in this transaction"


def _seconds(slot: Slot, now_ms: int) -> float:
    return min((slot.due_ms - now_ms) / 1000, NAP_SECONDS_MAX)


def due(row: CampaignRow, definition: Campaign, every: list[Run], *, now_ms: int, zone: str) -> Due:
    """Return the runs that have fallen due since the last one began, and the one after them."""
    assert row.published_ms is not None, "a scheduled campaign was published"
    if every and schedule.is_now(definition.when):
        return Due((), None)
    last_ms = max((run.due_ms for run in every), default=None)
    fresh = schedule.runs(
        definition.when,
        published_ms=row.published_ms,
        account_zone=row.zone_in(zone),
        after_ms=last_ms,
    )
    found = list(takewhile(lambda slot: slot.due_ms <= now_ms, fresh))
    upto_ms = now_ms if last_ms is None else max(now_ms, last_ms)
    return Due(tuple(found), more(row, definition, upto_ms, zone=zone))


def too_late(due_ms: int, now_ms: int, cutoff_ms: int | None, when: When) -> str:
    """Say why a run may not begin any more; empty: it may, if only for who is still due."""
    latest_ms = due_ms + late_ms_max(when.personal) - schedule.LATE_MS_MAX
    if not is_missed(latest_ms, now_ms, cutoff_ms):
        return ""
    return LATE if now_ms - latest_ms > schedule.LATE_MS_MAX else CUT_OFF


def why_lost(
    conn: sqlite3.Connection, slot: Slot, before: list[Run], late: str
) -> tuple[str, str] | None:
    """Return how a run that fell due ends without having begun, and why; None: it may begin."""
    if adoption.was_before(conn, slot.due_ms):
        return "missed", USED
    if not late:
        return None
    if before and before[-1].updated_ms > slot.due_ms and before[-1].state == "done":
        return "skipped_overlap", OVERLAP
    return "missed", late
