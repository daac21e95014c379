"""Epoch milliseconds as the text that Segment's clients send."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(epoch_ms: int) -> str:
    """ISO-8601 in UTC with milliseconds, `2026-03-29T09:00:00.000Z`."""
    moment = _EPOCH + timedelta(milliseconds=epoch_ms)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
