"""The push tokens of a user's devices: who has them, and a profile without one of them.

A token belongs to an app on one device, and so to whoever uses it there now.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from domain.device_seen import SEEN, TOKEN
from domain.devices import DEVICES


class Claim(Struct, frozen=True):
    """A token that a user's profile has, by the record at a place in the log.

    `seen` is the day (UTC) of which we heard; "": the record does not say.
    """

    token: str
    user: str
    seen: str
    seq: int


def claims(
    user: str, before: Mapping[str, Any], after: Mapping[str, Any], *, seq: int
) -> list[Claim]:
    """Return what a change of a profile says of its tokens that was not known."""
    known = tokens(before) if DEVICES in after else {}
    return [
        Claim(token, user, seen, seq)
        for token, seen in tokens(after).items()
        if known.get(token) != seen
    ]


def tokens(traits: Mapping[str, Any]) -> dict[str, str]:
    """Return the tokens of all devices, each with the last day of which we heard; "": unknown."""
    held = traits.get(DEVICES)
    if not isinstance(held, list):
        return {}
    found: dict[str, str] = {}
    for table in held:
        if isinstance(table, Mapping) and isinstance(token := table.get(TOKEN), str) and token:
            found[token] = max(found.get(token, ""), str(table.get(SEEN, "")))
    return found


def without(traits: Mapping[str, Any], token: str) -> Mapping[str, Any]:
    """Return the traits without a token; what else is known of the device stays."""
    if token not in tokens(traits):
        return traits
    devices = [
        {key: value for key, value in table.items() if key != TOKEN}
        if isinstance(table, Mapping) and table.get(TOKEN) == token
        else table
        for table in traits[DEVICES]
    ]
    return {**traits, DEVICES: [table for table in devices if table]}
