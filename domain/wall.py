"""Wall times as definitions write them: `2026-03-29T09:00`, without a zone."""

import re
from datetime import datetime

NOW = "now"
YEARS = range(2000, 3000)
"""Far enough from the ends of the calendar that every time in every zone is an instant."""
HOW = "Write it as YYYY-MM-DDTHH:MM, such as 2026-03-29T09:00"

_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)


def read_local(text: str) -> datetime | None:
    """Read a wall time `YYYY-MM-DDTHH:MM` of the years 2000 to 2999; None if it is none."""
    if not _LOCAL.fullmatch(text):
        return None
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        return None
    return wall if wall.year in YEARS else None


def is_time(text: str) -> bool:
    """Tell whether it is a time of day `HH:MM`."""
    return bool(_TIME.fullmatch(text))
