import pytest

from domain.audience import All, AnyOf, CustomList, Did, Node, Not, Saved
from domain.saved import (
    AudienceTooLargeError,
    CircularAudienceError,
    UnknownAudienceError,
    expand,
    list_names,
    saved_names,
)

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


def test_a_tree_says_which_audiences_and_lists_it_names() -> None:
    tree = AnyOf((All((Saved("others"),)), Not(CustomList("vips"))))
    assert saved_names(tree) == {"others"}
    assert list_names(tree) == {"vips"}


def test_audiences_that_double_at_each_step_are_refused_before_they_fill_the_memory() -> None:
    doubling: dict[str, Node] = {"0": Did("Bought")}
    doubling |= {str(n): AnyOf((Saved(str(n - 1)),) * 30) for n in range(1, 8)}
    with pytest.raises(AudienceTooLargeError, match="more than 1,000 conditions"):
        expand(Saved("7"), doubling)


def test_a_long_chain_of_audiences_is_refused() -> None:
    chain: dict[str, Node] = {"0": Did("Bought")}
    chain |= {str(n): Saved(str(n - 1)) for n in range(1, 9)}
    assert expand(Saved("7"), chain) == Did("Bought")
    with pytest.raises(AudienceTooLargeError, match="inside one another"):
        expand(Saved("8"), chain)
