"""From a row of the outbox to the bytes for Segment, or the reason why there are none.

Everything that was true when the message was decided is asked again here, just before it goes:
its deadline, suppression, do-not-disturb, the limits on what its user gets, and the audience's
filter if it was held for a while and its campaign does not say `recheck = false`.
"""

from typing import TypeAlias

import msgspec
from msgspec import Struct

from actors.isolation import Broken
from actors.loading import Batch, was_held
from domain import expiry, matching
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.composing import About, Envelope, compose
from domain.constant import is_asked, values
from domain.facts import ERASED, User
from domain.matching import History
from domain.payload import Unsendable
from domain.release import release
from domain.variants import UNDECIDED
from domain.verdict import Hold, Skip, at_rest
from store import outbox
from store.outbox import Ending, Postponed, Row

DND_MARGIN_MS = 5_000
"""A request must not begin inside do-not-disturb, so a message stays home this long before."""
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


def prepare(
    batch: Batch,
    row: Row,
    history: History,
    *,
    now_ms: int,
    account_zone: str,
    library_version: str,
) -> Prepared:
    """Decide about one message for the last time, and write its bytes.

    `history` is what its user did, if anything asks for that.
    """
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
    stays = _rests(row, definition, user, (now_ms, begins_ms), account_zone)
    stays = stays or _limited(batch, row, definition, user, now_ms, account_zone)
    if stays is not None:
        return stays
    asked = batch.lists.get(row.run, {}).get(user.user, user)
    if _asks_again(row, definition) and not matching.matches(
        definition.who, asked, history, now_ms=now_ms, zone=account_zone
    ):
        return _ended(row, "cancelled", SkipReason.FILTER_NO_LONGER_MATCHES)
    event = None if row.event_seq is None else batch.events.get(row.event_seq)
    constant = None
    if is_asked(definition):
        constant = values(definition, user, history, now_ms=row.admitted_ms, zone=account_zone)
    about = About(user, event, constant, batch.object_ids.get(user.user))
    return _write(batch.campaign.id, definition, row, about, library_version)


def _asks_again(row: Row, definition: Campaign) -> bool:
    """Whether the audience is asked once more: of what was held, unless it is to be asked once."""
    trigger = definition.trigger
    return was_held(row) and (trigger is None or trigger.recheck)


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
    campaign: str, definition: Campaign, row: Row, about: About, library_version: str
) -> Prepared:
    envelope = Envelope(
        message_id=row.message_id,
        campaign_id=campaign,
        run=row.run,
        timestamp_ms=row.admitted_ms,
        expires_ms=min(row.expires_ms, row.cutoff_ms or row.expires_ms),
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
