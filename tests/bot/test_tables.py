import pytest

from bot.blocks import divider
from bot.tables import CELL_CHARS_MAX, moment_cell, person_cell, table, text_cell, untabled
from tests.bot.oracle import message_problems


def test_a_table_is_one_that_slack_takes() -> None:
    rows = [[text_cell("a"), person_cell("U0ANA"), moment_cell(1_790_000_000_000, "then")]]
    assert message_problems("text", [table(("A", "B", "C"), rows, numbers=("C",))]) == []


def test_an_empty_cell_shows_that_it_is_empty_because_slack_takes_no_empty_text() -> None:
    assert text_cell(" \n ")["text"] == "-"


def test_a_cell_has_one_line_and_is_cut() -> None:
    assert text_cell("a\nb")["text"] == "a b"
    assert len(text_cell("x" * 999)["text"]) == CELL_CHARS_MAX


@pytest.mark.parametrize(("who", "kind"), [("U0ANA", "rich_text"), ("ana@x.test", "raw_text")])
def test_only_people_of_slack_are_shown_by_their_name_there(who: str, kind: str) -> None:
    assert person_cell(who)["type"] == kind


def test_a_moment_is_shown_in_the_readers_zone_and_has_words_for_who_has_none() -> None:
    (part,) = moment_cell(1_790_000_000_999, "2026-09-21 16:13 UTC")["elements"]
    (date,) = part["elements"]
    assert (date["timestamp"], date["fallback"]) == (1_790_000_000, "2026-09-21 16:13 UTC")


def test_where_slack_takes_no_table_its_rows_are_lines() -> None:
    rows = [
        [text_cell("a <b>"), person_cell("U0ANA"), moment_cell(1_790_000_000_000, "then")],
        [text_cell("c"), text_cell("d"), text_cell("e")],
    ]
    first, lines = untabled([divider(), table(("A", "B", "C"), rows)])
    assert first == divider()
    assert lines["text"]["text"].split("\n") == [
        "A · B · C",
        "*a &lt;b&gt;*: <@U0ANA> · <!date^1790000000^{date_short_pretty} at {time}|then>",
        "*c*: d · e",
    ]


def test_a_moment_may_have_a_word_before_it() -> None:
    (part,) = moment_cell(1_790_000_000_000, "then", "since")["elements"]
    assert [each["type"] for each in part["elements"]] == ["text", "date"]
    (line,) = untabled([table(("A", "B"), [[text_cell("a"), moment_cell(0, "then", "since")]])])
    assert line["text"]["text"].startswith("*a*: since <!date^0^")


def test_a_long_table_takes_several_sections() -> None:
    rows = [[text_cell(f"{n}"), text_cell("x" * 300)] for n in range(30)]
    made = list(untabled([table(("A", "B"), rows)]))
    assert len(made) > 1
    assert sum(block["text"]["text"].count("\n") + 1 for block in made) == 30
    assert all(len(block["text"]["text"]) <= 3_000 for block in made)
