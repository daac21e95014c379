"""Mending half an emoji: a text that its sender cut in the middle of a surrogate pair.

JavaScript counts an emoji as two characters, cuts between them, and writes the half as an escape of
its own. No reader of JSON takes that for text, so one such title would cost the whole batch around
it. U+FFFD takes the place of the half, as it does of all that is no character.
"""

import re

_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a whole pair stays
    rb"|(u[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|.)",  # so that the u of an escaped backslash begins no escape
    re.DOTALL,
)
_HALVES = (b"\\ud", b"\\uD")
_REPLACEMENT = rb"\ufffd"


def mended(body: bytes) -> bytes | None:
    """Return the JSON with every half replaced, as long as it was; None: there is none."""
    if not any(half in body for half in _HALVES):
        return None
    found = _ESCAPES.sub(lambda escape: _REPLACEMENT if escape[1] else escape[0], body)
    return None if found == body else found
