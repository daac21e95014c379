"""A live campaign at work: it pulls events from its own cursor and decides about each user.

Cursor, counters and messages are written in one transaction, so a crash replays from the cursor
and every event is considered exactly once.
"""

import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from actors.context import Context
from actors.mailbox import Mailbox
from domain import matching, schedule
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.facts import Event, User
from domain.message_id import message_id
from domain.review import Action, State
from domain.verdict import judge
from domain.zones import day_key
from store import acts, admission, caps, log, outbox, users
from store.admission import Admitted, Decision, LiveBatch
from store.campaigns import CampaignRow
from store.caps import Cap
from store.fault_points import reach

EVENTS_PAGE_MAX = 500
LATE_MS_MAX = 2 * 3_600_000
AHEAD_MS_MAX = 2 * 60_000
"""Older or more in the future than this, an event is stored but triggers nothing (BEHAVIOUR, 2)."""
CURSOR_GAP_MAX = 20_000
"""A cursor that only passes other campaigns' events is written this seldom."""
STEP = "1"
NAP_SECONDS_MAX = 15.0
"""It looks this often without any mail: no event waits longer for a letter that got lost."""


class Page(Struct, frozen=True):
    """Events to consider, in (`after`, `upto`], and what is known about their users."""

    after: int
    upto: int
    events: Sequence[Event]
    users: dict[str, User]
    history: dict[str, list[Event]]


class Live:
    """Considers events while the campaign runs, and completes it when its time or cap is over."""

    def __init__(
        self, campaign: str, definition: Campaign, context: Context, mailbox: Mailbox
    ) -> None:
        assert definition.trigger is not None, "a live campaign has a trigger"
        self._id = campaign
        self._definition = definition
        self._trigger = definition.trigger
        self._context = context
        self._matches = matching.compile_node(definition.who)
        self._triggers = matching.compile_trigger(definition.trigger)
        self._needs = matching.event_names(definition.who)
        self._ends_ms = schedule.ends_ms(definition.when, account_zone=context.zone)
        context.router.subscribe(campaign, definition.trigger.event, mailbox)

    async def work(self, row: CampaignRow) -> float:
        """Consider every event that is new, then see whether the campaign is over."""
        assert row.published is not None, "a running campaign has a published revision"
        drops = self._definition.on_pause == "drop"
        if row.state is State.RUNNING or drops:
            while await self._consider(row.published):
                pass
        if await self._complete(row.state):
            return 0.0
        if self._ends_ms is None:
            return NAP_SECONDS_MAX
        left = self._ends_ms - self._context.clock.now_ms()
        return min(left / 1000, NAP_SECONDS_MAX) if left > 0 else NAP_SECONDS_MAX

    async def _consider(self, revision: int) -> bool:
        """Consider one page; tell whether there may be more."""
        page = await self._context.store.read(lambda conn: self._page(conn, revision))
        if page is None or (not page.events and page.upto - page.after < CURSOR_GAP_MAX):
            return False
        reach("live.page_read")
        now = self._context.clock.now_ms()
        limits = self._definition.limits
        batch = LiveBatch(
            campaign=self._id,
            revision=revision,
            after=page.after,
            upto=page.upto,
            decisions=[d for event in page.events if (d := self._decide(event, page, now))],
            total=None if limits.cap_total is None else Cap(caps.TOTAL, limits.cap_total),
            per_day=limits.cap_per_day,
            on_pause_drop=self._definition.on_pause == "drop",
        )
        reach("live.admission_begins")
        answer = await self._context.store.write(
            lambda conn: admission.admit(conn, batch, now_ms=now)
        )
        reach("live.admitted")
        if isinstance(answer, Admitted) and answer.pending:
            self._context.wake_delivery()
        return isinstance(answer, Admitted) and len(page.events) == EVENTS_PAGE_MAX

    def _page(self, conn: sqlite3.Connection, revision: int) -> Page | None:
        after = admission.cursor(conn, self._id, revision)
        if after is None:
            return None
        upto = log.last_seq(conn)
        events = log.events_after(
            conn, [self._trigger.event], after=after, upto=upto, limit=EVENTS_PAGE_MAX
        )
        if len(events) == EVENTS_PAGE_MAX:
            upto = events[-1].seq
        matching_events = [e for e in events if self._is_timely(e) and self._triggers(e)]
        who = {event.user for event in matching_events}
        return Page(
            after=after,
            upto=upto,
            events=events,
            users=users.get(conn, who),
            history=log.history(conn, who, self._needs, upto_seq=upto) if self._needs else {},
        )

    def _is_timely(self, event: Event) -> bool:
        age = event.received_ms - event.time_ms
        over = self._ends_ms is not None and event.received_ms >= self._ends_ms
        return -AHEAD_MS_MAX <= age <= LATE_MS_MAX and not over

    def _decide(self, event: Event, page: Page, now_ms: int) -> Decision | None:
        """Return what becomes of the event's user, or None: it is not for this campaign."""
        user = page.users.get(event.user)
        if user is None or not (self._is_timely(event) and self._triggers(event)):
            return None
        zone = self._context.zone
        before = [e for e in page.history.get(event.user, ()) if e.seq <= event.seq]
        at_ms = max(now_ms, event.time_ms)  # a clock that is a little fast hides nothing
        if not self._matches(user, before, at_ms, zone):
            return None
        return Decision(
            message_id=message_id(
                self._context.install_key,
                campaign=self._id,
                run=admission.LIVE,
                user=user.user,
                step=STEP,
                occurrence=event.source_id,
            ),
            user=user.user,
            occurrence=event.source_id,
            event_seq=event.seq,
            verdict=judge(self._id, self._definition, user, now_ms=now_ms, account_zone=zone),
            day=day_key(now_ms, zone),
        )

    async def _complete(self, state: State) -> bool:
        """End the campaign when its time is over, or, while it runs, its total cap is delivered."""
        now = self._context.clock.now_ms()
        ended = self._ends_ms is not None and now >= self._ends_ms

        def over(conn: sqlite3.Connection) -> bool:
            full = state is State.RUNNING and caps.is_full(conn, self._id, caps.TOTAL)
            return ended or (full and outbox.open_count(conn, self._id) == 0)

        def complete(conn: sqlite3.Connection) -> bool:
            if not over(conn):
                return False
            reason = "ended" if ended else SkipReason.CAP_REACHED
            said = (
                "Completed: its end has come."
                if ended
                else "Completed: the total cap has been delivered."
            )
            key = self._context.audit_key
            moved = acts.advance(
                conn, self._id, Action.COMPLETE, reason=reason, say=said, key=key, now_ms=now
            )
            if ended and isinstance(moved, State):
                outbox.cancel_open(conn, self._id, SkipReason.CAMPAIGN_ENDED, now_ms=now)
            return isinstance(moved, State)

        if not await self._context.store.read(over):
            return False
        reach("live.completion_begins")
        done = await self._context.store.write(complete)
        reach("live.completed")
        self._context.announce()
        return done
