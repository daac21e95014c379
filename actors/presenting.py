"""One campaign as people see it now: what is stored, and what is counted and tried for a decision.

Counting and trying are done before it is published, for those who then decide.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from msgspec import structs

from actors import asked_content
from actors.audiences import Counting, uncounted
from actors.changed import since
from actors.context import Context
from actors.mail import CampaignView, Done, Estimate, Refused, Show
from actors.mail_audience import Weigh, Weighed
from actors.pending import Holds, Speed, waits
from actors.previewing import Previewing
from actors.rehearsals import Stands
from actors.rules import Rules, find
from actors.verifying import Verifying
from actors.views import campaign_view, next_runs
from domain import schedule
from domain.assignment import mentions_somebody
from domain.campaign import Campaign
from domain.cautions import Found, cautions
from domain.review import UNPUBLISHED
from domain.rules_when import when_notes
from domain.slots import Slot
from store import campaigns
from store.copy_errors import CopyWaitsError


class Presenting:
    """Shows campaigns, for the desk."""

    def __init__(
        self,
        context: Context,
        counting: Counting,
        previewing: Previewing,
        verifying: Verifying,
        *,
        holds: Callable[[], Holds],
        stands: Callable[[str], Stands | None],
    ) -> None:
        self._context = context
        self._holds = holds
        self._stands = stands
        self._speed = Speed(context.messages_per_second, context.house.messages_per_5_minutes)
        self._counting = counting
        self._previewing = previewing
        self._verifying = verifying

    async def answer(self, asked: Show | Weigh, rules: Rules) -> Done | Weighed | Refused:
        """Show a campaign, or weigh what may become one."""
        if isinstance(asked, Show):
            return await self.show(asked.name, rules)
        return await self._weigh(asked.definition, rules)

    async def show(self, name: str, rules: Rules) -> Done | Refused:
        """Return one campaign, whole, by its name or id."""

        def view(conn: sqlite3.Connection) -> tuple[CampaignView, Campaign] | Refused:
            row = find(conn, name)
            if isinstance(row, Refused):
                return row
            whole = campaigns.revision_of(conn, row.id, row.revision).whole
            told = structs.replace(
                campaign_view(conn, row),
                unverified=not self._verifying.is_verified(conn),
                next_runs=next_runs(row, whole, now_ms=rules.now_ms, zone=rules.zone),
                since=since(conn, row, rules.zone),
            )
            if told.books.pending:
                content = campaigns.revision_of(conn, row.id, row.published or row.revision)
                now_ms = rules.now_ms
                found = waits(conn, row, content.definition, holds, self._speed, now_ms=now_ms)
                told = structs.replace(told, waits=found)
            return told, whole

        holds = self._holds()

        found = await self._context.store.read(view, urgent=True)  # somebody waits
        if isinstance(found, Refused):
            return found
        shown, whole = found
        shown = self._with_progress(shown)
        if shown.state in UNPUBLISHED or shown.amends:
            shown = await self._for_a_decision(shown, whole, rules)
        return Done(message=f"“{shown.name}” is {shown.state.replace('_', ' ')}.", campaign=shown)

    def _with_progress(self, shown: CampaignView) -> CampaignView:
        """Say how far the rehearsal is that its review waits for, if it is under way."""
        kept = shown.rehearsal
        if kept is None or kept.state != "waits" or (now := self._stands(shown.id)) is None:
            return shown
        under_way = structs.replace(
            kept, percent=now.percent, days_done=now.days_done, days=now.days
        )
        return structs.replace(shown, rehearsal=under_way)

    async def _for_a_decision(
        self, shown: CampaignView, whole: Campaign, rules: Rules
    ) -> CampaignView:
        """Count its reach, try its content, and say what is worth a second look."""
        counted = None
        if whole.kind != "live":
            with suppress(CopyWaitsError):  # what was decided stands, without a number
                counted = await self._counting.estimate(whole, shown.id)
        content = await self._tried(shown.id, whole, rules)
        goal = await self._counting.goal_notes(whole)
        draft = Draft(shown.definition, whole, shown.next_runs, goal)
        return structs.replace(
            shown,
            estimate=counted,
            content=content,
            cautions=_cautions(draft, counted, content, rules),
        )

    async def _weigh(self, definition: Campaign, rules: Rules) -> Weighed | Refused:
        """Do for a definition that nobody has kept what is done for one before a decision."""
        read = partial(asked_content.unkept, campaign="", definition=definition, rules=rules)
        found = await self._context.store.read(read)
        if isinstance(found, Refused):
            return found
        _, whole = found
        try:
            counted = None if whole.kind == "live" else await self._counting.noted(whole)
        except CopyWaitsError as error:
            return uncounted(error)
        content = await self._tried("", whole, rules)
        coming = schedule.if_published(definition, now_ms=rules.now_ms, account_zone=rules.zone)
        goal = await self._counting.goal_notes(whole)
        draft = Draft(definition, whole, tuple(coming), goal)
        return Weighed(_cautions(draft, counted, content, rules), counted)

    async def _tried(self, campaign: str, whole: Campaign, rules: Rules) -> tuple[str, ...]:
        if not mentions_somebody(whole):
            return ()
        return await self._previewing.checks(campaign, whole, rules)


class Draft(NamedTuple):
    """What is weighed: as it was written, with what its names stand for, and when it would run.

    `goal`: what of its goal's events cannot be read.
    """

    definition: Campaign
    whole: Campaign
    next_runs: tuple[Slot, ...]
    goal: tuple[str, ...]


def _cautions(
    draft: Draft, counted: Estimate | None, content: tuple[str, ...], rules: Rules
) -> tuple[str, ...]:
    surprises = [
        f"{note.what} {note.fix}" for note in when_notes(draft.definition, zone=rules.zone)
    ]
    begins_ms = None
    if draft.whole.kind != "live":
        begins_ms = draft.next_runs[0].due_ms if draft.next_runs else rules.now_ms
    found = Found(
        qualified=0 if counted is None else counted.qualified,
        everybody=0 if counted is None else counted.everybody,
        lasts_ms=0 if counted is None else counted.lasts_ms,
        tried=content,
        noted=(*draft.goal, *surprises),
        begins_ms=begins_ms,
        zone=rules.zone,
        keep_events_days=rules.keep_events_days,
    )
    return tuple(cautions(draft.whole, found))
