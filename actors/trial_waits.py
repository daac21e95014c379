"""Tests of variants that would be over too early, as their own messages have not gone yet."""

from functools import partial

from actors.context import Context
from domain.campaign import Campaign
from domain.variants import AbTest
from store import trial_waits


async def wait_for_messages(
    campaign: str, run: str, definition: Campaign, context: Context
) -> None:
    """Put the end of a run's test off, if it should wait for the test's own messages."""
    test = definition.variants
    if not isinstance(test, AbTest):
        return
    now = context.clock.now_ms()
    late = await context.store.read(
        partial(
            trial_waits.late,
            campaign=campaign,
            run=run,
            test=test,
            now_ms=now,
        )
    )
    if late is not None:
        job = partial(trial_waits.put_off, campaign=campaign, late=late, now_ms=now)
        await context.store.write(job)
        context.announce()
