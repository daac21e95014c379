"""Judging those whom a run has drawn, in the order of the draw, but for limits and caps.

Those are asked by the store, in the transaction that writes the recipients.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from functools import partial

from actors.context import Context
from actors.isolation import Broken, apart
from actors.page import Known
from domain.assignment import assign
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.message_id import message_id
from domain.verdict import Hold, Send, Skip, Verdict, judge
from store.admission import Decision
from store.runs import Run

STEP = "1"
_log = logging.getLogger(__name__)


def judged(
    campaign: str,
    definition: Campaign,
    run: Run,
    known: Known,
    names: Sequence[str],
    context: Context,
    now_ms: int,
) -> list[Decision]:
    """Decide about users; one whose profile breaks the judging is set aside, with a reason."""
    broken: Counter[Broken] = Counter()
    found = []
    for name in names:
        verdict, variant = _verdict(campaign, definition, known, name, context, now_ms), ""
        if isinstance(verdict, Send | Hold):
            given = apart(partial(assign, campaign, definition, known.users[name]))
            verdict, variant = (given, "") if isinstance(given, Broken) else (verdict, given)
        if isinstance(verdict, Broken):
            broken[verdict] += 1
            verdict = Skip(SkipReason.SET_ASIDE)
        user = known.users.get(name)
        message = message_id(
            context.install_key,
            campaign=campaign,
            run=run.run,
            user=name,
            step=STEP,
            occurrence="",
        )
        zone = (user.zone or "") if user else ""
        found.append(Decision(message, name, "", None, verdict, zone=zone, variant=variant))
    for one, n in broken.items():
        what = (campaign, run.run, n, one.error, one.where, context.error_id())
        _log.error("campaign %s, run %s sets %d users aside: %s %s, error %s", *what)
    return found


def _verdict(
    campaign: str, definition: Campaign, known: Known, name: str, context: Context, now_ms: int
) -> Verdict | Broken:
    if (broken := known.broken.get(name)) is not None:
        return broken
    if (user := known.users.get(name)) is None:
        return Skip(SkipReason.SUPPRESSED)  # erased since the audience was asked
    return apart(
        partial(
            judge,
            campaign,
            definition,
            user,
            now_ms=now_ms,
            account_zone=context.zone,
            controls=context.controls,
        )
    )
