from typing import Any

import pytest

from sandbox.slack.checks import (
    Check,
    Report,
    anything,
    boolean,
    by_type,
    integer,
    listing,
    one_of,
    shape,
    string,
    url,
)


def problems(check: Check, value: Any) -> list[str]:
    report = Report("message")
    check(report, value, "/x")
    return report.problems


@pytest.mark.parametrize(
    ("check", "value", "words"),
    [
        (string(3), "long", "must be less than 4 characters [json-pointer:/x]"),
        (string(3), "", "must be more than 0 characters [json-pointer:/x]"),
        (string(3), 7, "must provide a string [json-pointer:/x]"),
        (boolean, 1, "must provide a boolean [json-pointer:/x]"),
        (integer(1, 5), 6, "must be between 1 and 5 [json-pointer:/x]"),
        (integer(1, 5), True, "must provide an integer [json-pointer:/x]"),
        (one_of("a", "b"), "c", "must be one of: a, b [json-pointer:/x]"),
        (listing(anything, 1), [1, 2], "no more than 1 items allowed [json-pointer:/x]"),
        (listing(anything, 1), [], "no less than 1 items allowed [json-pointer:/x]"),
        (listing(anything, 1), {}, "must provide an array [json-pointer:/x]"),
        (shape({"a": anything}), {}, "missing required field: a [json-pointer:/x]"),
        (shape({}), {"b": 1}, "invalid additional property: b [json-pointer:/x]"),
        (shape({}), [], "must provide an object [json-pointer:/x]"),
        (by_type({}), {"type": "t"}, "unsupported type: t [json-pointer:/x/type]"),
        (by_type({}), {}, "missing required field: type [json-pointer:/x]"),
        (by_type({}), {"type": []}, "unsupported type: [] [json-pointer:/x/type]"),
        (url(99), "javascript:alert(1)", "invalid_url [json-pointer:/x]"),
    ],
)
def test_a_wrong_value_is_named_in_slacks_words(check: Check, value: Any, words: str) -> None:
    assert problems(check, value) == [words]


def test_the_pointer_leads_to_the_item_that_is_wrong() -> None:
    check = shape({"rows": listing(string(2), 5)})
    assert problems(check, {"rows": ["ok", "too long"]}) == [
        "must be less than 3 characters [json-pointer:/x/rows/1]",
    ]


def test_the_longest_allowed_text_passes() -> None:
    assert problems(string(3), "abc") == []
