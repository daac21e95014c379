"""The rules of a short text: names, labels, keys."""

import re
import unicodedata
from collections.abc import Iterator

from domain.problem import Problem


def text_problems(text: str, where: str, chars_max: int) -> Iterator[Problem]:
    """Yield what is wrong with a name: empty, too long, unprintable, or with space around it.

    Control, format and separator characters are refused because they make two names that look
    the same, and lines where there is one.
    """
    if not text:
        yield Problem(where, "It is empty.", "Write something.")
        return
    if len(text) > chars_max:
        what = f"It has {len(text)} characters; at most {chars_max} are possible."
        yield Problem(where, what, "Shorten it.")
    if text != text.strip():
        yield Problem(where, "It begins or ends with a space.", "Remove the space.")
    if bad := next((c for c in text if c != "\u200d" and unicodedata.category(c) in _UNSEEN), None):
        what = f"It contains a character that cannot be seen (U+{ord(bad):04X})."
        yield Problem(where, what, "Remove it.")


def mention_problems(name: str, where: str) -> Iterator[Problem]:
    """Yield that a name would notify somebody in Slack each time it is told."""
    if person := _PERSON.search(name):
        what = f"{person[0]} is how a person is named in Slack: each alert would notify them."
        yield Problem(where, what, "Leave out the @.")


def duplicate_problems(texts: tuple[str, ...], where: str) -> Iterator[Problem]:
    """Yield each text that a list has more than once."""
    for text in sorted({text for text in texts if texts.count(text) > 1}):
        yield Problem(where, f'"{text}" is there more than once.', "Remove the second.")


_PERSON = re.compile(r"@[UW][A-Z0-9]{6,}\b")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories. The joiner U+200D is left out: emoji are made of it."""
