from sandbox.slack.offered import MENUS_MAX, OPTIONS_MAX, Offered
from tests.sandbox.slack.bots import option

MENU = ("V1", "block", "pick")


def test_an_early_answer_that_comes_late_takes_no_option_away() -> None:
    offered = Offered()
    offered.add(MENU, [option("shoes")])
    offered.add(MENU, [])
    assert offered.of(MENU) == [option("shoes")]


def test_an_option_that_is_offered_again_is_there_once_as_it_was_offered_last() -> None:
    offered = Offered()
    offered.add(MENU, [option("shoes"), option("hats")])
    offered.add(MENU, [option("shoes", "Shoes (12)")])
    assert offered.of(MENU) == [option("hats"), option("shoes", "Shoes (12)")]


def test_one_menu_offers_nothing_in_another() -> None:
    offered = Offered()
    offered.add(MENU, [option("shoes")])
    assert offered.of(("V1", "block", "other")) == []


def test_what_was_offered_first_is_forgotten_when_it_is_too_much() -> None:
    offered = Offered()
    offered.add(MENU, [option(str(each)) for each in range(OPTIONS_MAX + 1)])
    assert len(offered.of(MENU)) == OPTIONS_MAX
    assert option("0") not in offered.of(MENU)
    for each in range(MENUS_MAX):
        offered.add((f"V{each + 2}", "block", "pick"), [option("x")])
    assert offered.of(MENU) == []
