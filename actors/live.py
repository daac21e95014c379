"""A live campaign at work: it pulls events from its own cursor and decides about each user.

Cursor, counters and messages are written in one transaction, so a crash replays from the cursor
and every event is considered exactly once.
"""

import math
import sqlite3
from collections.abc import Sequence
from functools import partial

import trio
from msgspec import structs

from actors import surging
from actors.clock import NAP_SECONDS_MAX
from actors.completing import complete, over
from actors.context import Context
from actors.firing import Firing
from actors.isolation import Broken, apart
from actors.judging import Judging
from actors.mailbox import Mailbox
from actors.page import Known, Page, sort_out
from actors.robots import Question
from actors.trial_waits import wait_for_messages
from actors.winning import choose_winners
from domain import schedule
from domain.campaign import Campaign
from domain.facts import Event
from domain.listening import Listener
from domain.review import State
from domain.timely import is_timely
from domain.timer import Wait
from domain.verdict import Verdict
from store import admission, caps, log, poison
from store.admission import Admission, Admitted, Decision, LiveBatch, Merged
from store.campaigns import CampaignRow
from store.caps import Cap
from store.fault_points import reach
from store.log import Unreadable
from store.past import repeats
from store.poison import Poison

EVENTS_PAGE_MAX = 500
CURSOR_GAP_MAX = 20_000
"""A cursor that only passes other campaigns' events is written this seldom."""
HISTORY_LONG = 500
"""From so many events on others have a turn before each that is judged: a page takes long."""
GONE = "EventGone"
"""The kind of the error when the event is no longer in the log."""


