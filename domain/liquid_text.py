"""How a value stands in a text, as Liquid writes it: `true` and not Python's `True`.

python-liquid writes a flag so where it stands alone, and as Python does behind a filter and in a
list: `{{ "Member: " | append: Profile.member }}` was "Member: True".
"""

import msgspec
from liquid.stringify import to_liquid_string

DEPTH_MAX = 100
"""So deep a list may be nested in others; no data that means anything is."""


def written(value: object, depth: int = 0) -> str:
    """Return the value as text: null is nothing, a list its items on end, an object its JSON.

    Raises RecursionError for what is nested too deeply, and TypeError or ValueError for an object
    with something in it that JSON does not know.
    """
    match value:
        case str():
            return value
        case None:
            return ""
        case list() | tuple():
            if depth > DEPTH_MAX:
                raise RecursionError
            return "".join(written(each, depth + 1) for each in value)
        case dict():
            return msgspec.json.encode(value).decode()
        case _:
            return to_liquid_string(value, autoescape=False)
