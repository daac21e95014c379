from collections.abc import Mapping

from domain.audience import All, AnyOf, CustomList, Did, Node, Not, Saved
from domain.rules_inside import inside_problems

A, B, NOBODY = Saved("A"), Saved("B"), Saved("Nobody")


def told(node: Node, trees: Mapping[str, Node], *, itself: str = "") -> list[tuple[str, str]]:
    found = inside_problems(node, "who", trees, {"VIPs"}, itself=itself)
    return [(problem.where, problem.what) for problem in found]


def test_audiences_that_name_what_is_there_are_in_order() -> None:
    trees: dict[str, Node] = {"A": All((B, CustomList("VIPs"))), "B": Did("Bought")}
    assert told(Not(AnyOf((A, B))), trees) == []


def test_each_is_told_where_it_is_named() -> None:
    trees: dict[str, Node] = {"A": Not(CustomList("Old")), "B": NOBODY}
    assert told(All((Did("Bought"), Not(A), AnyOf((B, A)))), trees) == [
        ("who.of[1].of.name", 'There is no list "Old".'),
        ("who.of[2].of[0].name", "Looked into, there is no saved audience 'Nobody'."),
        ("who.of[2].of[1].name", 'There is no list "Old".'),
    ]


def test_one_that_is_not_there_hides_nothing_of_another() -> None:
    assert told(AnyOf((NOBODY, A)), {"A": CustomList("Old")}) == [
        ("who.of[1].name", 'There is no list "Old".')
    ]
    assert told(AnyOf((NOBODY, A)), {"A": Did("Bought")}) == []


def test_one_that_leads_back_to_itself_is_told_with_the_way() -> None:
    way = "The saved audience would contain itself: B -> A -> B."
    assert told(Not(A), {"A": Not(B), "B": Did("Bought")}, itself="B") == [("who.of.name", way)]
    assert told(Saved("B"), {}, itself="B") == [
        ("who.name", "The saved audience would contain itself: B -> B.")
    ]


def test_together_they_may_be_too_large_though_each_is_not() -> None:
    trees: dict[str, Node] = {"A": AnyOf((Did("Bought"),) * 90)}
    (one,) = told(AnyOf((A,) * 12), trees)
    assert one[0] == "who"
    assert "more than 1,000 conditions" in one[1]


def test_one_that_is_too_large_by_itself_is_told_where_it_is_named() -> None:
    trees: dict[str, Node] = {"A": AnyOf((B,) * 12), "B": AnyOf((Did("Bought"),) * 90)}
    (one,) = told(AnyOf((A, Did("Viewed"))), trees)
    assert one[0] == "who.of[0].name"
