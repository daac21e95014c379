"""Judging those whom a run has drawn, in the order of the draw, but for limits and caps.

Those are asked by the store, in the transaction that writes the recipients.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial

from actors.context import Context
from actors.isolation import Broken, apart
from actors.page import Known
from domain import schedule
from domain.assignment import assign
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.facts import User
from domain.message_id import message_id
from domain.personal import due_ms
from domain.schedule import LATE_MS_MAX
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
    begins_ms: int = 0,
) -> list[Decision]:
    """Decide about users; one whose profile breaks the judging is set aside, with a reason.

    `begins_ms`: where each user has a time of their own, nobody is due before it.
    """
    judge_one = partial(_verdict, campaign, definition, run.run, known, context, now_ms, begins_ms)
    broken: Counter[Broken] = Counter()
    found = []
    for name in names:
        verdict, variant = judge_one(name), ""
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
    campaign: str,
    definition: Campaign,
    run: str,
    known: Known,
    context: Context,
    now_ms: int,
    begins_ms: int,
    name: str,
) -> Verdict | Broken:
    if (broken := known.broken.get(name)) is not None:
        return broken
    if (user := known.users.get(name)) is None:
        return Skip(SkipReason.SUPPRESSED)  # erased since the audience was asked

    def decide() -> Verdict:
        done_ms = (event.time_ms for event in known.history.get(name, ()))
        at = _due(definition, run, user, context, now_ms, begins_ms, done_ms)
        verdict = judge(
            campaign,
            definition,
            user,
            now_ms=at if isinstance(at, int) else now_ms,
            account_zone=context.zone,
            controls=context.controls,
        )
        rests = isinstance(verdict, Skip) and verdict.reason is SkipReason.DND_DISCARD
        if isinstance(at, SkipReason) and (rests or isinstance(verdict, Send | Hold)):
            return Skip(at)
        if isinstance(verdict, Send) and isinstance(at, int) and at > now_ms:
            return Hold(until_ms=at)
        return verdict

    return apart(decide)


def _due(
    definition: Campaign,
    run: str,
    user: User,
    context: Context,
    now_ms: int,
    begins_ms: int,
    done_ms: Iterable[int],
) -> int | SkipReason:
    """Return when a user is due: now, or at a time of their own; or why never in this run."""
    if (own := definition.when.personal) is None:
        return now_ms
    earliest_ms = max(begins_ms, now_ms - LATE_MS_MAX)
    wall = schedule.wall_of(run)
    due = due_ms(
        own,
        wall,
        user,
        begins_ms=earliest_ms,
        account_zone=context.zone,
        done_ms=done_ms,
    )
    return max(due, now_ms) if isinstance(due, int) else due
