"""What every campaign actor is given: where to read, write and ask, and whom to wake."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, TypeVar

from actors.clock import Clock
from actors.mail import Estimate, Refused
from actors.mail_copy import AboutCopy, CopyStatus
from actors.mail_rehearsal import Progress, Rehearse, Rehearsed
from actors.refusals import Refusals
from actors.router import Router
from domain.audience import Node
from domain.campaign import Campaign
from domain.control import NO_CONTROLS, Controls
from domain.frequency import NO_LIMITS, GlobalLimits
from domain.goal import Goal
from store.acts import audit_key
from store.allowance import Bounds
from store.attributes import Page
from store.database import Database
from store.hold import Hold
from store.memberships import NO_LISTS, ListVersion
from store.offering import Offered, Source
from store.vocabulary import EventSeen, PropertySeen

T = TypeVar("T")
NextPage: TypeAlias = Callable[[], Awaitable[Page | None]]
"""Asks for the next page; None: there is none."""


class Rehearser(Protocol):
    """Who plays the past through a draft: a process of its own."""

    async def __call__(
        self, request: Rehearse, tell: Callable[[Progress], object]
    ) -> Rehearsed | Refused:
        """Rehearse; `tell` hears how far it is."""
        ...


class Selector(Protocol):
    """Who answers how many and who: the projector."""

    async def select(
        self,
        who: Node,
        *,
        draw: tuple[int, int],
        now_ms: int,
        lists: Mapping[str, ListVersion] = NO_LISTS,
        at_most: int | None = None,
    ) -> Sequence[str]:
        """Return the users who qualify, `at_most` so many, in the random order of the draw.

        `lists`: which version of each custom list that is named counts.
        """
        ...

    async def export(
        self,
        who: Node,
        *,
        profile: Sequence[str],
        draw: tuple[int, int],
        now_ms: int,
        lists: Mapping[str, ListVersion] = NO_LISTS,
        at_most: int | None = None,
        write: Callable[[NextPage], Awaitable[T]],
    ) -> T:
        """Let `write` ask for the pages of users who qualify, with what their profiles say.

        All are as of one moment. While it asks nobody else can: what takes long comes after it.
        Raises CopyWaitsError.
        """
        ...

    async def events(self) -> Sequence[EventSeen]:
        """Return the names of events that were seen. Raises CopyNotWrittenError."""
        ...

    async def properties(self, event: str | None) -> Sequence[PropertySeen] | None:
        """Return the properties of an event (None: of users); None: no such event was seen."""
        ...

    async def traits(self) -> Collection[str]:
        """Return the names of all properties that users ever had. Raises CopyWaitsError."""
        ...

    async def offered(self, source: Source) -> Sequence[Offered]:
        """Return what forms may offer to choose from. Raises CopyWaitsError."""
        ...

    async def forget_erased(self) -> None:
        """Take the users who were erased out of the copy. Raises CopyWaitsError."""
        ...


class Estimator(Protocol):
    """Who counts an audience, and knows how its copy stands: the projector."""

    async def estimate(self, campaign: Campaign, *, campaign_id: str, now_ms: int) -> Estimate:
        """Count the users that the definition, without saved audiences, would reach now."""
        ...

    async def notes(self, who: Node) -> tuple[str, ...]:
        """Say what about the data of a tree, without saved audiences, may surprise."""
        ...

    async def notes_of_goal(self, goal: Goal) -> tuple[str, ...]:
        """Say what about the data that a goal asks for may surprise. Raises CopyWaitsError."""
        ...

    async def answer(self, request: AboutCopy) -> CopyStatus | Refused:
        """Say how the copy stands, or have it made anew; return at once."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of an actor."""

    store: Database
    clock: Clock
    router: Router
    selector: Selector
    wake_delivery: Callable[[], None]
    halt_delivery: Callable[[str], object]
    announce: Callable[[], None]
    may_draw: Callable[[], Awaitable[bool]]
    may_take: Callable[[], bool]
    install_key: bytes
    zone: str
    error_id: Callable[[], str]
    watch_goals: Callable[[], None] = lambda: None
    over: Callable[[], tuple[str, ...]] = lambda: ()  # which gauges of `actors.pressure` are over
    rehearse: Rehearser | None = None
    post: Callable[[], None] | None = None  # wakes who carries letters; None: none are written
    controls: Controls = NO_CONTROLS
    house: GlobalLimits = NO_LIMITS
    refusals: Refusals = field(default_factory=Refusals)
    hold: Hold = field(default_factory=Hold)
    library_version: str = ""
    messages_per_second: int = 0

    @property
    def bounds(self) -> Bounds:
        """What one user may get over all campaigns, and where, if their zone is not known."""
        return Bounds(self.house, self.zone)

    @property
    def audit_key(self) -> bytes:
        """The key of the audit chain."""
        return audit_key(self.install_key)
