import pytest

from bot.menus import LONG_NAMES_MAX, LongNames, menu, menu_of_many, name_option, value_of

LONG = "名" * 200


@pytest.mark.parametrize("name", ["Order Completed", "=x", "#abc", "🎉", " padded ", "x" * 149])
def test_an_option_carries_its_name_itself(name: str) -> None:
    assert LongNames().named(value_of(name)) == name


def test_a_name_too_long_for_an_option_is_carried_by_reference() -> None:
    names = LongNames()
    value = value_of(LONG)
    assert len(value) <= 150
    assert names.named(value) is None
    names.note(["short", LONG])
    assert names.named(value) == LONG
    names.note(f"{LONG}{n}" for n in range(LONG_NAMES_MAX))
    assert names.named(value) is None


def test_a_long_name_is_shown_cut_and_its_markup_is_only_text() -> None:
    assert len(name_option(LONG)["text"]["text"]) == 75
    shown = name_option("<!channel> :tada:\n*b*")["text"]
    assert shown == {"type": "plain_text", "text": "<!channel> :tada: *b*", "emoji": False}


def test_a_name_of_nothing_but_space_can_be_seen() -> None:
    assert name_option("   ")["text"]["text"] == "“   ”"


def test_a_menu_asks_from_the_first_letter_and_shows_what_is_chosen() -> None:
    made = menu("Sale", placeholder="Choose")
    assert made["min_query_length"] == 0
    assert made["initial_option"] == name_option("Sale")
    assert "initial_option" not in menu("", placeholder="Choose")
    assert menu_of_many(("a", "b", "a"), placeholder="x")["initial_options"] == [
        name_option("a"),
        name_option("b"),
    ]
