"""What an operator asks about one user, and what becomes of them: part of the mail.

The answers hold a user's own values, for the terminal of whoever owns the folder and nobody else.
"""

from typing import Any, TypeAlias

from msgspec import Struct

from actors.mail_beside import Beside


class OneUser(Beside, frozen=True):
    """What each of these requests is about: the user's key, as everywhere."""

    user: str


class ShowUser(OneUser, frozen=True, tag=True):
    """Everything that is kept about one user."""


class SuppressUser(OneUser, frozen=True, tag=True):
    """Send the user nothing any more; or, with `suppressed=False`, let them be messaged again."""

    by: str
    suppressed: bool = True


class EraseUser(OneUser, frozen=True, tag=True):
    """Remove everything about the user for good, and keep nothing that comes in of them.

    Without `yes` nothing happens: the answer says what would go.
    """

    by: str
    yes: bool = False


AboutUser: TypeAlias = ShowUser | SuppressUser | EraseUser


class DidView(Struct, frozen=True):
    """An event that the user did. `properties` are None where they cannot be read."""

    seq: int
    at_ms: int
    name: str
    properties: dict[str, Any] | None


class GotView(Struct, frozen=True):
    """A message to the user, and its state now."""

    message_id: str
    campaign: str
    run: str
    state: str
    reason: str
    at_ms: int


class UserShown(Struct, frozen=True, tag=True):
    """Everything about a user: the latest events and messages, of so many in all.

    `user` is the id that counts, which may not be the one that was asked for; `other_ids` are the
    rest of the person's.
    `audited_as` is how the audit calls the user, and the books after an erasure. `standing` is
    known, unknown, suppressed or erased.
    """

    user: str
    standing: str
    audited_as: str
    account_zone: str
    other_ids: tuple[str, ...] = ()
    zone: str | None = None
    traits: dict[str, Any] = {}
    devices: tuple[dict[str, str], ...] = ()
    lists: tuple[str, ...] = ()
    events: tuple[DidView, ...] = ()
    events_in_all: int = 0
    messages: tuple[GotView, ...] = ()
    messages_in_all: int = 0
