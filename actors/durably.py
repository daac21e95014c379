"""Writes that must happen: what Segment answered has happened, whether or not the disk is full."""

import logging
import sqlite3
from collections.abc import Callable
from typing import TypeVar

import trio

from store.database import Database
from store.errors import CommitFailed

T = TypeVar("T")

AGAIN_SECONDS = 2.0
_log = logging.getLogger(__name__)


async def write(
    store: Database, job: Callable[[sqlite3.Connection], T], *, urgent: bool = False
) -> T:
    """Run an idempotent job, again and again while the database cannot commit (a full disk)."""
    while True:
        try:
            return await store.write(job, urgent=urgent)
        except CommitFailed as failed:
            _log.warning("not written yet: %s", failed)
            await trio.sleep(AGAIN_SECONDS)
