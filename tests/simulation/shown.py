"""What people are shown of a campaign, in numbers and in words: entries of a history."""

from typing import Literal, TypeAlias

from msgspec import Struct


class Books(Struct, frozen=True, tag="books"):
    """The books of a campaign (all runs together) as the product shows them at this moment."""

    at_ms: int
    campaign: str
    state: str
    qualified: int
    control: int
    sent: int
    skipped: dict[str, int]
    pending: int


class Goals(Struct, frozen=True, tag="goals"):
    """What the product shows at the end of a campaign's goal: users and events of both arms.

    Revenue is in millionths.
    """

    at_ms: int
    campaign: str
    users: int
    converted: int
    conversions: int
    control_users: int
    control_conversions: int
    control_converted: int = 0
    revenue: int = 0
    control_revenue: int = 0


class Watched(Struct, frozen=True, tag="watched"):
    """A user who is shown as one of the control group, and since when: at a trigger, or of a run.

    `occurrence` is the event that triggered it, "" of a run.
    """

    at_ms: int
    campaign: str
    user: str
    run: str
    occurrence: str
    decided_ms: int


class Share(Struct, frozen=True):
    """The books of one variant of a run; `winner`: a test chose it for the rest."""

    name: str
    sent: int
    skipped: int
    pending: int
    winner: bool


class Ran(Struct, frozen=True, tag="ran"):
    """A run as the product shows it at the end: its name, how it ended, when it had to be."""

    at_ms: int
    campaign: str
    run: str
    state: str
    due_ms: int
    qualified: int = 0
    sent: int = 0
    pending: int = 0
    variants: tuple[Share, ...] = ()


class Tested(Struct, frozen=True, tag="tested"):
    """A test of variants as the product shows it at the end: when it was over, and who won.

    `decided_ms` and `winner` are 0 and "" as long as nobody has won. `judged`: it says what was
    found, if only so far. `cut`: its campaign ended before it had its users.
    """

    __test__ = False  # pytest would take it for tests

    at_ms: int
    campaign: str
    run: str
    decide_ms: int
    decided_ms: int
    winner: str
    judged: bool = True
    cut: bool = False


class Ended(Struct, frozen=True, tag="ended"):
    """What the product shows of one message at the end, when all has come to rest."""

    at_ms: int
    message_id: str
    user: str
    campaign: str
    state: str
    reason: str
    expires_ms: int = 0
    run: str = ""


class Aside(Struct, frozen=True, tag="aside"):
    """What is shown at the end as waiting for a person: a message by its id, or an event."""

    at_ms: int
    id: str
    state: str
    campaign: str
    user: str


Where: TypeAlias = Literal["log", "slack", "audit", "health", "answer"]


class Left(Struct, frozen=True, tag="left"):
    """A text left the product: into its log, to Slack, into the audit, as health or an answer."""

    at_ms: int
    where: Where
    text: str


class Controlled(Struct, frozen=True, tag="controlled"):
    """A user who qualified and got nothing, as one of a control group: the operator's, or its own.

    `group`: `system`, `custom` or `campaign`.
    """

    at_ms: int
    campaign: str
    user: str
    group: str


class Kept(Struct, frozen=True, tag="kept"):
    """The events that are kept at the end, by their senders' ids; and by the copy for audiences.

    `strange`: how many the copy has of which nobody knows any more.
    """

    at_ms: int
    log: tuple[str, ...]
    copy: tuple[str, ...]
    strange: int


Seen: TypeAlias = Books | Goals | Watched | Ran | Tested | Ended | Aside | Left | Controlled | Kept
"""All of them."""
