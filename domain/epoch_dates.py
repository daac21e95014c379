"""CleverTap's way to write a date, `$D_` and epoch seconds: an ISO time to everybody else here.

Who comes from there sends it at every door, and has it in the cells of files.
"""

import re
from datetime import UTC, datetime
from typing import Any

MARK = "$D_"
_DATE = re.compile(re.escape(MARK) + r"(-?\d{1,12})", re.ASCII)


def dated(value: Any) -> Any:
    """Return a value in which every `$D_` and epoch seconds, however deep, is an ISO time.

    One that no calendar has stays the text that it is.
    """
    match value:
        case dict():
            return {key: dated(each) for key, each in value.items()}
        case list():
            return [dated(each) for each in value]
        case str() if (found := _DATE.fullmatch(value)) is not None:
            try:
                return datetime.fromtimestamp(int(found[1]), UTC).isoformat().replace("+00:00", "Z")
            except (OverflowError, ValueError, OSError):
                return value
        case _:
            return value
