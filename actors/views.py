"""What people are shown of a campaign, read from the store in one job."""

import sqlite3
from typing import Any

from actors import rehearsed
from actors.editing import is_amended
from actors.mail import BooksView, CampaignLine, CampaignView, RunView, VariantView
from actors.mail_audience import AudienceUse
from domain import schedule
from domain.books import Books
from domain.campaign import Campaign, Limits
from domain.review import OVER, PUBLISHED, RAISE_REQUESTED, TABLE, UNPUBLISHED, Action, State
from domain.slots import Slot
from store import (
    blanks,
    books,
    campaigns,
    delivered,
    lowered,
    runs,
    saved_audiences,
    timers,
    variants,
)
from store.admission import LIVE
from store.campaigns import CampaignRow
from store.revisions import FrozenAudiences

_COMES_AGAIN = frozenset({State.SCHEDULED, State.RUNNING, State.AWAITING_NEXT_RUN})


def books_view(found: Books) -> BooksView:
    """Return the books as people see them."""
    return BooksView(
        qualified=found.qualified,
        control=found.control,
        sent=found.sent,
        skipped={str(reason): n for reason, n in found.skipped.items()},
        pending=found.pending,
    )


def allowed(row: CampaignRow, content: Campaign) -> tuple[str, ...]:
    """Return what may be done with the campaign now, in the words of the life cycle."""
    names = [str(action) for action in TABLE[row.state]]
    if is_amended(row, content) and Action.EDIT not in names:
        names.append(str(Action.EDIT))
    raising = row.state is State.BLOCKED and row.reason == RAISE_REQUESTED
    if raising or row.amendment is not None:
        names += [str(Action.APPROVE), str(Action.REQUEST_CHANGES)]
    return tuple(names)


def campaign_view(conn: sqlite3.Connection, row: CampaignRow) -> CampaignView:
    """Return one campaign, whole, without an estimate."""
    revision = campaigns.revision_of(conn, row.id, row.revision)
    approval = campaigns.approval_of(conn, row.id, row.revision)
    by_run = books.of_campaign(conn, row.id)
    waits = timers.waiting(conn, row.id) if row.state in PUBLISHED else timers.NOBODY
    found = {run.run: run for run in runs.of_campaign(conn, row.id)}
    shown = [
        RunView(
            run=run.run,
            state=run.state,
            books=books_view(by_run.get(run.run, Books())),
            due_ms=run.due_ms,
            qualified=run.qualified,
            safety_limit=run.safety_limit,
            sample=run.sample,
            decided_by=run.decided_by,
            **_variants(conn, row.id, run.run),
        )
        for run in found.values()
    ]
    if LIVE in by_run:
        variants_of = _variants(conn, row.id, LIVE)
        live = RunView(run=LIVE, state=row.state, books=books_view(by_run[LIVE]), **variants_of)
        shown.append(live)
    return CampaignView(
        id=row.id,
        name=row.name,
        kind=row.kind,
        state=row.state,
        reason=row.reason,
        author=row.author,
        editors=campaigns.editors(conn, row.id),
        revision=row.revision,
        hash=revision.hash,
        definition=revision.definition,
        audiences=_audiences(conn, revision.saved),
        approved_by="" if approval is None else approval.approver,
        approved_ms=None if approval is None else approval.decided_ms,
        published=row.published,
        published_ms=row.published_ms,
        created_ms=row.created_ms,
        updated_ms=row.updated_ms,
        channel=row.channel,
        allowed=allowed(row, revision.definition),
        runs=tuple(shown),
        books=books_view(sum(by_run.values(), Books())),
        waiting=waits.timers,
        next_due_ms=waits.next_due_ms,
        blanks=blanks.of_campaign(conn, row.id),
        archived=row.archived,
        caps=_lowered(conn, row, revision.definition.limits),
        amends=row.amendment is not None,
        rehearsal=rehearsed.view(conn, row),
    )


def _lowered(conn: sqlite3.Connection, row: CampaignRow, limits: Limits) -> Limits | None:
    """Return the limits as they are, if a cap was lowered; of an edit before the start none is."""
    if row.state in UNPUBLISHED and not row.started:
        return None
    now = lowered.limits(conn, row.id, limits)
    return None if now == limits else now


def next_runs(
    row: CampaignRow, definition: Campaign, *, now_ms: int, zone: str
) -> tuple[Slot, ...]:
    """Return the next few runs as it stands; before it is published, if that happened now.

    `zone` is the account's now. None for what is over, for a live campaign and for `now`.
    """
    if row.state in UNPUBLISHED or row.published_ms is None:
        return tuple(schedule.if_published(definition, now_ms=now_ms, account_zone=zone))
    if row.state in OVER or definition.kind == "live":
        return ()
    return tuple(
        schedule.following(
            definition.when,
            published_ms=row.published_ms,
            account_zone=row.zone_in(zone),
            after_ms=now_ms,
        )
    )


def _variants(conn: sqlite3.Connection, campaign: str, run: str) -> dict[str, Any]:
    """Return what a run's view says of its variants."""
    trial = variants.find_test(conn, campaign, run)
    winner = trial.won if trial else ""
    return {
        "variants": tuple(
            VariantView(one.variant, one.sent, one.skipped, one.pending, one.variant == winner)
            for one in variants.of_run(conn, campaign, run)
        ),
        "test_until_ms": trial.decide_ms if trial and not trial.winner else None,
        "finding": trial.finding if trial else None,
    }


def _audiences(conn: sqlite3.Connection, saved: FrozenAudiences) -> tuple[AudienceUse, ...]:
    latest = saved_audiences.reached(conn, saved)
    return tuple(
        AudienceUse(name, each.version, latest[name].version, each.who)
        for name, each in saved.items()
    )


def lines(
    conn: sqlite3.Connection, *, archived: bool = False, now_ms: int, zone: str
) -> tuple[CampaignLine, ...]:
    """Return every campaign in one line, the latest first: the archive's, or all the others.

    `zone` is the account's now.
    """
    return tuple(
        CampaignLine(
            id=row.id,
            name=row.name,
            kind=row.kind,
            state=row.state,
            author=row.author,
            books=books_view(books.total(conn, row.id)),
            updated_ms=row.updated_ms,
            published_ms=row.published_ms,
            next_ms=_next_ms(conn, row, now_ms=now_ms, zone=zone),
            last_ms=None if row.published is None else delivered.last_ms(conn, row.id),
            reason=row.reason,
            hash=_resumed_hash(conn, row),
            editors=campaigns.editors(conn, row.id),
            amends=row.amendment is not None,
        )
        for row in campaigns.everyone(conn)
        if row.archived == archived
    )


def _resumed_hash(conn: sqlite3.Connection, row: CampaignRow) -> str:
    if Action.RESUME not in TABLE[row.state]:
        return ""
    return campaigns.revision_of(conn, row.id, row.revision).hash


def _next_ms(conn: sqlite3.Connection, row: CampaignRow, *, now_ms: int, zone: str) -> int | None:
    """Return when the next run of a campaign that goes on by its schedule begins."""
    if row.kind == "live" or row.published is None or row.state not in _COMES_AGAIN:
        return None
    content = campaigns.revision_of(conn, row.id, row.published).definition
    coming = next_runs(row, content, now_ms=now_ms, zone=zone)
    return coming[0].due_ms if coming else None
