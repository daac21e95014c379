"""From a row of the outbox to the bytes for Segment, or the reason why there are none.

Everything that was true when the message was decided is asked again here, just before it goes:
its deadline, suppression, do-not-disturb, and the audience's filter if it was held for a while.
"""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from actors.isolation import Broken
from actors.page import Known, know, sort_out
from domain import content, expiry, matching, payload
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.constant import is_asked, values
from domain.facts import ERASED, Event, User
from domain.same_value import Value
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
    if row.ambiguous_ms is not None and begins_ms - row.ambiguous_ms > outbox.AMBIGUOUS_MS_MAX:
        return Ending(row, "unknown", SkipReason.UNKNOWN)
    if begins_ms > row.expires_ms:
        return _ended(row, "expired", SkipReason.EXPIRED)
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
    pairs = render(definition, user, event, constant)
    return _write(batch.campaign, definition, row, user, event, pairs, library_version)


def _write(
    campaign: CampaignRow,
    definition: Campaign,
    row: Row,
    user: User,
    event: Event | None,
    pairs: dict[str, Any] | SkipReason,
    library_version: str,
) -> Prepared:
    if isinstance(pairs, SkipReason):
        return _ended(row, "cancelled", pairs)
    what = definition.what
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


def set_aside(bad: Bad, error_id: str) -> Ending:
    """Close a message that cannot be prepared, until a person decides; the log has the id too."""
    detail = f"{bad.broken.error}, error {error_id}"
    return msgspec.structs.replace(_ended(bad.row, "dead", SkipReason.SET_ASIDE), detail=detail)


def render(
    definition: Campaign, user: User, event: Event | None, constant: Sequence[Value] | None = None
) -> dict[str, Any] | SkipReason:
    """Render the key-values for one user, or say why this user gets nothing."""
    pairs: dict[str, Any] = {}
    for key, text in definition.what.key_values.items():
        template = content.compile_template(text)
        if isinstance(template, content.BadTemplate):
            return SkipReason.CONTENT_FAILED
        properties = None if event is None else event.properties
        match content.render(template, profile=user.traits, event=properties, constant=constant):
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
