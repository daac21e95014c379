"""Campaigns as people see them: part of the mail."""

from typing import Literal

from msgspec import Struct

from actors.mail_audience import AudienceUse, Estimate
from domain.campaign import Campaign, Limits
from domain.finding import Finding
from domain.slots import Slot
from domain.waits import Wait


class BooksView(Struct, frozen=True):
    """The books of one run: qualified = control + sent + sum(skipped) + pending."""

    qualified: int = 0
    control: int = 0
    sent: int = 0
    skipped: dict[str, int] = {}
    pending: int = 0


class VariantView(Struct, frozen=True):
    """The books of one variant of a run. `winner`: a test chose it."""

    name: str
    sent: int = 0
    skipped: int = 0
    pending: int = 0
    winner: bool = False


class RunView(Struct, frozen=True):
    """One run of a campaign: a slot of a schedule, or `live`."""

    run: str
    state: str
    books: BooksView
    due_ms: int | None = None
    qualified: int = 0  # as counted when the run was judged
    safety_limit: int | None = None
    sample: int | None = None  # answered with a random few
    decided_by: str = ""
    variants: tuple[VariantView, ...] = ()
    test_until_ms: int | None = None  # when the winner of its test is chosen, if it is not yet
    finding: Finding | None = None  # what its test found: also so far, where the campaign is over


class RehearsalView(Struct, frozen=True):
    """How the rehearsal stands that a review asked for; the whole of it is asked for by itself.

    `waits`: it is under way, and has come to `days_done` of `days` and to `percent`, or it will be
    (None). `refused`: nobody knows, and `said` why. Else `messages`
    to `users` would have gone; `held_runs` and `paused` tell what the safety checks would have
    done; `busiest` messages would have gone in one hour, of `hour_max` that may, and `fullest` with
    those of other campaigns, of `shared_max`.
    """

    state: Literal["waits", "done", "refused"]
    said: str = ""
    from_ms: int = 0
    until_ms: int = 0
    messages: int = 0
    users: int = 0
    held_runs: int = 0
    paused: bool = False
    busiest: int = 0
    hour_max: int = 0
    fullest: int = 0
    shared_max: int = 0
    percent: int | None = None
    days_done: int = 0
    days: int = 0


class Since(Struct, frozen=True):
    """What changed since an earlier revision: a (label, text) for each part that did.

    `by`: who approved that one; "": it was published without review, or only stood in review.
    """

    revision: int
    by: str = ""
    at_ms: int | None = None
    changes: tuple[tuple[str, str], ...] = ()


class CampaignView(Struct, frozen=True):
    """A campaign as people see it. Times are epoch milliseconds."""

    id: str
    name: str
    kind: str
    state: str
    reason: str
    author: str
    editors: tuple[str, ...]
    revision: int
    hash: str
    definition: Campaign
    approved_by: str = ""
    approved_ms: int | None = None
    published: int | None = None
    published_ms: int | None = None
    created_ms: int = 0
    updated_ms: int = 0
    channel: str = ""
    allowed: tuple[str, ...] = ()  # the actions of domain.review that the state allows
    estimate: Estimate | None = None
    audiences: tuple[AudienceUse, ...] = ()  # that its content keeps
    unverified: bool = False  # nobody has seen a test event arrive in Segment
    runs: tuple[RunView, ...] = ()
    next_runs: tuple[Slot, ...] = ()  # as it stands, the next few; before publishing: if it were
    books: BooksView = BooksView()  # all runs together
    waits: tuple[Wait, ...] = ()  # what the pending messages of the books wait for
    waiting: int = 0  # timers: users of a live campaign whose moment has not come
    next_due_ms: int | None = None  # when the first of them falls due
    content: tuple[str, ...] = ()  # what came of trying it, before it is published
    cautions: tuple[str, ...] = ()  # worth a second look before that, the gravest first
    since: Since | None = None  # what differs from what was last approved
    blanks: dict[str, int] = {}  # messages that were sent without a value, by its name
    archived: bool = False
    caps: Limits | None = None  # its limits as they are now, if somebody has lowered a cap
    rehearsal: RehearsalView | None = None  # of what is in review or approved
    amends: bool = False  # its content is an amendment: people are asked, and `published` runs


class CampaignLine(Struct, frozen=True):
    """A campaign in a list."""

    id: str
    name: str
    kind: str
    state: str
    author: str
    books: BooksView
    updated_ms: int
    published_ms: int | None = None
    next_ms: int | None = None  # when its next run begins
    last_ms: int | None = None  # when its last message was accepted
    reason: str = ""  # why it stands where it stands, if there is more to say
    hash: str = ""  # of its content, where it may be resumed
    editors: tuple[str, ...] = ()
    amends: bool = False  # a change of what it says waits for an answer
