"""Fuses, kept for a start: how many of a campaign's messages could not be rendered of late.

A fuse is written in the transaction that ends what failed. What was accepted since was rendered.
"""

import sqlite3

import msgspec
from msgspec import Struct

from domain.fuse import Fuse
from store import delivered, meta
from store.campaigns import CampaignRow


class Kept(Struct, frozen=True):
    """A fuse as it was at a moment (epoch ms), when so many messages had been accepted."""

    at_ms: int
    fuse: Fuse
    accepted: int


def keep(conn: sqlite3.Connection, campaign: str, fuse: Fuse, *, now_ms: int) -> None:
    """Remember a campaign's fuse, in the caller's transaction."""
    kept = Kept(now_ms, fuse, _accepted(conn, campaign))
    meta.put(conn, _name(campaign), msgspec.json.encode(kept).decode())


def recall(conn: sqlite3.Connection, campaign: CampaignRow) -> Fuse:
    """Return a campaign's fuse as a process finds it that has just started.

    A campaign that was paused, resumed or edited since begins anew: a person has seen to it.
    """
    found = meta.get(conn, _name(campaign.id))
    if found is None:
        return Fuse()
    try:
        kept = msgspec.json.decode(found, type=Kept)
    except msgspec.MsgspecError:
        return Fuse()
    if campaign.updated_ms >= kept.at_ms:
        return Fuse()
    since = _accepted(conn, campaign.id) - kept.accepted
    return kept.fuse.add(kept.at_ms, prepared=since, failed=0) if since > 0 else kept.fuse


def _accepted(conn: sqlite3.Connection, campaign: str) -> int:
    return delivered.total(conn, campaign)


def _name(campaign: str) -> str:
    return f"fuse:{campaign}"
