"""Best time: the two hours of the user's day in which the user was most active.

The activity is one chosen event over the last 180 days, counted in 12 buckets of two hours of the
user's local day. A tie goes to the earlier bucket (BEHAVIOUR, 6).
"""

from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta

from domain.zones import local_wall, resolve_local

BUCKETS = 12
BUCKET_HOURS = 2
HISTORY_DAYS = 180


def histogram(times_ms: Iterable[int], zone: str) -> tuple[int, ...]:
    """Count instants by the two hours that the zone's wall showed; always 12 numbers."""
    counts = [0] * BUCKETS
    for at_ms in times_ms:
        counts[local_wall(at_ms, zone).hour // BUCKET_HOURS] += 1
    return tuple(counts)


def best(counts: Sequence[int]) -> int | None:
    """Return the fullest bucket (0: midnight to two), the earlier of equals; None: no history."""
    most = max(counts, default=0)
    return list(counts).index(most) if most else None


def due_ms(day: date, bucket: int | None, zone: str, *, otherwise: time | None) -> int:
    """Return when a user is due on a local day: when the bucket begins.

    Without history: at `otherwise`, or right after the twelfth bucket, at the day's end.
    """
    if bucket is not None:
        return resolve_local(day, time(bucket * BUCKET_HOURS), zone)
    if otherwise is not None:
        return resolve_local(day, otherwise, zone)
    return resolve_local(day + timedelta(days=1), time(), zone)
