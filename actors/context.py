"""What every campaign actor is given: where to read, write and ask, and whom to wake."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from actors.clock import Clock
from actors.mail import Estimate
from actors.router import Router
from domain.audience import Node
from domain.campaign import Campaign
from store.acts import audit_key
from store.database import Database


class Selector(Protocol):
    """Who answers how many and who: the projector."""

    async def select(self, who: Node, *, draw: tuple[int, int], now_ms: int) -> Sequence[str]:
        """Return the users who qualify, in the random order of the draw."""
        ...

    async def forget_erased(self) -> None:
        """Take the users who were erased out of the copy. Raises CopyNotWrittenError."""
        ...


class Estimator(Protocol):
    """Who counts an audience: the projector."""

    async def estimate(self, campaign: Campaign, *, campaign_id: str, now_ms: int) -> Estimate:
        """Count the users that the definition would reach now."""
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
    may_draw: Callable[[], bool]
    install_key: bytes
    zone: str
    error_id: Callable[[], str]

    @property
    def audit_key(self) -> bytes:
        """The key of the audit chain."""
        return audit_key(self.install_key)
