"""What the doors of ingest have in common: each reads one protocol, and answers in it.

A door reads what was posted and says what is to be kept; ingest itself keeps it, and only then
lets the door answer.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from actors.sources import Kind, Source
from domain.problem import Problem
from domain.profile_limits import KEYS_MAX, Over
from store.log import Appended, Incoming

RETRY_SECONDS = 2
KEY_SHOWN_CHARS_MAX = 60


class Asked(Struct, frozen=True):
    """One request: the call that its address names, its headers in lower case, its body unpacked.

    `dry`: nothing is to be kept. `nth` tells requests apart that come in the same millisecond.
    """

    call: str
    headers: Mapping[str, str]
    body: bytes
    dry: bool = False
    nth: int = 0


class Refusal(Struct, frozen=True):
    """Why a whole request is not taken; nothing of it was kept."""

    status: int
    where: str
    what: str
    fix: str
    retry_seconds: int = RETRY_SECONDS

    @property
    def problem(self) -> Problem:
        """The same, as a problem of the request."""
        return Problem(where=self.where, what=self.what, fix=self.fix)


class Opened(Struct, frozen=True):
    """A request that was read: what to keep of it, and what is wrong with the rest.

    `items` is how many there were; `left_out` are parts of kept ones that are over a limit;
    `told` is what the door itself needs for its answer.
    """

    source: Source
    items: int
    records: Sequence[Incoming]
    problems: Sequence[Problem] = ()
    left_out: Sequence[Problem] = ()
    told: Any = None


class Door(Protocol):
    """One protocol."""

    headers: Mapping[str, str]

    def knows(self, headers: Mapping[str, str]) -> bool:
        """Whether the headers (names in lower case) show a key that is welcome here."""
        ...

    def open(self, asked: Asked, *, now_ms: int) -> Opened | Refusal:
        """Find out who sends, and read what was sent."""
        ...

    def answer(self, opened: Opened, kept: Appended) -> tuple[int, object]:
        """Return status and body of the answer, once everything is on disk."""
        ...

    def refuse(self, refusal: Refusal) -> object:
        """Return the body that says why nothing was taken."""
        ...


_PLACES: dict[Kind, str] = {
    "server": "/v1/batch and its siblings",
    "browser": "/v1/batch and its siblings",
    "webhook": "/hooks/segment",
    "clevertap": "/1/upload",
}


def objection(source: Source | None, kinds: frozenset[Kind], *, where: str) -> Refusal | None:
    """Say why whoever showed this key may not come in by a door of these kinds; None: welcome."""
    if source is None:
        what = "This key is not one of the ingest keys."
        fix = "Send a key of CLARION_INGEST_KEYS or of a source in config.toml."
        if "server" not in kinds:  # the keys without a source are of that kind
            fix = f"Send the key of a source of kind {' or '.join(sorted(kinds))} in config.toml."
        return Refusal(401, where, what, fix)
    if source.revoked:
        what = f"The key of source “{source.name}” was revoked."
        return Refusal(401, where, what, "Ask whoever runs Clarion for a new one.")
    if source.kind not in kinds:
        what = f"Source “{source.name}” is of kind {source.kind}, which sends elsewhere."
        return Refusal(403, where, what, f"Send it to {_PLACES[source.kind]}.")
    return None


def placed(where: str, over: Over) -> Problem:
    """Return what is over a limit as a problem of its place in the request."""
    return Problem(where=f"{where}.{over.key[:KEY_SHOWN_CHARS_MAX]}", what=over.what, fix=over.fix)


def full_profiles(kept: Appended) -> list[Problem]:
    """Return as a problem what the store left out: only there is known how full a profile is."""
    if not kept.trimmed:
        return []
    what = f"Profiles would have had more than {KEYS_MAX} keys: {kept.trimmed:,} were left out."
    fix = "Remove keys that nobody needs by sending them as null."
    return [Problem(where="traits", what=what, fix=fix)]


def basic_user(header: str) -> str | None:
    """Return the user name of Basic auth, or the token of Bearer; None where there is neither."""
    scheme, _, given = header.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[0]
    except ValueError:  # not base64, not ASCII, not UTF-8
        return ""
