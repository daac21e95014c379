"""The actor of one published campaign: it looks at its row, does what is due, and waits.

Everything it knows is in the store, so a restart is a fresh look; the two kinds of campaign differ
only in what they do while they run.
"""

import sqlite3
from dataclasses import replace
from functools import partial
from typing import Protocol

from actors.clock import HELD_NAP_SECONDS, NAP_SECONDS_MAX
from actors.context import Context
from actors.live import Live
from actors.mailbox import Mailbox, Stop
from actors.scheduled import Scheduled
from actors.starting import Starting, commit_start
from domain import schedule
from domain.campaign import Campaign
from domain.review import PUBLISHED, Action, State
from store import acts, admission, campaigns
from store.campaigns import CampaignRow


class Kind(Protocol):
    """What a kind of campaign does while it runs or is paused."""

    async def work(self, row: CampaignRow) -> float:
        """Do what is due; return after how many seconds to look again at the latest."""
        ...


class CampaignActor:
    """Owns one campaign's schedule, trigger matching and caps; lives as long as it is published."""

    def __init__(self, campaign: str, context: Context) -> None:
        self._id = campaign
        self._context = context
        self._made: tuple[int, Campaign, Kind] | None = None
        self._starting = Starting(campaign, context)
        self.mailbox = Mailbox()

    async def run(self) -> None:
        """Look, do what is due, wait for mail; return when the campaign is over."""
        try:
            while True:
                row = await self._context.store.read(partial(campaigns.find, name_or_id=self._id))
                if row is None or row.state not in PUBLISHED:
                    self._context.watch_goals()  # its tests of variants may be judged later
                    return
                # Nothing is started, considered or ended by a date that may be wrong.
                held = self._context.clock.held
                wait = HELD_NAP_SECONDS if held else await self._look(row)
                if isinstance(await self.mailbox.next(wait_seconds_max=wait), Stop):
                    return
        finally:
            self._context.router.forget(self._id)

    async def _look(self, row: CampaignRow) -> float:
        definition, kind = await self._published(row)
        match row.state:
            case State.SCHEDULED if definition.kind == "live":
                return await self._listen_when_due(row, definition)
            case State.SCHEDULED | State.AWAITING_NEXT_RUN:
                return await self._starting.look(row, definition)
            case State.BLOCKED:
                nap = await self._starting.look(row, definition)
                return min(nap, await kind.work(row)) if nap else 0.0
            case State.RUNNING | State.PAUSED:
                return await kind.work(row)
            case _:
                raise AssertionError(f"a campaign that is {row.state} has no actor")

    async def _published(self, row: CampaignRow) -> tuple[Campaign, Kind]:
        """Return what runs, compiled once: a revision never changes."""
        number = row.published
        assert number is not None, "a published campaign has a published revision"
        if self._made is None or self._made[0] != number:
            revision = await self._context.store.read(
                partial(campaigns.revision_of, campaign_id=self._id, number=number)
            )
            definition = revision.whole
            self._context.router.forget(self._id)  # the revision before may wait for other events
            if definition.goal is not None:
                self._context.watch_goals()
            self._made = (number, definition, self._kind(row, definition))
        return self._made[1:]

    def _kind(self, row: CampaignRow, definition: Campaign) -> Kind:
        """Return who does its work, by the zone that was the account's when it was published."""
        context = replace(self._context, zone=row.zone_in(self._context.zone))
        if definition.kind == "live":
            return Live(self._id, definition, context, self.mailbox)
        return Scheduled(self._id, definition, context)

    async def _listen_when_due(self, row: CampaignRow, definition: Campaign) -> float:
        """Let a live campaign listen from its start on."""
        context = self._context
        assert row.published_ms is not None, "a scheduled campaign was published"
        assert row.published is not None, "a scheduled campaign has a published revision"
        starts = schedule.starts_ms(
            definition.when, published_ms=row.published_ms, account_zone=row.zone_in(context.zone)
        )
        now = context.clock.now_ms()
        if now < starts:
            return min((starts - now) / 1000, NAP_SECONDS_MAX)
        revision = row.published

        def start(conn: sqlite3.Connection) -> None:
            current = campaigns.find(conn, self._id)
            if current is None or current.published != revision:
                return  # it was taken back and published anew: look again
            moved = acts.advance(conn, self._id, Action.START, key=context.audit_key, now_ms=now)
            if isinstance(moved, State):
                # What came in a pause before the start, or before the publishing, is no trigger.
                since = max(starts, current.updated_ms + 1)
                admission.open_cursor(conn, self._id, revision, since_ms=since)

        await commit_start(context, start)
        return 0.0
