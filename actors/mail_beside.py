"""The kind of request that the desk answers beside its turn: it decides about no campaign."""

from msgspec import Struct


class Beside(Struct, frozen=True):
    """A request that waits for nobody's decision, and keeps nobody waiting for its own."""
