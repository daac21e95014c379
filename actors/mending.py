"""Mending a body that is almost JSON, so that one slip in it costs no more than its own item.

A byte order mark goes. Half an emoji becomes a character. A word for a number that is none (NaN,
Infinity), which Python's own encoder writes, becomes a number that every reader refuses: so the
batch can be cut into its items, and that item alone is refused.
"""

import codecs
import re

from actors import half_pairs

OVERFLOWING = b"1e999"
"""Any reader can step over it, and none can hold it."""

_WORDS = (b"NaN", b"Infinity", b"nan", b"inf")
_STRING_OR_WORD = re.compile(
    rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'  # one that never ends is passed over whole, once
    rb"|(-?\b(?:NaN|Infinity|nan|inf)\b)",
    re.DOTALL,
)


def mended(body: bytes) -> bytes | None:
    """Return the JSON that the sender must have meant; None: there is nothing to mend."""
    whole = body.removeprefix(codecs.BOM_UTF8)
    whole = half_pairs.mended(whole) or whole
    if any(word in whole for word in _WORDS):
        whole = _STRING_OR_WORD.sub(lambda found: OVERFLOWING if found[1] else found[0], whole)
    return None if whole == body else whole
