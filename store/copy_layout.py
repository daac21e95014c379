"""The tables of the audience's copy, and what of them goes with a user."""

from functools import lru_cache
from itertools import pairwise

from domain import zones
from store import catalogue, devices, numbers

VERSION = 3
"""Of the layout below. A copy of another version is made anew."""
END_OF_TIME_MS = 2**62
"""Later than any event can be."""

CREATE = f"""
CREATE TABLE users (no INTEGER NOT NULL, "user" VARCHAR NOT NULL, h BIGINT NOT NULL, zone VARCHAR,
                    suppressed BOOLEAN NOT NULL);
CREATE TABLE user_item (no INTEGER NOT NULL, key VARCHAR NOT NULL,
                        s VARCHAR, n DOUBLE, b BOOLEAN, t BIGINT, single BOOLEAN NOT NULL);
CREATE TABLE events (scope INTEGER NOT NULL, time_ms BIGINT NOT NULL, seq BIGINT NOT NULL,
                     no INTEGER NOT NULL);
CREATE TABLE event_item (seq BIGINT NOT NULL, key VARCHAR NOT NULL,
                         s VARCHAR, n DOUBLE, b BOOLEAN, t BIGINT, single BOOLEAN NOT NULL);
CREATE TABLE zone_offset (zone VARCHAR NOT NULL, from_ms BIGINT NOT NULL,
                          until_ms BIGINT NOT NULL, offset_ms BIGINT NOT NULL);
CREATE TABLE watermark (version INTEGER NOT NULL, seq BIGINT NOT NULL, sorted BIGINT NOT NULL);
{catalogue.CREATE}
{numbers.CREATE}
{devices.CREATE}
"""
FORGET = (
    "DELETE FROM users WHERE no IN (SELECT no FROM changed)",
    "DELETE FROM user_item WHERE no IN (SELECT no FROM changed)",
    "DELETE FROM user_device WHERE no IN (SELECT no FROM changed)",
)
EVENT_BASE = ("scope", "time_ms", "seq", "no")
USER_BASE = ("no", "user", "h", "zone", "suppressed")


@lru_cache(maxsize=64)
def offset_rows(zone: str) -> list[tuple[str, int, int, int]]:
    """Return the rows of `zone_offset` for a normalised zone; they leave no instant out.

    DuckDB itself knows no zones: this is how it reads a wall.
    """
    changes = zones.offsets(zone)
    starts = [-END_OF_TIME_MS, *(at for at, _ in changes[1:]), END_OF_TIME_MS]
    return [
        (zone, start, end, offset)
        for (start, end), (_, offset) in zip(pairwise(starts), changes, strict=True)
    ]
