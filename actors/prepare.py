"""From a row of the outbox to the bytes for Segment, or the reason why there are none.

Everything that was true when the message was decided is asked again here, just before it goes:
its deadline, suppression, do-not-disturb, and the audience's filter if it was held for a while.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from actors.isolation import Broken
from actors.page import know, sort_out
from domain import content, expiry, matching, payload
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.facts import ERASED, Event, User
from domain.saved import list_names
from domain.verdict import Hold, Skip, at_rest
from store import campaigns, log, memberships, outbox, waiting
from store.admission import LIVE
from store.campaigns import CampaignRow
from store.outbox import Ending, Postponed, Row

DND_MARGIN_MS = 5_000
"""A request must not begin inside do-not-disturb, so a message stays home this long before."""
HELD_MS_MIN = 60_000
"""A message that waited longer than this is asked for the filter again."""
EVERYTHING = "*"


class Ready(Struct, frozen=True):
    """A message that may go now."""

    row: Row
    wire: bytes


Prepared: TypeAlias = Ready | Ending | Postponed


class Batch(Struct, frozen=True):
    """Rows of one campaign and all that their content may mention.

    `broken` are users whose own rows cannot be read, `unreadable` the places of such events: their
    messages are set aside, and the others go.
    """

    campaign: CampaignRow
    definitions: dict[int, Campaign]
    rows: Sequence[Row]
    users: dict[str, User]
    events: dict[int, Event]
    history: dict[str, list[Event]]
    lists: dict[str, dict[str, User]]  # by run: the users with the lists that it asks about
    broken: dict[str, Broken] = {}
    unreadable: frozenset[int] = frozenset()


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
    who = {r.user for r in rows}
    held = {r.user for r in rows if _was_held(r)}
    needs = frozenset[str]().union(*(matching.event_names(d.who) for d in definitions.values()))
    known = know(conn, who, (), upto=0)
    past = know(conn, held if needs else (), needs, upto=log.last_seq(conn))
    seqs = [r.event_seq for r in rows if r.event_seq is not None]
    events, unreadable = sort_out(log.events_at(conn, seqs))
    return Batch(
        campaign=row,
        definitions=definitions,
        rows=rows,
        users=known.users,
        events={event.seq: event for event in events},
        history=past.history,
        broken=known.broken | past.broken,
        unreadable=frozenset(one.seq for one in unreadable),
        lists=_in_lists(conn, campaign, rows, definitions, known.users),
    )


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
    if row.ambiguous_ms is not None and begins_ms - row.ambiguous_ms > outbox.AMBIGUOUS_MS_MAX:
        return Ending(row, "unknown", SkipReason.UNKNOWN)
    if begins_ms > row.expires_ms:
        return _ended(row, "expired", SkipReason.EXPIRED)
    if row.user in batch.broken or row.event_seq in batch.unreadable:
        return _ended(row, "cancelled", SkipReason.SET_ASIDE)
    user = batch.users.get(row.user)
    if user is None:
        erased = row.user.startswith(ERASED)
        reason = SkipReason.SUPPRESSED if erased else SkipReason.NO_IDENTITY
        return _ended(row, "cancelled", reason)
    if user.suppressed:
        return _ended(row, "cancelled", SkipReason.SUPPRESSED)
    definition = batch.definitions[row.revision]
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
        definition.who, asked, batch.history.get(user.user, ()), now_ms=now_ms, zone=account_zone
    ):
        return _ended(row, "cancelled", SkipReason.FILTER_NO_LONGER_MATCHES)
    event = None if row.event_seq is None else batch.events.get(row.event_seq)
    return _write(batch.campaign, definition, row, user, event, library_version)


def _write(
    campaign: CampaignRow,
    definition: Campaign,
    row: Row,
    user: User,
    event: Event | None,
    library_version: str,
) -> Prepared:
    what = definition.what
    pairs = render(definition, user, event)
    if isinstance(pairs, SkipReason):
        return _ended(row, "cancelled", pairs)
    email = user.traits.get("email")
    written = payload.encode(
        payload.Message(
            message_id=row.message_id,
            campaign=payload.Campaign(
                id=campaign.id, name=definition.name, type=campaign.kind, labels=definition.labels
            ),
            run_id=row.run,
            timestamp_ms=row.admitted_ms,
            expires_at_ms=row.expires_ms,
            user_id=None if user.anonymous else user.user,
            event_name=what.event,
            email=email if what.email and isinstance(email, str) else None,
            identity=user.user if what.identity else None,
            profile=_chosen(user.traits, what.profile) if what.profile else None,
            event=_chosen(event.properties, what.event_properties)
            if event is not None and what.event_properties
            else None,
            key_values=pairs,
        ),
        library_version=library_version,
    )
    if isinstance(written, payload.Unsendable):
        return _ended(row, "cancelled", written.reason)
    return Ready(row, written)


def render(definition: Campaign, user: User, event: Event | None) -> dict[str, Any] | SkipReason:
    """Render the key-values for one user, or say why this user gets nothing."""
    pairs: dict[str, Any] = {}
    for key, text in definition.what.key_values.items():
        template = content.compile_template(text)
        if isinstance(template, content.BadTemplate):
            return SkipReason.CONTENT_FAILED
        properties = None if event is None else event.properties
        match content.render(template, profile=user.traits, event=properties):
            case content.Rendered(value=value):
                if key in definition.what.required and value in ("", None):
                    return SkipReason.MISSING_VALUE
                pairs[key] = value
            case content.Abort():
                return SkipReason.CONTENT_ABORTED
            case content.RenderFailed():
                return SkipReason.CONTENT_FAILED
    return pairs


def _chosen(values: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    if EVERYTHING in keys:
        return dict(values)
    return {key: values[key] for key in keys if key in values}


def _ended(row: Row, state: outbox.End, reason: SkipReason) -> Ending:
    """Close a message; one that may already have arrived is `unknown`, whatever came since."""
    if row.ambiguous_ms is not None:
        return Ending(row, "unknown", SkipReason.UNKNOWN)
    return Ending(row, state, reason)


def _was_held(row: Row) -> bool:
    return row.attempts == 0 and row.due_ms - row.admitted_ms >= HELD_MS_MIN
