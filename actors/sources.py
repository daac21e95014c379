"""Sources: who may send events, each with a name, a kind and keys of its own."""

import hmac
from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

Kind: TypeAlias = Literal["server", "browser", "webhook", "clevertap"]
DEFAULT = "default"
"""The source of the keys that belong to no named one."""


class Source(Struct, frozen=True):
    """One sender. `secret` signs a webhook's requests; a revoked source is known and refused."""

    name: str
    kind: Kind = "server"
    keys: tuple[str, ...] = ()
    secret: str = ""
    revoked: bool = False

    def __repr__(self) -> str:
        """Show who it is, and no key."""
        return f"Source({self.name!r}, {self.kind!r}, revoked={self.revoked})"

    def id_of(self, own: str) -> str:
        """Return the id under which the log keeps a record: two sources may use the same ids.

        Only the default source's are kept as they are.
        """
        return own if self.name == DEFAULT else f"{self.name}:{own}"


def find(sources: Sequence[Source], key: str) -> Source | None:
    """Return whose key this is, revoked or not; every comparison takes its time."""
    given = key.encode(errors="surrogatepass")
    found = [
        source
        for source in sources
        for each in source.keys
        if hmac.compare_digest(given, each.encode())
    ]
    return found[0] if found else None
