"""A message as the outbox has it, and what may become of it."""

from typing import Literal, TypeAlias

from msgspec import Struct

from domain.books import SkipReason

End: TypeAlias = Literal["expired", "cancelled", "dead", "unknown"]
COLUMNS = (
    "message_id, campaign, revision, run, user, occurrence, event_seq, state, reason, cap_day,"
    " admitted_ms, due_ms, lane, attempts, ambiguous_ms, fell_due_ms, expires_ms, claimed_ms,"
    " closed_by, variant, cutoff_ms"
)
OPEN = "state IN ('drawn', 'pending', 'in_flight')"
"""The condition of the index `outbox_open`; a query without it walks the whole outbox."""

PENDING = f"{OPEN} AND state = 'pending'"


class Row(Struct, frozen=True):
    """One message of the outbox, as the table has it."""

    message_id: str
    campaign: str
    revision: int
    run: str
    user: str
    occurrence: str
    event_seq: int | None
    state: str
    reason: str
    cap_day: str
    admitted_ms: int
    due_ms: int
    lane: int
    attempts: int
    ambiguous_ms: int | None
    fell_due_ms: int
    expires_ms: int
    claimed_ms: int | None
    closed_by: str
    variant: str
    cutoff_ms: int | None


class Ending(Struct, frozen=True):
    """A message that will not be sent, and the reason that the books give for it.

    `detail`: what Segment said (`status 400`), or what is broken (`DecodeError, error E1`).
    """

    row: Row
    state: End
    reason: SkipReason
    detail: str = ""


class Postponed(Struct, frozen=True):
    """A message that is not due before `due_ms` after all, and may be sent until `expires_ms`.

    `queued`: limits on what one user gets moved it, and not do-not-disturb.
    """

    row: Row
    due_ms: int
    expires_ms: int
    queued: bool = False
