"""Reads what was typed, piece by piece, and notes at its input what cannot be read."""

from typing import Any

from bot import conditions

WHOLE_DIGITS_MAX = 15


class Reading:
    """`errors` holds what cannot be read, by the block id of the input."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def wrong(self, block: str, said: str) -> None:
        """Note what is wrong with an input; the first word counts."""
        self.errors.setdefault(block, said)

    def whole(self, block: str, text: str, example: str = "100") -> int | None:
        """Return a whole number, thousands separated or not; nothing typed is None."""
        text = text.strip().replace(",", "")
        if not text:
            return None
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(text) <= WHOLE_DIGITS_MAX):
            self.wrong(block, f"A whole number, such as {example}.")
            return None
        return int(text)

    def filters(self, block: str, text: str) -> tuple[Any, ...]:
        """Return the comparisons of a text, one a line."""
        found = conditions.read_filters(text)
        if isinstance(found, str):
            self.wrong(block, found)
            return ()
        return found
