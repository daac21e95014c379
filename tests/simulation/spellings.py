"""How devices and people spell time zones, and the zone of the calendar that each means.

The world's senders write them so, and its judge reads this table: nothing of the product is
imported, and no rule is, either. An offset stands beside a place that has had just that one since
long before, and changes no clocks.
"""

SPELLED: dict[str, str] = {
    "GMT+5:30": "Asia/Kolkata",
    "UTC+05:45": "Asia/Kathmandu",
    "GMT-3": "America/Argentina/Buenos_Aires",
    "UTC-07:00": "America/Phoenix",
    "+0900": "Asia/Tokyo",
    "(GMT+10:00) Brisbane": "Australia/Brisbane",
    "GMT+0530 (India Standard Time)": "Asia/Kolkata",
    "(UTC+01:00) Europe/Oslo": "Europe/Oslo",
    "Etc/GMT+5": "America/Panama",
    "India Standard Time": "Asia/Kolkata",
    "W. Europe Standard Time": "Europe/Berlin",
    "New Zealand Standard Time": "Pacific/Auckland",
    "Pacific Standard Time": "America/Los_Angeles",
    "europe/london": "Europe/London",
    "US/Eastern": "America/New_York",
    "PST": "America/Los_Angeles",
    "JST": "Asia/Tokyo",
}
"""Each is tried against the product's own reading in `test_spellings.py`."""


def meant(said: str) -> str:
    """Return the calendar's name for a zone however it was spelled; what is not here as it is."""
    return SPELLED.get(said, said)
