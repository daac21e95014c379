"""The waves of one campaign's run, each user being messaged when a wall where they are shows it."""

import math
from collections.abc import Sequence
from functools import partial

from actors.clock import NAP_SECONDS_MAX
from actors.context import Context
from actors.onward import GOING
from domain.campaign import When
from domain.personal import UserZone
from domain.schedule import Slot
from domain.waves import quarter_after
from store import runs, turns
from store.campaigns import CampaignRow
from store.runs import Run
from store.turns import Turn

ASKED = 10_000
"""Of so many users at once a run asks whether they are in a wave."""


class InWaves:
    """Says when the next wave is, and who is in it."""

    def __init__(self, when: When, context: Context) -> None:
        assert isinstance(when.personal, UserZone), "a run in waves is one in its users' zones"
        self._when = when
        self._context = context
        counts = when.personal.unknown_zone == "account"
        self._unknown_zone = context.zone if counts else turns.NOWHERE

    async def wait(self, row: CampaignRow, run: Run, after: Slot | None) -> float | None:
        """Return for how many seconds to wait for the next wave, if not for its draw.

        None: there is nothing to wait for, as all are drawn or this one may be. At every quarter of
        an hour there may be users in zones where the time has just come.
        """
        turn = await self.next(row, run, after)
        if turn is None:
            return None
        if row.state not in GOING:
            return math.inf  # a resume looks again
        now = self._context.clock.now_ms()
        if turn.due_ms > now:
            looks_ms = min(turn.due_ms, quarter_after(now, run.due_ms))
            return min((looks_ms - now) / 1000, NAP_SECONDS_MAX)
        if run.state == "drawing":
            return None
        await self._context.store.write(partial(runs.begin_wave, run=run))
        return 0.0

    async def next(self, row: CampaignRow, run: Run, after: Slot | None) -> Turn | None:
        """Return the wave after the latest one, by the zones in which users are now.

        `after` is the next run of the campaign.
        """
        return await self._context.store.read(
            partial(
                turns.following,
                run=run,
                when=self._when,
                begins_ms=begins_ms(row, run),
                account_zone=self._context.zone,
                next_ms=None if after is None else after.due_ms,
            )
        )

    async def members(self, run: Run, turn: Turn, chosen: Sequence[str]) -> list[str]:
        """Return who of the audience is in the wave, in their order."""
        found = []
        for start in range(0, len(chosen), ASKED):
            part = chosen[start : start + ASKED]
            found += await self._context.store.read(
                partial(
                    turns.members, run=run, turn=turn, chosen=part, unknown_zone=self._unknown_zone
                )
            )
        return found


def begins_ms(row: CampaignRow, run: Run) -> int:
    """Return from when on users are due, each at a time of their own: nothing is in arrears."""
    assert row.published_ms is not None, "a campaign that runs was published"
    return max(run.due_ms, row.published_ms)
