"""Columns of profiles that differ only by case from a trait that conditions ask by name.

Names of traits are exact: a column `City` is kept, and no condition about cities ever asks it.
"""

from collections.abc import Iterator, Sequence

from clarion.file_types import Column
from domain import profile
from domain.devices import DEVICES
from store.traits import ZONE_KEYS

_ASKED: tuple[str, ...] = (
    *profile.BIRTH,
    *profile.AGE,
    *profile.GENDER,
    *profile.COUNTRY,
    *profile.REGION,
    *profile.CITY,
    profile.LATITUDE,
    profile.LONGITUDE,
    *profile.EMAIL,
    *profile.PHONE,
    profile.UNSUBSCRIBED_EMAIL,
    profile.UNSUBSCRIBED_SMS,
    profile.ALLOWS_EMAIL,
    profile.ALLOWS_SMS,
    *ZONE_KEYS,
    DEVICES,
)
_BY_FOLDED = {name.casefold(): name for name in reversed(_ASKED)}


def hints(columns: Sequence[Column]) -> Iterator[str]:
    """Yield a sentence for each column whose name is nearly one that is asked."""
    for column in columns:
        meant = _BY_FOLDED.get(column.key.casefold())
        if meant is not None and column.key not in _ASKED:
            yield (
                f"The column “{column.key}” is kept under that name, and nothing asks for it: did"
                f" you mean “{meant}”?"
            )
