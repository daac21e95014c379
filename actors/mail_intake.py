"""What people ask about the events and profiles that come in: part of the mail."""

from msgspec import Struct

from actors.mail_beside import Beside


class ShowIntake(Beside, frozen=True, tag=True):
    """What became of what each source sent, and which time zones nobody knows."""


class SourceLine(Struct, frozen=True):
    """One source: how often each thing became of what it sent, and when it was heard last."""

    name: str
    counts: dict[str, int]
    latest_ms: int


class ZoneLine(Struct, frozen=True):
    """What profiles give as their time zone and nobody knows, and how many do."""

    said: str
    users: int


class RefusedLine(Struct, frozen=True):
    """Requests that a door answered so, why, how many, and when last."""

    status: int
    why: str
    n: int
    latest_ms: int


class Intake(Struct, frozen=True, tag=True):
    """Everything that came in. `more_zones`: there are others, less frequent.

    `refused` are requests of which nothing was taken, since the daemon started.
    Events are kept for `keep_events_days` (0: for ever); what happened before `kept_since_ms` may
    have left (None: nothing has). `kept_longer_for` is the campaign that looks back further than
    the operator said, and was published before.
    """

    sources: tuple[SourceLine, ...]
    zones: tuple[ZoneLine, ...]
    more_zones: bool = False
    refused: tuple[RefusedLine, ...] = ()
    keep_events_days: int = 0
    kept_since_ms: int | None = None
    kept_longer_for: str = ""
