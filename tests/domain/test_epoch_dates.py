from typing import Any

import pytest

from domain.epoch_dates import dated
from domain.values import iso_moment


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("$D_0", "1970-01-01T00:00:00Z"),
        ("$D_-86400", "1969-12-31T00:00:00Z"),
        ({"at": ["$D_1774000000", {"b": "$D_0"}]}, None),
        ("$D_999999999999", "$D_999999999999"),
        ("D_0", "D_0"),
        (" $D_0", " $D_0"),
        ("$D_0x", "$D_0x"),
        ("$D_\N{ARABIC-INDIC DIGIT ONE}", "$D_\N{ARABIC-INDIC DIGIT ONE}"),
        (5, 5),
        (None, None),
    ],
)
def test_a_date_of_clevertap_is_an_iso_time_wherever_it_stands(value: Any, read: Any) -> None:
    deep = {"at": ["2026-03-20T09:46:40Z", {"b": "1970-01-01T00:00:00Z"}]}
    assert dated(value) == (deep if isinstance(value, dict) else read)


def test_what_a_date_is_read_as_is_a_moment_to_conditions() -> None:
    assert iso_moment(dated("$D_1774000000")) == 1_774_000_000_000
