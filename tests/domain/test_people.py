from typing import get_args

import msgspec

from domain.people import Trait


def test_what_a_profile_decides_has_no_range_of_time() -> None:
    for kind in get_args(Trait):
        assert "days" not in {field.name for field in msgspec.structs.fields(kind)}
