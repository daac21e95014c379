"""Small checks that a JSON value is what Slack accepts; the Block Kit rules are built of them.

A check is called with the report, the value and the value's JSON pointer, and adds every problem
to the report in Slack's own words.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal

Surface = Literal["message", "modal", "home"]


class Report:
    """What was found wrong so far, and the ids that were already used."""

    def __init__(self, surface: Surface, files: Callable[[str], bool] = lambda _: False) -> None:
        self.surface = surface
        self.file_is_ready = files
        self.problems: list[str] = []
        self.block_ids: set[str] = set()
        self.action_ids: set[str] = set()
        self.focused = 0

    def add(self, message: str, pointer: str) -> None:
        """Note one problem at a JSON pointer."""
        self.problems.append(f"{message} [json-pointer:{pointer}]")


Check = Callable[[Report, Any, str], None]


def anything(_report: Report, _value: Any, _pointer: str) -> None:
    """Accept every value."""


def boolean(report: Report, value: Any, pointer: str) -> None:
    """Accept true and false."""
    if not isinstance(value, bool):
        report.add("must provide a boolean", pointer)


def string(limit: int, *, least: int = 1) -> Check:
    """Accept a string of `least` to `limit` characters."""

    def check(report: Report, value: Any, pointer: str) -> None:
        if not isinstance(value, str):
            report.add("must provide a string", pointer)
        elif len(value) < least:
            report.add(f"must be more than {least - 1} characters", pointer)
        elif len(value) > limit:
            report.add(f"must be less than {limit + 1} characters", pointer)

    return check


def integer(low: int, high: int) -> Check:
    """Accept a whole number from `low` to `high`."""

    def check(report: Report, value: Any, pointer: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            report.add("must provide an integer", pointer)
        elif not low <= value <= high:
            report.add(f"must be between {low} and {high}", pointer)

    return check


def one_of(*choices: str) -> Check:
    """Accept one of some words."""

    def check(report: Report, value: Any, pointer: str) -> None:
        if value not in choices:
            report.add(f"must be one of: {', '.join(choices)}", pointer)

    return check


def listing(item: Check, limit: int, *, least: int = 1) -> Check:
    """Accept a list of `least` to `limit` items, each accepted by `item`."""

    def check(report: Report, value: Any, pointer: str) -> None:
        if not isinstance(value, list):
            report.add("must provide an array", pointer)
            return
        if len(value) < least:
            report.add(f"no less than {least} items allowed", pointer)
        if len(value) > limit:
            report.add(f"no more than {limit} items allowed", pointer)
        for place, each in enumerate(value):
            item(report, each, f"{pointer}/{place}")

    return check


def shape(
    required: Mapping[str, Check],
    optional: Mapping[str, Check] | None = None,
    *,
    also: Check = anything,
) -> Check:
    """Accept an object with these fields and no others; `also` then looks at the whole."""
    known = {**required, **(optional or {})}

    def check(report: Report, value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", pointer)
            return
        for name in required:
            if name not in value:
                report.add(f"missing required field: {name}", pointer)
        for name, each in value.items():
            if name in known:
                known[name](report, each, f"{pointer}/{name}")
            else:
                report.add(f"invalid additional property: {name}", pointer)
        also(report, value, pointer)

    return check


def by_type(table: Mapping[str, Check]) -> Check:
    """Accept an object whose `type` is in the table, and that the table's check accepts."""

    def check(report: Report, value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", pointer)
            return
        kind = value.get("type")
        if kind is None:
            report.add("missing required field: type", pointer)
        elif not isinstance(kind, str) or kind not in table:
            report.add(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            table[kind](report, value, pointer)

    return check


def url(limit: int) -> Check:
    """Accept a web address of at most `limit` characters."""
    length = string(limit)

    def check(report: Report, value: Any, pointer: str) -> None:
        length(report, value, pointer)
        if isinstance(value, str) and not value.startswith(("http://", "https://", "mailto:")):
            report.add("invalid_url", pointer)

    return check
