"""Names that people give to what they share: lists and saved audiences."""

import unicodedata

from msgspec import Struct

NAME_CHARS_MAX = 80


class BadName(Struct, frozen=True):
    """Nothing can have this name; `fix` says what to do."""

    what: str
    fix: str


def clean(name: str) -> str | BadName:
    """Return the one way to write a name, or why it is none."""
    wanted = unicodedata.normalize("NFC", name).strip()
    if 1 <= len(wanted) <= NAME_CHARS_MAX and wanted.isprintable():
        return wanted
    what = f"A name has 1 to {NAME_CHARS_MAX} characters that can be printed."
    return BadName(what, "Choose another name.")


def folded(name: str) -> str:
    """Return what two names have in common that people would not tell apart."""
    return unicodedata.normalize("NFC", name).strip().casefold()