class Live:
    """Considers events while the campaign runs, and completes it when its time or cap is over."""

    def __init__(
        self, campaign: str, definition: Campaign, context: Context, mailbox: Mailbox
    ) -> None:
        assert definition.trigger is not None, "a live campaign has a trigger"
        self._id = campaign
        self._definition = definition
        self._first_time = definition.trigger.first_time
        self._context = context
        self._judging = Judging(campaign, definition, context)
        self._listener = Listener(definition.trigger)
        self._firing = Firing(campaign, self._judging, self._listener, context)
        self._ends_ms = schedule.ends_ms(definition.when, account_zone=context.zone)
        for name in self._listener.names:
            context.router.subscribe(campaign, name, mailbox)

    async def work(self, row: CampaignRow) -> float:
        """Consider every event that is new and what is due, then see whether it is all over."""
        assert row.published is not None, "a running campaign has a published revision"
        drops = self._definition.on_pause == "drop"
        if row.state is State.RUNNING or drops:
            while await self._consider(row):
                pass
        why = await over(self._id, row.state, self._ends_ms, self._context)
        if why is not None:
            await self._firing.drain(row, why)
            if await complete(self._id, row.state, self._ends_ms, self._context):
                return 0.0
        else:
            await self._firing.fire(row)
        return await self._nap(row)

    async def _nap(self, row: CampaignRow) -> float:
        """Return after how many seconds something is due, at the latest."""
        await wait_for_messages(self._id, admission.LIVE, self._definition, self._context)
        wait = await choose_winners(self._id, self._definition, self._context)
        due = await self._firing.wait_seconds(row)
        left = math.inf if self._ends_ms is None else self._ends_ms - self._context.clock.now_ms()
        return min(wait, due, left / 1000 if left > 0 else NAP_SECONDS_MAX, NAP_SECONDS_MAX)

    async def _consider(self, row: CampaignRow) -> bool:
        """Consider one page; tell whether there may be more."""
        revision = row.published
        assert revision is not None, "work() asks this of a published campaign only"
        now = self._context.clock.now_ms()
        page = await self._context.store.read(lambda conn: self._page(conn, revision, now))
        if page is None:
            return False
        if page.aside:
            await self._consider_aside(row, revision)
        if not page.length and page.upto - page.after < CURSOR_GAP_MAX:
            return False
        reach("live.page_read")
        answer = await self._admit(page, row, revision)
        full = page.length == EVENTS_PAGE_MAX
        return isinstance(answer, Merged) or (isinstance(answer, Admitted) and full)

    async def _consider_aside(self, row: CampaignRow, revision: int) -> None:
        """Consider anew what a person asked for, and tell people what they were not told yet."""
        now = self._context.clock.now_ms()
        if row.state is State.RUNNING:
            page = await self._context.store.read(
                lambda conn: self._page_again(conn, revision, now)
            )
            if page is not None and page.length:
                await self._admit(page, row, revision)
        now = self._context.clock.now_ms()
        await self._context.store.write(
            partial(poison.tell, campaign=self._id, name=row.name, now_ms=now)
        )
        self._context.announce()

    async def _admit(self, page: Page, row: CampaignRow, revision: int) -> Admission:
        """Decide about each event of a page, and write everything in one transaction.

        An event that breaks is set aside in that same transaction, and the others go on.
        """
        now = self._context.clock.now_ms()
        decisions, aside = await self._judge_all(page, now)
        limits = self._definition.limits
        batch = LiveBatch(
            campaign=self._id,
            revision=revision,
            after=page.after,
            upto=page.upto,
            decisions=decisions,
            total=None if limits.cap_total is None else Cap(caps.TOTAL, limits.cap_total),
            per_day=limits.cap_per_day,
            on_pause_drop=self._definition.on_pause == "drop" and not page.again,
            listener=self._listener if self._listener.waits else None,
            clears=page.events,
            bounds=self._context.bounds,
            per_hour=limits.safety_per_hour,
        )

        def admit(conn: sqlite3.Connection) -> Admission:
            answer = admission.admit(conn, batch, now_ms=now)
            if not isinstance(answer, Admitted):
                return answer
            if answer.surged:
                surging.pause(
                    conn,
                    self._id,
                    limits.safety_per_hour,
                    key=key,
                    letter=self._context.post is not None,
                    now_ms=now,
                )
                upto = admission.cursor(conn, self._id, revision)
                aside[:] = [one for one in aside if upto is None or one.event_seq <= upto]
            poison.set_aside(conn, aside)
            if page.again:
                poison.considered(conn, self._id, [event.seq for event in page.events])
            if aside:
                reach("live.set_aside")
                poison.tell(conn, self._id, row.name, now_ms=now)
            return answer

        key = self._context.audit_key
        reach("live.admission_begins")
        answer = await self._context.store.write(admit)
        reach("live.admitted")
        surging.follow(self._context, self._id, answer, told=bool(aside))
        return answer

    def _page(self, conn: sqlite3.Connection, revision: int, now_ms: int) -> Page | None:
        after = admission.cursor(conn, self._id, revision)
        if after is None:
            return None
        upto = log.last_seq(conn)
        found = log.events_after(
            conn, self._listener.names, after=after, upto=upto, limit=EVENTS_PAGE_MAX
        )
        if len(found) == EVENTS_PAGE_MAX:
            upto = found[-1].seq
        events, unreadable = sort_out(found)
        return Page(
            after=after,
            upto=upto,
            length=len(found),
            events=events,
            unreadable=unreadable,
            known=self._know(conn, events, upto=upto, now_ms=now_ms),
            aside=poison.waits(conn, self._id, now_ms=now_ms),
        )

    def _page_again(self, conn: sqlite3.Connection, revision: int, now_ms: int) -> Page | None:
        """Return what a person wants considered anew, as a page that leaves the cursor alone."""
        after = admission.cursor(conn, self._id, revision)
        if after is None:
            return None
        asked = poison.again(conn, self._id, limit=EVENTS_PAGE_MAX)
        events, unreadable = sort_out(log.events_at(conn, [one.event_seq for one in asked]))
        there = {one.seq for one in events} | {one.seq for one in unreadable}
        gone = [Unreadable(p.event_seq, p.user, GONE) for p in asked if p.event_seq not in there]
        return Page(
            after=after,
            upto=after,
            length=len(asked),
            events=events,
            unreadable=[*unreadable, *gone],
            known=self._know(conn, events, upto=log.last_seq(conn), now_ms=now_ms),
            again=True,
        )

    def _know(
        self, conn: sqlite3.Connection, events: Sequence[Event], *, upto: int, now_ms: int
    ) -> Known:
        """Read whose profile and history matter; a trigger that breaks is found again later."""
        begins = self._begin(events)
        known = self._judging.know(conn, {event.user for event in begins}, upto=upto, now_ms=now_ms)
        if not self._first_time:
            return known
        again = repeats(conn, begins, self._listener.starting)
        return structs.replace(known, repeats=again)

    def _begin(self, events: Sequence[Event]) -> list[Event]:
        """Return those that are triggers; and those that break the question, to be told later."""
        return [event for event in events if apart(partial(self._is_trigger, event))]

    def _is_trigger(self, event: Event) -> bool:
        return is_timely(event, self._ends_ms) and self._listener.begins(event)

    async def _judge_all(self, page: Page, now_ms: int) -> tuple[list[Decision], list[Poison]]:
        """Return the decisions, and the events that broke, each with an id that the log has too."""
        decisions: list[Decision] = []
        broken = [(one.seq, one.user, Broken(one.error)) for one in page.unreadable]
        known = page.known
        if known.robots:
            asked = [self._question(event, now_ms) for event in self._begin(page.events)]
            asked = [one for one in asked if one.about not in known.repeats]
            known = await self._judging.ask(known, asked)
        for event in page.events:
            if len(known.history.get(event.user, ())) >= HISTORY_LONG:
                await trio.lowlevel.checkpoint()  # others have a turn between such events
            decided: Decision | Broken | None = known.broken.get(event.user)
            if decided is None:
                decided = apart(partial(self._decide, event, known, now_ms))
            if isinstance(decided, Broken):
                broken.append((event.seq, event.user, decided))
            elif decided is not None:
                decisions.append(decided)
        return decisions, [self._judging.poison(*one, now_ms=now_ms) for one in broken]

    def _question(self, event: Event, now_ms: int) -> Question:
        at_ms = max(now_ms, event.time_ms)  # a clock that is a little fast hides nothing
        return Question(event.seq, event.user, event.seq, at_ms)

    def _decide(self, event: Event, known: Known, now_ms: int) -> Decision | Broken | None:
        """Return what becomes of the event's user, or None: it is not for this campaign."""
        if not self._is_trigger(event):
            return None
        if event.seq in known.repeats:
            return None
        user = known.users.get(event.user)
        if user is None:
            return None
        fits = self._judging.answer(known, user, self._question(event, now_ms))
        if isinstance(fits, Broken):
            return fits
        if not fits:
            return None
        verdict: Verdict | Wait
        if self._listener.waits:
            verdict = self._listener.wait(event, zone=user.zone or self._context.zone)
        else:
            verdict = self._judging.verdict(user, now_ms=now_ms)
        return self._judging.decision(
            user.user,
            event.source_id,
            event.seq,
            verdict,
            now_ms=now_ms,
            variant=self._judging.variant(user),
            zone=user.zone or "",
        )
