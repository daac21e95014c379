"""One campaign as people see it now: what is stored, and what is counted and tried for a decision.

Counting and trying are done before it is published, for those who then decide.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress

from msgspec import structs

from actors.audiences import Counting
from actors.changed import since
from actors.context import Context
from actors.mail import CampaignView, Done, Refused
from actors.pending import Holds, Speed, waits
from actors.previewing import Previewing
from actors.rules import Rules, find
from actors.verifying import Verifying
from actors.views import campaign_view, next_runs
from domain.assignment import mentions_somebody
from domain.campaign import Campaign
from domain.cautions import Found, cautions
from domain.review import UNPUBLISHED
from domain.rules_when import when_notes
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
    ) -> None:
        self._context = context
        self._holds = holds
        self._speed = Speed(context.messages_per_second, context.house.messages_per_5_minutes)
        self._counting = counting
        self._previewing = previewing
        self._verifying = verifying

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
        if shown.state in UNPUBLISHED or shown.amends:
            shown = await self._for_a_decision(shown, whole, rules)
        return Done(message=f"“{shown.name}” is {shown.state.replace('_', ' ')}.", campaign=shown)

    async def _for_a_decision(
        self, shown: CampaignView, whole: Campaign, rules: Rules
    ) -> CampaignView:
        """Count its reach, try its content, and say what is worth a second look."""
        if shown.kind == "past_behaviour":
            with suppress(CopyWaitsError):  # what was decided stands, without a number
                shown = await self._counting.with_estimate(shown, whole)
        if mentions_somebody(whole):
            content = await self._previewing.checks(shown.id, whole, rules)
            shown = structs.replace(shown, content=content)
        return structs.replace(shown, cautions=tuple(cautions(whole, _found(shown, rules))))


def _found(shown: CampaignView, rules: Rules) -> Found:
    counted = shown.estimate
    surprises = [
        f"{note.what} {note.fix}" for note in when_notes(shown.definition, zone=rules.zone)
    ]
    begins_ms = None
    if shown.kind != "live":
        begins_ms = shown.next_runs[0].due_ms if shown.next_runs else rules.now_ms
    return Found(
        qualified=0 if counted is None else counted.qualified,
        everybody=0 if counted is None else counted.everybody,
        lasts_ms=0 if counted is None else counted.lasts_ms,
        tried=shown.content,
        noted=tuple(surprises),
        begins_ms=begins_ms,
        zone=rules.zone,
    )
