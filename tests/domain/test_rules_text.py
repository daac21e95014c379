import pytest

from domain.rules_text import duplicate_problems, mention_problems, text_problems


@pytest.mark.parametrize("text", ["a", "Påske-kampanje 50 %", "Привіт", "👩‍👩‍👧 family", "x" * 80])
def test_an_ordinary_text_has_no_problems(text: str) -> None:
    assert list(text_problems(text, "name", 80)) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "It is empty."),
        ("x" * 81, "It has 81 characters; at most 80 are possible."),
        (" a", "It begins or ends with a space."),
        ("a\u00a0", "It begins or ends with a space."),
        ("a\nb", "It contains a character that cannot be seen (U+000A)."),
        ("a\u202eb", "It contains a character that cannot be seen (U+202E)."),
        ("a\x00b", "It contains a character that cannot be seen (U+0000)."),
    ],
)
def test_a_text_that_misleads_is_refused(text: str, what: str) -> None:
    assert [problem.what for problem in text_problems(text, "name", 80)] == [what]


def test_a_text_that_is_there_twice_is_told_once() -> None:
    found = list(duplicate_problems(("a", "b", "a", "a"), "labels"))
    assert [str(problem) for problem in found] == [
        'labels: "a" is there more than once. Remove the second.'
    ]


@pytest.mark.parametrize("name", ["Hello @U0BEN00002", "x@W0BEN00002!"])
def test_a_name_that_would_notify_a_person_in_slack_is_refused(name: str) -> None:
    (found,) = mention_problems(name, "name")
    assert found.what.startswith(name[name.index("@") :].rstrip("!"))


@pytest.mark.parametrize("name", ["Sale @ Oslo", "@USERS", "U0BEN00002", "@ann", "<!channel>"])
def test_a_name_that_notifies_nobody_is_fine(name: str) -> None:
    assert list(mention_problems(name, "name")) == []
