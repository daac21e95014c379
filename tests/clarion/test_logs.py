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
    assert stream.getvalue().count(logs.MASK) == 2


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
