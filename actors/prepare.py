"""From a row of the outbox to the bytes for Segment, or the reason why there are none.

Everything that was true when the message was decided is asked again here, just before it goes:
its deadline, suppression, do-not-disturb, and the audience's filter if it was held for a while.
"""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

import msgspec
from msgspec import Struct

from actors.isolation import Broken
from actors.page import Known, know, sort_out
from domain import expiry, matching
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.composing import About, Envelope, compose
from domain.constant import is_asked, values
from domain.facts import ERASED, Event, User
from domain.payload import Unsendable
from domain.saved import list_names
from domain.variants import UNDECIDED
from domain.verdict import Hold, Skip, at_rest
from store import campaigns, identities, log, memberships, outbox, waiting
from store.admission import LIVE
from store.campaigns import CampaignRow
from store.outbox import Ending, Postponed, Row

DND_MARGIN_MS = 5_000
"""A request must not begin inside do-not-disturb, so a message stays home this long before."""
HELD_MS_MIN = 60_000
"""A message that waited longer than this is asked for the filter again."""
UNDECIDED_MS = 60_000
"""How soon a message is looked at again whose variant is not known yet."""


class Ready(Struct, frozen=True):
    """A message that may go now."""

    row: Row
    wire: bytes
    events: int = 1  # that are in it, joined by commas
    missing: tuple[str, ...] = ()  # values that were not there and rendered empty


class Bad(Struct, frozen=True):
    """A message that waits for a person: what is stored for it is broken, or breaks our code."""

    row: Row
    broken: Broken


Prepared: TypeAlias = Ready | Ending | Postponed | Bad


class Batch(Struct, frozen=True):
    """Rows of one campaign and all that their content may mention.

    `unreadable` are the events that are in the log and cannot be read, by their place.
    """

    campaign: CampaignRow
    definitions: dict[int, Campaign]
    rows: Sequence[Row]
    known: Known
    events: dict[int, Event]
    unreadable: dict[int, Broken]
    lists: dict[str, dict[str, User]]  # by run: the users with the lists that it asks about
    object_ids: dict[str, str] = {}  # by user, where content includes it: the latest device's id


def load(
    conn: sqlite3.Connection,
    campaign: str,
    *,
    lanes: tuple[int, int],
    now_ms: int,
    limit: int,
    reserved: int,
    again_limit: int,
) -> Batch | None:
    """Read up to `limit` messages that are due of a campaign, with their users and events.

    A user or an event that cannot be read is told apart, and keeps nobody from the others.

    `lanes` are that of first tries and that of what was tried before. Of the latter come at most
    `again_limit`, and first tries leave them `reserved` places: neither starves the other.
    """
    row = campaigns.find(conn, campaign)
    first = waiting.due(conn, campaign, lane=lanes[0], now_ms=now_ms, limit=limit)
    left = min(max(limit - len(first), reserved), again_limit)
    again = waiting.due(conn, campaign, lane=lanes[1], now_ms=now_ms, limit=left)
    rows = first[: limit - len(again)] + again
    if row is None or not rows:
        return None
    definitions = {
        number: campaigns.revision_of(conn, campaign, number).whole
        for number in {r.revision for r in rows}
    }
    needs = frozenset[str]().union(*(matching.event_names(d.who) for d in definitions.values()))
    known = _know(conn, rows, needs, {n for n, each in definitions.items() if is_asked(each)})
    events, unreadable = sort_out(
        log.events_at(conn, [r.event_seq for r in rows if r.event_seq is not None])
    )
    return Batch(
        campaign=row,
        definitions=definitions,
        rows=rows,
        known=known,
        events={event.seq: event for event in events},
        unreadable={one.seq: Broken(one.error) for one in unreadable},
        lists=_in_lists(conn, campaign, rows, definitions, known.users),
        object_ids=identities.devices(conn, set(known.users))
        if any(each.what.object_id for each in definitions.values())
        else {},
    )


def _know(
    conn: sqlite3.Connection, rows: Sequence[Row], needs: Collection[str], constant: Collection[int]
) -> Known:
    """Read the users; of those who are asked for the filter again, also what they did.

    So too of those whose content mentions what they did: that of the revisions in `constant`.
    """
    held = {row.user for row in rows if _was_held(row) or row.revision in constant}
    asked = know(conn, held, needs, upto=log.last_seq(conn))
    rest = know(conn, {row.user for row in rows} - held, (), upto=0)
    return Known(asked.users | rest.users, asked.history, asked.broken | rest.broken)


