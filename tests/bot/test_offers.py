import pytest

from actors.mail_names import NamesFound, Offered, Wanted
from bot.menus import OPTION_VALUE_CHARS_MAX, value_of
from bot.offers import options

FOUND = NamesFound((Offered("Order Completed", 12_345), Offered("Seen", 1)))


def texts(found: NamesFound, wanted: Wanted = "event", typed: str = "") -> list[str]:
    return [each["text"]["text"] for each in options(found, wanted, typed)]


def test_names_are_offered_with_how_often_they_came() -> None:
    shown = options(FOUND, "event", "")
    assert [each["description"]["text"] for each in shown] == ["came 12,345 times", "came once"]


def test_a_property_is_offered_with_its_types() -> None:
    found = NamesFound((Offered("age", 3, ("number", "text")), Offered("tags", 0, ("list",))))
    below = [each["description"]["text"] for each in options(found, "trait", "")]
    assert below == ["number or text, in 3 users", "list"]


def test_what_was_not_seen_yet_can_be_chosen_all_the_same() -> None:
    assert texts(FOUND, typed="Refund")[-1] == "Use “Refund” (not seen yet)"
    assert options(FOUND, "event", "Refund")[-1]["value"] == value_of("Refund")
    assert texts(FOUND, typed="Seen") == ["Order Completed", "Seen"]


def test_a_menu_that_knows_nothing_yet_says_so() -> None:
    assert "still learning" in texts(NamesFound((), ready=False), typed="x")[0]
    assert "rare and personal" in texts(NamesFound(()), "value", "x")[0]


def test_an_audience_must_exist() -> None:
    assert texts(NamesFound(()), "audience", "Nobody") == []


@pytest.mark.parametrize("typed", ["w" * 80, "名" * 100, "x" * (OPTION_VALUE_CHARS_MAX - 1)])
def test_a_long_text_fits_what_slack_takes(typed: str) -> None:
    (made,) = options(NamesFound(()), "event", typed)
    assert len(made["text"]["text"]) <= 75
    assert len(made["value"]) <= OPTION_VALUE_CHARS_MAX


def test_a_text_too_long_for_any_option_is_not_offered() -> None:
    assert options(NamesFound(()), "event", "x" * OPTION_VALUE_CHARS_MAX) == []


def test_there_are_never_more_options_than_slack_takes() -> None:
    many = NamesFound(tuple(Offered(f"e{n}", n) for n in range(200)))
    assert len(options(many, "event", "")) == 100
    assert texts(many, typed="new")[-1] == "Use “new” (not seen yet)"
    assert len(options(many, "event", "new")) == 100


def test_a_name_without_a_letter_hides_no_other() -> None:
    assert texts(NamesFound((Offered(""), Offered("a")))) == ["a"]
