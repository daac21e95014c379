from hypothesis import given

from domain.audience import All, CustomList, Did, Node, Not, Saved
from domain.audience_source import AudienceText, audience_problems, read_audience
from domain.rules_who import Known
from domain.toml_source import Loaded, load
from domain.toml_writer import write_audience
from tests.domain.definitions import nodes, sweep

TEXT = """
[who]
type = "all"

[[who.of]]
type = "did"
event = "Bought"

[[who.of]]
type = "not"
of = { type = "saved", name = "Staff" }
"""


def who_of(text: str) -> Node:
    found = read_audience(text)
    assert isinstance(found, AudienceText), found
    return found.who


def test_an_audience_is_the_who_of_a_campaign_alone_in_a_file() -> None:
    assert who_of(TEXT) == All((Did("Bought"), Not(Saved("Staff"))))


def test_what_is_wrong_with_its_shape_is_told_with_its_line() -> None:
    wrong = read_audience(TEXT.replace('"did"', '"dit"').replace("name =", "nome ="))
    assert isinstance(wrong, list)
    assert [(each.where, each.line) for each in wrong] == [
        ("who.of[0].type", 6),
        ("who.of[1].of.nome", 11),
        ("who.of[1].of.name", 11),
    ]


def test_a_number_that_json_cannot_hold_is_found_before_it_is_sent() -> None:
    wrong = read_audience(
        '[who]\ntype = "near"\nplaces = [\n{ latitude = nan, longitude = 1, km = 2 },\n'
        "{ latitude = 1, longitude = 1, km = inf },\n]\n"
    )
    assert isinstance(wrong, list)
    assert [(each.where, each.line) for each in wrong] == [
        ("who.places[0].latitude", 4),
        ("who.places[1].km", 5),
    ]


def test_the_text_knows_the_lines_of_what_is_found_wrong_later() -> None:
    found = read_audience(TEXT)
    assert isinstance(found, AudienceText)
    assert found.loaded.line_of("who.of[1].of.name") == 11


def test_a_whole_campaign_is_no_audience() -> None:
    wrong = read_audience('name = "Cart"\n' + TEXT)
    assert isinstance(wrong, list)
    assert [each.where for each in wrong] == ["name"]


def test_a_text_that_is_no_toml_is_told_so() -> None:
    wrong = read_audience("who = [")
    assert isinstance(wrong, list)


def test_names_stand_in_the_text_as_they_were_given() -> None:
    for node in (Saved('a "b" \\ c'), Not(CustomList("VIP's 🎉"))):
        assert who_of(write_audience(node)) == node


@sweep
@given(nodes)
def test_what_was_written_is_read_again(node: Node) -> None:
    assert who_of(write_audience(node)) == node


def told(text: str) -> list[tuple[str, int | None]]:
    loaded = load(text)
    assert isinstance(loaded, Loaded)
    known = Known(saved=frozenset({"Staff"}), trees={})
    return [(each.where, each.line) for each in audience_problems(loaded, known)]


def test_what_is_wrong_with_its_shape_hides_nothing_else_and_is_told_once() -> None:
    """Whatever stands at a place that has the wrong shape is judged by no rule."""
    assert told(TEXT) == []
    wrong = TEXT.replace('"Bought"', "5").replace('"Staff"', '"Stuff"')
    assert told(f"{wrong}colour = 1\nnan = nan\n") == [
        ("who.of[0].event", 7),
        ("who.of[1].of.name", 11),
        ("who.of[1].colour", 12),
        ("who.of[1].nan", 13),
    ]
    assert told("") == [("who", None)]
