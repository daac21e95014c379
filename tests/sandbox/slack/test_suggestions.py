from typing import Any

import pytest

from sandbox.slack.suggestions import suggested
from tests.sandbox.slack.bots import option

LABEL = {"type": "plain_text", "text": "Events"}


def test_options_may_come_alone_or_in_groups_and_there_may_be_none() -> None:
    assert suggested({"options": [option("a")]}).options == [option("a")]
    groups = [{"label": LABEL, "options": [option(name)]} for name in "ab"]
    assert suggested({"option_groups": groups}).options == [option("a"), option("b")]
    assert suggested({"options": []}).problems == ()


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("nonsense", "options or option_groups expected"),
        ({}, "must define either"),
        ({"options": [], "option_groups": []}, "must define either"),
        ({"options": [option(str(n)) for n in range(101)]}, "/options"),
        ({"options": [option("v" * 151)]}, "must be less than 151 characters"),
        ({"options": [option("")]}, "must be more than 0 characters"),
        ({"options": [{"value": "a"}]}, "text"),
        ({"options": [{"value": "a", "text": {"type": "mrkdwn", "text": "a"}}]}, "/options/0/text"),
        (
            {"options": [{"value": "a", "text": {"type": "plain_text", "text": "t" * 76}}]},
            "must be less than 76 characters",
        ),
        ({"option_groups": [{"options": [option("a")]}]}, "label"),
    ],
)
def test_what_slack_would_drop_is_dropped_and_said(answer: Any, wrong: str) -> None:
    found = suggested(answer)
    assert found.options == []
    assert wrong in "\n".join(found.problems)


def test_all_groups_together_have_at_most_a_hundred() -> None:
    groups = [
        {"label": LABEL, "options": [option(f"{group}.{n}") for n in range(60)]} for group in "ab"
    ]
    assert "100" in suggested({"option_groups": groups}).problems[0]
