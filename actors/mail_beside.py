"""The kinds of request that the desk answers beside its turn: they decide about no campaign."""

from msgspec import Struct


class Beside(Struct, frozen=True):
    """A request that waits for nobody's decision, and keeps nobody waiting for its own."""


class AboutAudience(Struct, frozen=True):
    """A request about audiences, or the copy that they are asked of."""
