"""From a row of the outbox to the bytes for Segment, or the reason why there are none.

Everything that was true when the message was decided is asked again here, just before it goes:
its deadline, suppression, do-not-disturb, the limits on what its user gets, and the audience's
filter if it was held for a while.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from actors.isolation import Broken
from actors.loading import Batch, was_held
from domain import content, expiry, matching, payload
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.constant import is_asked, values
from domain.facts import ERASED, Event, User
from domain.release import release
from domain.same_value import Value
from domain.verdict import Hold, Skip, at_rest
from store import outbox
from store.campaigns import CampaignRow
from store.outbox import Ending, Postponed, Row

DND_MARGIN_MS = 5_000
"""A request must not begin inside do-not-disturb, so a message stays home this long before."""
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
    stays = _rests(row, definition, user, (now_ms, begins_ms), account_zone)
    stays = stays or _limited(batch, row, definition, user, now_ms, account_zone)
    if stays is not None:
        return stays
    asked = batch.lists.get(row.run, {}).get(user.user, user)
    if was_held(row) and not matching.matches(
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


def _late(row: Row, begins_ms: int) -> Ending | None:
    """Ask whether it is too late for a message that would begin then."""
    if row.ambiguous_ms is not None and begins_ms - row.ambiguous_ms > outbox.AMBIGUOUS_MS_MAX:
        return Ending(row, "unknown", SkipReason.UNKNOWN)
    if begins_ms > row.expires_ms:
        return _ended(row, "expired", SkipReason.EXPIRED)
    if row.cutoff_ms is not None and begins_ms > row.cutoff_ms:
        return _ended(row, "cancelled", SkipReason.CUTOFF)
    return None


def _rests(
    row: Row, definition: Campaign, user: User, moments: tuple[int, ...], account_zone: str
) -> Ending | Postponed | None:
    """Ask do-not-disturb again; what it would delay past the cut-off is dropped at once."""
    for moment in moments:
        match at_rest(definition, user, now_ms=moment, account_zone=account_zone):
            case Hold(until_ms=until):
                if row.cutoff_ms is not None and until > row.cutoff_ms:
                    return _ended(row, "cancelled", SkipReason.CUTOFF)
                expires = expiry.expires_ms(definition, due_ms=until, fell_due_ms=row.fell_due_ms)
                return Postponed(row, until, expires)
            case Skip(reason=reason):
                return _ended(row, "cancelled", reason)
            case _:
                pass
    return None


def _limited(
    batch: Batch, row: Row, definition: Campaign, user: User, now_ms: int, account_zone: str
) -> Ending | Postponed | None:
    """Ask the limits on what one user gets again; None: they let the message go."""
    if (had := batch.had.get(row.message_id)) is None:
        return None
    latest_ms = row.fell_due_ms + expiry.LATE_MS_MAX
    answer = release(
        definition,
        batch.bounds.house,
        had,
        now_ms=now_ms,
        zone=user.zone or account_zone,
        latest_ms=latest_ms if row.cutoff_ms is None else min(latest_ms, row.cutoff_ms),
    )
    if isinstance(answer, SkipReason):
        return _ended(row, "cancelled", answer)
    due_ms = answer.due_ms
    if due_ms <= now_ms:
        return None
    expires_ms = expiry.expires_ms(definition, due_ms=due_ms, fell_due_ms=row.fell_due_ms)
    return Postponed(row, due_ms, expires_ms, queued=True)


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
            expires_at_ms=min(row.expires_ms, row.cutoff_ms or row.expires_ms),
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
