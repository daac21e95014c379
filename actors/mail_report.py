"""What came of a campaign, for whoever asks: part of the mail."""

from msgspec import Struct

from actors.mail_beside import Beside
from actors.mail_views import BooksView, RunView
from domain.brought import Brought, RevenueCompared
from domain.goal import Goal
from domain.lift import Compared, Rate
from domain.spans import Span


class ShowReport(Beside, frozen=True, tag=True):
    """Everything that came of one campaign until now, by its name or id."""

    name: str


class MakeDigests(Beside, frozen=True, tag=True):
    """Announce the digest of this local day for every campaign in which something happened."""

    day: str


class TellHead(Beside, frozen=True, tag=True):
    """Announce where the audit log ends on this local day, once."""

    day: str


class FreshenCards(Beside, frozen=True, tag=True):
    """Bring the cards of these campaigns, by their ids, up to date: their books have moved on."""

    campaigns: tuple[str, ...]


class ArmView(Struct, frozen=True):
    """What came of the target, the control group or one variant. Money is in millionths.

    `converted` are users, each once; `conversions` are events. Where revenue is counted, of an arm:
    `payers` are users who brought something, and `deviation` is the standard deviation of what one
    user brings, in whole units.
    """

    users: int = 0
    converted: int = 0
    conversions: int = 0
    revenue: int = 0
    payers: int = 0
    deviation: float = 0.0

    @property
    def rate(self) -> Rate:
        """How many of the users converted."""
        return Rate(self.users, self.converted)

    @property
    def revenue_per_user(self) -> float:
        """What one user brings on average, in whole units; of nobody it is 0."""
        return self.revenue / 1_000_000 / self.users if self.users else 0.0

    @property
    def brought(self) -> Brought:
        """What its users brought, for a comparison."""
        return Brought(self.users, self.payers, self.revenue_per_user, self.deviation)


class VariantCame(Struct, frozen=True):
    """The messages of one variant, and what came of them."""

    name: str
    sent: int
    skipped: int
    pending: int
    outcome: ArmView = ArmView()
    won: bool = False  # it won a test


class Skipped(Struct, frozen=True):
    """How many users got nothing for one reason; `said` is the reason in words."""

    reason: str
    users: int
    said: str


class Report(Struct, frozen=True, tag=True):
    """What came of a campaign until `at_ms`. Times are epoch milliseconds.

    `blanks` counts the messages that were sent without a value, by its name.
    `target` and `control` are None without a goal; a comparison names its `goal`. `compared` is the
    lift, `revenue_compared` what the target brings more: whoever shows the report asks SciPy for
    them (`domain.lift`, `domain.brought`), the engine does not.
    """

    id: str
    name: str
    kind: str
    state: str
    reason: str
    zone: str
    at_ms: int
    books: BooksView
    started_ms: int | None = None
    runs: tuple[RunView, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    delivered: tuple[Span, ...] = ()
    variants: tuple[VariantCame, ...] = ()
    blanks: dict[str, int] = {}
    goal: Goal | None = None
    target: ArmView | None = None
    control: ArmView | None = None
    compared: Compared | None = None
    revenue_compared: RevenueCompared | None = None
