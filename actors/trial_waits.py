"""The tests of a run's variants that are over too early, as its own messages have not gone yet."""

from functools import partial

from actors.context import Context
from domain.campaign import Campaign
from domain.goal import MINUTE_MS
from domain.variants import AbTest
from store import trial_waits
from store.runs import Run


async def wait_for_messages(run: Run, definition: Campaign, context: Context) -> None:
    """Put the end of a run's test off, if it should wait for the test's own messages."""
    test = definition.variants
    if not isinstance(test, AbTest):
        return
    now = context.clock.now_ms()
    late = await context.store.read(
        partial(
            trial_waits.late,
            campaign=run.campaign,
            run=run.run,
            wait_ms=test.wait_minutes * MINUTE_MS,
            now_ms=now,
        )
    )
    if late is not None:
        job = partial(trial_waits.put_off, campaign=run.campaign, late=late, now_ms=now)
        await context.store.write(job)
        context.announce()
