from typing import Any

import pytest

from sandbox.slack import objects
from sandbox.slack.checks import Check, Report
from tests.sandbox.slack.bots import mrkdwn, option, plain


def problems(check: Check, value: Any) -> list[str]:
    report = Report("message", files=lambda reference: reference == "F1")
    check(report, value, "")
    return report.problems


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (objects.plain(10), plain("words")),
        (objects.text(10), mrkdwn("*words*")),
        (objects.option, option("a")),
        (objects.option_groups, [{"label": plain("G"), "options": [option("a")]}]),
        (objects.calendar_date, "2026-03-29"),
        (objects.wall_time, "23:59"),
        (objects.epoch_seconds, 1_800_000_000),
        (objects.slack_file, {"id": "F1"}),
        (objects.dispatch_config, {"trigger_actions_on": ["on_enter_pressed"]}),
        (objects.conversation_filter, {"include": ["public"], "exclude_bot_users": True}),
        (
            objects.confirm,
            {
                "title": plain("Sure?"),
                "text": mrkdwn("Really"),
                "confirm": plain("Yes"),
                "deny": plain("No"),
                "style": "danger",
            },
        ),
    ],
)
def test_a_right_object_passes(check: Check, value: Any) -> None:
    assert problems(check, value) == []


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (objects.plain(10), mrkdwn("words")),
        (objects.plain(10), plain("more than ten")),
        (objects.option, option("a", "x" * 76)),
        (objects.option, option("v" * 151)),
        (objects.options, [option(str(number)) for number in range(101)]),
        (objects.calendar_date, "29.3.2026"),
        (objects.wall_time, "24:00"),
        (objects.wall_time, "9:00"),
        (objects.wall_time, 900),
        (objects.epoch_seconds, 1_800_000_000_000),
        (objects.slack_file, {"id": "F2"}),
        (objects.slack_file, {}),
        (objects.confirm, {"title": plain("x" * 101)}),
    ],
)
def test_a_wrong_object_is_refused(check: Check, value: Any) -> None:
    assert problems(check, value)
