from typing import get_args

import msgspec
import pytest

from domain.behaviour import Aggregate, Deed, Did, Doing, Filter, Step, StepNot, doings


@pytest.mark.parametrize("kind", [*get_args(Aggregate), Step, StepNot])
def test_every_condition_about_events_shares_their_range_and_clock(kind: type[Deed]) -> None:
    fields = {field.name for field in msgspec.structs.fields(kind)}
    assert {"event", "where", "days", "also", "period", "time_of_day", "weekdays"} <= fields


def test_a_condition_may_count_several_events_each_with_its_comparisons() -> None:
    where = (Filter("p", "exists"),)
    node = Did("A", where, also=(Doing("B"),))
    assert doings(node) == (Doing("A", where), Doing("B"))
