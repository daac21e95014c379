"""What is known: a user, and the events that the user did."""

from typing import Any

from msgspec import Struct, field


class Event(Struct, frozen=True):
    """One thing that a user did. Times are epoch milliseconds.

    `seq` is its place in the log; `source_id` is the sender's own id (Segment's messageId), unique.
    """

    seq: int
    source_id: str
    user: str
    name: str
    time_ms: int
    received_ms: int
    properties: dict[str, Any] = field(default_factory=dict)


class User(Struct, frozen=True):
    """One person as we know them.

    `user` is the key everywhere: Segment's userId, or `anon:` and the anonymousId.
    `h` is the stored 31-bit keyed hash that every random choice about this user starts from.
    `zone` is a normalised zone name, or None when the profile names none that we know.
    `lists` are the custom lists that the user is in, of those that were asked for.
    """

    user: str
    h: int
    traits: dict[str, Any] = field(default_factory=dict)
    zone: str | None = None
    suppressed: bool = False
    lists: frozenset[str] = frozenset()

    @property
    def anonymous(self) -> bool:
        """Whether only a device is known, no person."""
        return self.user.startswith(ANONYMOUS)

    @property
    def device(self) -> str | None:
        """The anonymousId of a user of whom only a device is known; None for a person."""
        return self.user.removeprefix(ANONYMOUS) if self.anonymous else None


ANONYMOUS = "anon:"
ERASED = "erased:"
"""How a user is called who was erased: this, and a keyed hash. Nothing is sent to such a name."""
RESERVED = (ANONYMOUS, ERASED)
"""How no id that somebody gives may begin: it could be taken for another."""