def _in_lists(
    conn: sqlite3.Connection,
    campaign: str,
    rows: Sequence[Row],
    definitions: Mapping[int, Campaign],
    known: Mapping[str, User],
) -> dict[str, dict[str, User]]:
    """Return the users of held messages with their lists; a run asks the versions that it keeps."""
    found: dict[str, dict[str, User]] = {}
    for run, revision in {(r.run, r.revision) for r in rows if _was_held(r)}:
        names = list_names(definitions[revision].who)
        if not names:
            continue
        versions = (
            memberships.required(conn, names)
            if run == LIVE
            else memberships.of_run(conn, campaign, run, names)
        )
        held = {r.user: known[r.user] for r in rows if r.run == run and r.user in known}
        found[run] = memberships.with_lists(conn, held, versions)
    return found


def prepare(
    batch: Batch, row: Row, *, now_ms: int, account_zone: str, library_version: str
) -> Prepared:
    """Decide about one message for the last time, and write its bytes."""
    begins_ms = now_ms + DND_MARGIN_MS  # at the latest
    if (late := _late(row, begins_ms)) is not None:
        return late
    broken = batch.known.broken.get(row.user) or batch.unreadable.get(row.event_seq or 0)
    if broken is not None:
        return Bad(row, broken)
    user = batch.known.users.get(row.user)
    if user is None:
        erased = row.user.startswith(ERASED)
        reason = SkipReason.SUPPRESSED if erased else SkipReason.NO_IDENTITY
        return _ended(row, "cancelled", reason)
    if user.suppressed:
        return _ended(row, "cancelled", SkipReason.SUPPRESSED)
    definition = batch.definitions[row.revision]
    if definition.variants is not None and row.variant == UNDECIDED:
        return Postponed(row, now_ms + UNDECIDED_MS, row.expires_ms)  # the test is not over
    for moment in (now_ms, begins_ms):
        match at_rest(definition, user, now_ms=moment, account_zone=account_zone):
            case Hold(until_ms=until):
                expires = expiry.expires_ms(definition, due_ms=until, fell_due_ms=row.fell_due_ms)
                return Postponed(row, until, expires)
            case Skip(reason=reason):
                return _ended(row, "cancelled", reason)
            case _:
                pass
    asked = batch.lists.get(row.run, {}).get(user.user, user)
    if _was_held(row) and not matching.matches(
        definition.who,
        asked,
        batch.known.history.get(user.user, ()),
        now_ms=now_ms,
        zone=account_zone,
    ):
        return _ended(row, "cancelled", SkipReason.FILTER_NO_LONGER_MATCHES)
    event = None if row.event_seq is None else batch.events.get(row.event_seq)
    constant = None
    if is_asked(definition):
        history = batch.known.history.get(user.user, ())
        constant = values(definition, user, history, now_ms=row.admitted_ms, zone=account_zone)
    about = About(user, event, constant, batch.object_ids.get(user.user))
    return _write(batch.campaign.id, definition, row, about, library_version)


def _late(row: Row, begins_ms: int) -> Ending | None:
    """Ask whether it is too late for a message that would begin then."""
    if row.ambiguous_ms is not None and begins_ms - row.ambiguous_ms > outbox.AMBIGUOUS_MS_MAX:
        return Ending(row, "unknown", SkipReason.UNKNOWN)
    if begins_ms > row.expires_ms:
        return _ended(row, "expired", SkipReason.EXPIRED)
    return None


def _write(
    campaign: str, definition: Campaign, row: Row, about: About, library_version: str
) -> Prepared:
    envelope = Envelope(
        message_id=row.message_id,
        campaign_id=campaign,
        run=row.run,
        timestamp_ms=row.admitted_ms,
        expires_ms=row.expires_ms,
        variant=row.variant,
    )
    written = compose(definition, envelope, about, library_version=library_version)
    if isinstance(written, Unsendable):
        ending = _ended(row, "cancelled", written.reason)
        return msgspec.structs.replace(ending, detail=written.detail)
    return Ready(row, b",".join(written.events), len(written.events), written.missing)


def set_aside(bad: Bad, error_id: str) -> Ending:
    """Close a message that cannot be prepared, until a person decides; the log has the id too."""
    detail = f"{bad.broken.error}, error {error_id}"
    return msgspec.structs.replace(_ended(bad.row, "dead", SkipReason.SET_ASIDE), detail=detail)


def _ended(row: Row, state: outbox.End, reason: SkipReason) -> Ending:
    """Close a message; one that may already have arrived is `unknown`, whatever came since."""
    if row.ambiguous_ms is not None:
        return Ending(row, "unknown", SkipReason.UNKNOWN)
    return Ending(row, state, reason)


def _was_held(row: Row) -> bool:
    return row.attempts == 0 and row.due_ms - row.admitted_ms >= HELD_MS_MIN
