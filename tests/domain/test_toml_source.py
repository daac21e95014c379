import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.campaign import Campaign
from domain.place import item, member
from domain.problem import Problem
from domain.toml_source import TEXT_BYTES_MAX, Loaded, check, load, shape
from domain.toml_writer import write
from tests.domain.definitions import NOW_MS, ZONE, campaigns, example, sweep

FIVE_ERRORS = """\
name = " Cart"
kind = "lives"
[trigger]
event = "Product Added"
where = [
  { property = "price", op = "in", value = 50 },
]
[who]
type = "did"
event = "Order Completed"
dayz = 30
[what.key_values]
headline = "{{ Profile.first_name"
"""

AWKWARD = '''\
# a comment with [brackets] and = signs
title = "[not.a.table] # nor a comment"
"quoted key" = 1
a.b . "c.d" = 2
text = """
[still.text]
key = "value" \\""" ""
"""
literal = \'\'\'
[also.text]\'\'\'\'\'
list = [ # first
  "one", [ 2,
  3 ],
  { x = 4, y = { z = 5 } },
]
moment = 2026-03-29 09:00:00
  [ table . "x]y" ]
key = true
[[array]]
n = 1
[[array.inner]]
n = 2
[[array.inner]]
n = 3
[[array]]
[array.inner.deep]
n = 4
'''
AWKWARD_LINES = {
    "title": 2,
    '"quoted key"': 3,
    "a": 4,
    'a.b."c.d"': 4,
    "text": 5,
    "literal": 9,
    "list": 11,
    "list[0]": 12,
    "list[1][0]": 12,
    "list[1][1]": 13,
    "list[2].y.z": 14,
    "moment": 16,
    "table": 17,
    'table."x]y"': 17,
    'table."x]y".key': 18,
    "array": 19,
    "array[0].n": 20,
    "array[0].inner[0].n": 22,
    "array[0].inner[1]": 23,
    "array[0].inner[1].n": 24,
    "array[1]": 25,
    "array[1].inner.deep.n": 27,
}


def loaded(text: str) -> Loaded:
    found = load(text)
    assert isinstance(found, Loaded), found
    return found


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("where", "line"), AWKWARD_LINES.items())
def test_a_place_is_found_however_the_text_is_written(where: str, line: int, newline: str) -> None:
    assert loaded(AWKWARD.replace("\n", newline)).line_of(where) == line


def test_a_place_that_is_not_written_has_the_line_of_what_is_around_it() -> None:
    source = loaded('name = "a"\n\n[trigger]\nwhere = []\n')
    assert source.line_of("trigger.event") == 3
    assert source.line_of("trigger.where[3].op") == 4
    assert source.line_of("kind") is None


def places(data: object, where: str = "") -> list[str]:
    """List every place of plain data."""
    if isinstance(data, dict):
        inner = [(member(where, key), value) for key, value in data.items()]
    elif isinstance(data, list):
        inner = [(item(where, i), value) for i, value in enumerate(data)]
    else:
        return [where]
    return [where] * bool(where) + [each for at, value in inner for each in places(value, at)]


@sweep
@given(campaigns())
def test_every_place_of_a_written_campaign_has_its_own_line(campaign: Campaign) -> None:
    text = write(campaign)
    source = loaded(text)
    assert set(places(source.data)) == set(source.lines)


@sweep
@given(st.text("[]{}='\"#.,\n\\ a1", max_size=40))
def test_any_text_is_either_read_or_refused_with_a_line(text: str) -> None:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        (problem,) = check(text, now_ms=NOW_MS, zone=ZONE)  # type: ignore[misc]  # a list, as it must be
        assert isinstance(problem, Problem)
        assert problem.line
    else:
        assert set(places(data)) == set(loaded(text).lines)


@pytest.mark.parametrize(
    ("text", "line"),
    [('name = "a"\nkind = \n', 2), ("a = 1\na = 2\n", 2), ('a = 1\nb = """open\n\n', 2)],
)
def test_a_mistake_of_syntax_is_one_problem_with_its_line(text: str, line: int) -> None:
    found = load(text)
    assert isinstance(found, list)
    assert [problem.line for problem in found] == [line]


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 20_000,
        "a = " + "{a=" * 20_000,
        "#" * 600_000,
        "a" + ".a" * 30_000 + " = 1",
        "a = { b" + ' . "c"' * 30_000 + " = 1 }",
        '"' + '\\"' * 30_000,
        '"""' + '\\"' * 30_000,
        "a" * 60_000,
        "a = " + "9" * 5_000,
        "a = [ # many\n -1" + "0_0" * 2_000 + "]",
        "a = 0x" + "f" * 5_000,
    ],
    ids=lambda text: str(text[:12]),
)
def test_a_hostile_text_is_refused_at_once(text: str) -> None:
    assert isinstance(load(text), list)


def test_a_key_of_too_many_parts_is_refused_with_its_line() -> None:
    found = load('x = """\n\n"""\na' + ".a" * 32 + " = 1\n")
    assert isinstance(found, list)
    assert str(found[0]) == "line 4, definition: A dotted key has more than 32 parts. Shorten it."


def test_a_number_that_nobody_can_read_is_refused_with_its_line() -> None:
    found = load('x = "' + "9" * 500 + '"\ny = { z = -0x' + "f" * 100 + " }\n")
    assert isinstance(found, list)
    assert str(found[0]) == (
        "line 2, definition: A number has more than 100 characters. Shorten it; if it is a name,"
        " put it in quotes."
    )


@pytest.mark.parametrize("quote", ['"', "'", '"""', "'''"])
def test_dots_in_texts_and_comments_are_not_keys(quote: str) -> None:
    dots = "a." * 100
    assert loaded(f"# {dots}\nx = {quote}{dots}{quote}\n").data == {"x": dots}


def test_curly_quotes_are_named_as_the_mistake() -> None:
    found = load('name = "a"\nkind = \u201clive\u201d\n')
    assert isinstance(found, list)
    assert found[0].line == 2
    assert "curly quotes" in found[0].fix


def test_a_byte_order_mark_does_no_harm() -> None:
    assert loaded('\ufeffname = "a"').line_of("name") == 1


def test_a_text_that_is_too_long_says_how_long_it_may_be() -> None:
    found = load("#" * (TEXT_BYTES_MAX + 1))
    assert isinstance(found, list)
    assert found[0].what == "The text is longer than 512 KiB."


def test_five_errors_are_five_problems_each_with_its_line() -> None:
    found = check(FIVE_ERRORS, now_ms=NOW_MS, zone=ZONE)
    assert isinstance(found, list)
    assert [(problem.line, problem.where) for problem in found] == [
        (1, "name"),
        (2, "kind"),
        (6, "trigger.where[0].value"),
        (11, "who.dayz"),
        (13, "what.key_values.headline"),
    ]


@pytest.mark.parametrize("name", ["live-cart", "win-back"])
def test_the_examples_of_the_docs_have_no_problems(name: str) -> None:
    assert isinstance(check(example(name), now_ms=NOW_MS, zone=ZONE), Campaign)


def test_the_shape_of_a_text_is_read_whatever_its_rules_say() -> None:
    found = shape('name = ""\nkind = "live"\n')
    assert isinstance(found, Campaign)
    problems = shape('name = 5\nkind = "live"\n')
    assert isinstance(problems, list)
    assert [(one.line, one.where) for one in problems] == [(1, "name")]
    assert isinstance(shape("name ="), list)
