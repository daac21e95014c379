import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest

from clarion import logs

SECRET = "xoxb-1-very-secret"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = before
    root.setLevel(level)


def fail() -> None:
    raise ValueError(f"the key {SECRET} is wrong")


def test_no_secret_reaches_the_log_not_even_in_a_traceback(stream: io.StringIO) -> None:
    logs.set_up("info", "text", [SECRET], stream=stream)
    try:
        fail()
    except ValueError:
        logging.getLogger("a").exception("sent with %s", SECRET)
    assert SECRET not in stream.getvalue()
    assert stream.getvalue().count(logs.MASK) == 1  # the error's own words are not there at all


def test_a_json_line_masks_a_secret_that_json_writes_otherwise(stream: io.StringIO) -> None:
    logs.set_up("info", "json", ['se"cret\u00e9'], stream=stream)
    logging.getLogger("a").warning('the key is se"cret\u00e9')
    line = json.loads(stream.getvalue())
    assert (line["level"], line["message"]) == ("warning", f"the key is {logs.MASK}")


def test_a_json_line_carries_the_traceback(stream: io.StringIO) -> None:
    logs.set_up("info", "json", stream=stream)
    try:
        fail()
    except ValueError:
        logging.getLogger("a").exception("oh")
    assert "ValueError" in json.loads(stream.getvalue())["traceback"]


@pytest.mark.parametrize("format_", ["text", "json"])
def test_an_errors_words_are_left_out_because_they_may_quote_a_user(
    stream: io.StringIO, format_: logs.Format
) -> None:
    logs.set_up("info", format_, stream=stream)
    try:
        try:
            dict[str, str]()["ann@example.com"]
        except KeyError as error:
            raise ExceptionGroup(
                "of ann", [ValueError("ann's"), OSError(28, "No space")]
            ) from error
    except ExceptionGroup:
        logging.getLogger("a").exception("oh")
    told = stream.getvalue().replace("\\n", "\n")
    for kind in ("KeyError", "ExceptionGroup", "ValueError", "OSError", "test_logs.py"):
        assert kind in told
    assert "No space" in told  # a disk's words quote nobody
    unquoted = [
        line for line in told.splitlines() if "dict[str" not in line and "raise" not in line
    ]
    assert not any("ann" in line for line in unquoted)


def test_what_another_handler_wrote_of_an_error_is_not_taken_over(stream: io.StringIO) -> None:
    other = logging.StreamHandler(io.StringIO())
    logging.getLogger().addHandler(other)
    logs.set_up("info", "text", stream=stream)
    try:
        int("ann@example.com".upper())
    except ValueError:
        logging.getLogger("a").exception("oh")
    assert "ANN@" not in stream.getvalue()


def test_setting_up_again_replaces_what_was_set_up_before(stream: io.StringIO) -> None:
    logs.set_up("info", "text", stream=sys.stderr)
    logs.set_up("warning", "text", stream=stream)
    logging.getLogger("a").info("quiet")
    logging.getLogger("a").warning("loud")
    assert stream.getvalue().count("\n") == 1


def test_a_longer_secret_that_begins_like_another_is_masked_whole() -> None:
    assert logs.Mask(["abcd", "abcd-efgh"])("key abcd-efgh") == f"key {logs.MASK}"


def test_error_ids_are_short_and_differ() -> None:
    ids = {logs.error_id() for _ in range(200)}
    assert len(ids) == 200
    assert {len(each) for each in ids} == {9}
