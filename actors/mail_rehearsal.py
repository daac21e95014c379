"""What a draft would have done, for whoever asks before it runs: part of the mail."""

from msgspec import Struct

from actors.mail_beside import Beside
from actors.mail_report import Skipped
from actors.mail_trust import Told
from actors.mail_views import BooksView
from domain.spans import Span

DAYS_DEFAULT = 30
DAYS_MAX = 90
EXAMPLES_MAX = 10
SECONDS_MAX = 480
"""Of play, while somebody waits: the answer to a command is awaited for 10 minutes."""
FEWER_DAYS = "Rehearse fewer days."
"""What to do where there is too much to play."""


class Rehearse(Beside, frozen=True, tag=True):
    """Play the stored events of the last days through a campaign, by its name or id.

    After so many seconds of real time what has been played until then is the answer.
    """

    name: str
    days: int = DAYS_DEFAULT
    seconds_max: int = SECONDS_MAX


class ShowRehearsing(Beside, frozen=True, tag=True):
    """How far the rehearsal is that is under way."""


class ShowRehearsal(Beside, frozen=True, tag=True):
    """What came of the rehearsal of what was submitted for review, by its name or id."""

    name: str


class HeldRun(Struct, frozen=True):
    """A run that the safety check would have held."""

    run: str
    qualified: int
    limit: int


class Progress(Struct, frozen=True, tag=True):
    """How far a rehearsal is: events played, of so many, up to a moment of the past."""

    done: int
    of: int
    at_ms: int


class Rehearsed(Struct, frozen=True, tag=True):
    """What would have happened from `from_ms` until `until_ms`. Times are epoch milliseconds.

    `users` got at least one of the `books.sent` messages. `held` messages waited for the end of
    do-not-disturb, and `queued` ones until the limits over all campaigns allowed them. `slowed`
    ones left a minute or more after they were due, `slowed_ms` at most: the pace and the throttles,
    of which other campaigns took what they took then. `busiest` is the hour with the most;
    `hour_max` is what may go in one, by the pace and the throttles.
    `fullest` is the hour with the most of all campaigns' messages, `fullest_others` of them other
    campaigns', of which `shared_max` may go.
    `cap_filled_ms`: the total cap took its last message then; `full_days` and `full_runs` are how
    many filled theirs. `paused_ms`: too many qualified within an hour, and it paused itself.
    `waiting` wait beyond the end for a time of their own. `others` messages of other campaigns
    counted towards the limits on one user. `moved` of the `events` came in late and were played
    when they happened. Moments are exact to `grain_ms`. `notes` say what is not as it would be.
    """

    name: str
    kind: str
    zone: str
    from_ms: int
    until_ms: int
    events: int
    moved: int
    books: BooksView
    users: int
    held: int = 0
    skipped: tuple[Skipped, ...] = ()
    by_hour: tuple[Span, ...] = ()
    by_day: tuple[Span, ...] = ()
    busiest: Span | None = None
    hour_max: int = 0
    fullest: Span | None = None
    fullest_others: int = 0
    shared_max: int = 0
    queued: int = 0
    slowed: int = 0
    slowed_ms: int = 0
    cap_filled_ms: int | None = None
    full_days: int = 0
    full_runs: int = 0
    paused_ms: int | None = None
    waiting: int = 0
    others: int = 0
    blocked: tuple[HeldRun, ...] = ()
    runs: int = 0
    examples: tuple[Told, ...] = ()
    grain_ms: int = 1
    notes: tuple[str, ...] = ()
    took_ms: int = 0
