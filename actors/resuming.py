"""A resume: the campaign goes on, and whoever lets it hears what the pause dropped or held."""

import sqlite3
from collections.abc import Iterator

from actors.mail import Resume
from actors.rules import Decision, Rules, Said
from actors.running import simple
from actors.starting import due, too_late, why_lost
from domain import schedule
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.phrases import counted
from domain.review import Action, State
from domain.trigger import starts
from store import admission, books, campaigns, log, runs, surge, timers
from store.campaigns import CampaignRow
from store.fault_points import reach

EVENTS_COUNTED_MAX = 10_000
"""Of what came in during a pause: counting more would keep others waiting."""


def resume(conn: sqlite3.Connection, request: Resume, rules: Rules) -> Decision:
    """Go on; of a live campaign that drops what happens in a pause, all of the pause is over."""
    before = campaigns.find(conn, request.name)
    said = simple(conn, request.name, request.by, Action.RESUME, "Resumed", rules)
    if not isinstance(said, Said) or before is None or before.published is None:
        return said
    content = campaigns.revision_of(conn, before.id, before.published).definition
    told = list(_told(conn, before, content, rules))
    if before.state is State.PAUSED:
        admission.drop_pause(conn, said.campaign)
        surge.forget(conn, said.campaign)
        reach("resume.pause_dropped")
    return Said(" ".join([said.message, *told]), said.campaign)


def _told(
    conn: sqlite3.Connection, row: CampaignRow, content: Campaign, rules: Rules
) -> Iterator[str]:
    """Say what came of the pause, and what goes on."""
    found = books.total(conn, row.id)
    if content.kind == "live":
        if row.state is State.PAUSED and content.on_pause == "drop":
            yield _dropped(found.skipped.get(SkipReason.PAUSED_DROPPED, 0))
        else:
            yield from _held(conn, row, content)
        over = timers.count_due(conn, row.id, upto_ms=rules.now_ms)
        if over:
            yield f"{counted(over, 'wait')} ended meanwhile, and everything is asked once more."
    else:
        yield from _runs(conn, row, content, rules)
    if found.pending:
        yield f"{counted(found.pending, 'message')} waited; what nothing else holds back goes now."


def _dropped(n: int) -> str:
    if not n:
        return "What came in during the pause is dropped; so far it was for nobody."
    return (
        "What came in during the pause is dropped:"
        f" in all its pauses {counted(n, 'user')} who qualified got nothing."
    )


def _held(conn: sqlite3.Connection, row: CampaignRow, content: Campaign) -> Iterator[str]:
    assert content.trigger is not None, "a live campaign has a trigger"
    assert row.published is not None, "the caller has asked"
    after = admission.cursor(conn, row.id, row.published)
    if after is None:
        return
    names = {doing.event for doing in starts(content.trigger)}
    n = log.count_after(conn, names, after=after, most=EVENTS_COUNTED_MAX + 1)
    if n > EVENTS_COUNTED_MAX:
        yield f"More than {EVENTS_COUNTED_MAX:,} events came in meanwhile: they are considered now."
    elif n:
        yield f"{counted(n, 'event')} came in meanwhile, to be considered now."


def _runs(
    conn: sqlite3.Connection, row: CampaignRow, content: Campaign, rules: Rules
) -> Iterator[str]:
    """Say of each run whose time came in the pause whether it begins now or is missed."""
    every = runs.of_campaign(conn, row.id)
    if any(run.state in runs.OPEN for run in every):
        return
    zone, when = row.zone_in(rules.zone), content.when
    coming = due(row, content, every, now_ms=rules.now_ms, zone=rules.zone)
    late = []
    for slot in coming.slots:
        cutoff_ms = schedule.cutoff_ms(when, slot.name, account_zone=zone)
        too = too_late(slot.due_ms, rules.now_ms, cutoff_ms, when)
        late.append(why_lost(conn, slot, every, too) is not None)
    if missed := sum(late):
        is_or_are = "is" if missed == 1 else "are"
        said = f"{counted(missed, 'run')} whose time came meanwhile"
        yield f"{said} {is_or_are} too late now, and missed."
    if missed < len(late):
        yield "The run whose time came meanwhile begins now."
