"""Tests of variants come to their end: the winner is chosen, written down and told."""

import math
import sqlite3
from collections.abc import Mapping
from functools import partial

from actors.clock import NAP_SECONDS_MAX
from actors.context import Context
from domain.assignment import Tally, winner
from domain.campaign import Campaign
from domain.variants import AbTest
from store import acts, announcements, campaigns, variants

PERCENT = 100


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
            partial(_choose, campaign=campaign, run=trial.run, test=test, context=context, now=now)
        )
    if chosen:
        context.wake_delivery()
        context.announce()
    later = (trial.decide_ms for trial in open_ones if trial.decide_ms > now)
    return min((min((at - now) / 1000, NAP_SECONDS_MAX) for at in later), default=math.inf)


def _choose(
    conn: sqlite3.Connection, *, campaign: str, run: str, test: AbTest, context: Context, now: int
) -> bool:
    """Choose by what is known in this very transaction; False: it was chosen before."""
    tallies = variants.tallies(conn, campaign, run)
    won = winner(test, tallies)
    if not variants.decide(conn, campaign, run, won, now_ms=now):
        return False
    said = told(test, tallies, won)
    key = context.audit_key
    acts.record(
        conn,
        who=acts.ENGINE,
        action="choose_variant",
        campaign=campaign,
        detail=f"{run}: {won}",
        key=key,
        now_ms=now,
    )
    row = campaigns.find(conn, campaign)
    assert row is not None, "a campaign that is tested exists"
    announcements.add(
        conn, "reply", campaign, subject=str(row.revision), body=f"{said} ({run})", now_ms=now
    )
    return True


def told(test: AbTest, tallies: Mapping[str, Tally], won: str) -> str:
    """Say what the test found: `Variant B goes to the rest: of A 3 of 100 (3.0 %), ...`."""
    found = []
    for each in test.of:
        one = tallies.get(each.name, Tally())
        share = f" ({PERCENT * one.converted / one.sent:.1f} %)" if one.sent else ""
        found.append(f"of “{each.name}” {one.converted:,} of {one.sent:,}{share}")
    return f"Variant “{won}” goes to the rest. The goal was reached {', '.join(found)}."
