import logging

import pytest

from bot.quiet import HIDDEN, SLACK_LOG


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-12-ab.c",
        "xapp-1-A-2",
        "https://hooks.slack.com/commands/T1/2/abc",
        "v0=" + "0a" * 32,
    ],
)
def test_what_slacks_libraries_log_holds_no_secret(
    caplog: pytest.LogCaptureFixture, secret: str
) -> None:
    SLACK_LOG.error("failed with %s in it", secret)
    assert secret not in caplog.text
    assert f"failed with {HIDDEN} in it" in caplog.text


def test_what_slacks_libraries_say_in_passing_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        SLACK_LOG.info("a request body")
    assert caplog.text == ""
