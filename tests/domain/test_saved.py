import pytest

from domain.audience import All, AnyOf, CustomList, Did, Node, Not, Saved
from domain.saved import CircularAudienceError, UnknownAudienceError, expand

BUYERS: dict[str, Node] = {"buyers": Did("Bought"), "others": Not(Saved("buyers"))}


def test_names_become_what_they_stand_for_at_any_depth() -> None:
    tree = AnyOf((All((Saved("others"),)), CustomList("vips")))
    assert expand(tree, BUYERS) == AnyOf((All((Not(Did("Bought")),)), CustomList("vips")))


def test_one_audience_may_stand_in_two_places() -> None:
    found = expand(All((Saved("others"), Saved("buyers"))), BUYERS)
    assert found == All((Not(Did("Bought")), Did("Bought")))


def test_a_name_that_nobody_gave_is_never_an_empty_audience() -> None:
    with pytest.raises(UnknownAudienceError, match="no saved audience 'staff'"):
        expand(Not(Saved("staff")), BUYERS)


def test_an_audience_that_contains_itself_is_told_with_its_way() -> None:
    circle: dict[str, Node] = {"a": Not(Saved("b")), "b": All((Saved("a"),))}
    with pytest.raises(CircularAudienceError, match="a -> b -> a"):
        expand(Saved("a"), circle)
