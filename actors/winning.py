"""Tests of variants come to their end: the winner is chosen, written down and told."""

import math
import sqlite3
from functools import partial

from actors.clock import NAP_SECONDS_MAX
from actors.context import Context
from domain.campaign import Campaign
from domain.variants import AbTest
from store import settled_tests, variants
from store.variants import Trial


async def choose_winners(campaign: str, definition: Campaign, context: Context) -> float:
    """Choose the winner of every test that is over; return the seconds until the next one is."""
    test = definition.variants
    if not isinstance(test, AbTest):
        return math.inf
    open_ones = await context.store.read(partial(variants.undecided, campaign=campaign))
    now = context.clock.now_ms()
    chosen = False
    for trial in open_ones:
        if trial.decide_ms > now:
            break
        chosen |= await context.store.write(
            partial(_choose, campaign=campaign, trial=trial, key=context.audit_key, now_ms=now)
        )
    if chosen:
        context.wake_delivery()
        context.announce()
    later = (trial.decide_ms for trial in open_ones if trial.decide_ms > now)
    return min((min((at - now) / 1000, NAP_SECONDS_MAX) for at in later), default=math.inf)


def _choose(
    conn: sqlite3.Connection, *, campaign: str, trial: Trial, key: bytes, now_ms: int
) -> bool:
    """Choose by what is known in this very transaction; False: it was chosen before."""
    rest = variants.waits_for_winner(conn, campaign, trial.run)
    return settled_tests.settle(conn, campaign, trial, rest=rest, key=key, now_ms=now_ms)
