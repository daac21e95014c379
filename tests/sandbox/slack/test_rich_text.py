from typing import Any

import pytest

from sandbox.slack.checks import Check, Report
from sandbox.slack.rich_text import rich_text_elements, table_cell


def problems(check: Check, value: Any) -> list[str]:
    report = Report("message")
    check(report, value, "")
    return report.problems


def words(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text, "style": style}


def test_sections_lists_quotes_and_code_pass() -> None:
    section = {"type": "rich_text_section", "elements": [words("a", bold=True)]}
    value = [
        section,
        {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [section]},
        {"type": "rich_text_quote", "elements": [{"type": "user", "user_id": "U1"}]},
        {"type": "rich_text_preformatted", "border": 0, "elements": [words("x = 1")]},
    ]
    assert problems(rich_text_elements, value) == []


@pytest.mark.parametrize(
    "value",
    [
        [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
        [{"type": "rich_text_section", "elements": [words("a", loud=True)]}],
        [{"type": "rich_text_list", "style": "stars", "elements": []}],
        [{"type": "rich_text_section", "elements": [{"type": "link", "url": "javascript:1"}]}],
    ],
)
def test_what_rich_text_does_not_know_is_refused(value: Any) -> None:
    assert problems(rich_text_elements, value)


def test_a_table_cell_is_raw_text_or_rich_text() -> None:
    assert problems(table_cell, {"type": "raw_text", "text": "a"}) == []
    assert problems(table_cell, {"type": "mrkdwn", "text": "a"})
