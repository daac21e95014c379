"""Key-values as lines of text: `coupon = SPRING`, a line each.

A line that is indented goes on with the value above it. A `*` after a key: users for whom its value
is empty are skipped.
"""

import re

from bot.wizard.reading import Reading

REQUIRED_MARK = "*"
INDENT = "  "
SHOWN_CHARS_MAX = 80
_NAME = re.compile(r"\w+")


def read_pairs(text: str, block: str, reading: Reading) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the pairs of a text, and the keys that must not be empty."""
    pairs: dict[str, str] = {}
    required: list[str] = []
    wrong: list[str] = []
    last = ""
    for line in text.splitlines():
        if line.startswith(INDENT) and last:
            pairs[last] = f"{pairs[last]}\n{line.removeprefix(INDENT)}"
            continue
        if not line.strip():
            continue
        key, equals, template = line.strip().partition("=")
        key = key.strip()
        if key.endswith(REQUIRED_MARK):
            key = key.removesuffix(REQUIRED_MARK).strip()
            required.append(key)
        if not equals or not key:
            wrong.append(
                f'"{line.strip()[:SHOWN_CHARS_MAX]}" is no pair. Write it like: {_as_pair(line)}'
            )
        elif key in pairs:
            wrong.append(f'"{key[:SHOWN_CHARS_MAX]}" stands there twice. Remove one.')
        else:
            pairs[key] = template.strip()
            last = key
    if wrong:
        reading.wrong(block, " ".join(wrong))
    return pairs, tuple(required)


def write_pairs(pairs: dict[str, str], required: tuple[str, ...] = ()) -> str:
    """Return pairs as they would be typed."""
    return "\n".join(
        f"{key}{REQUIRED_MARK if key in required else ''} = {_indented(template)}"
        for key, template in pairs.items()
    )


def _indented(template: str) -> str:
    return template.replace("\n", f"\n{INDENT}")


def _as_pair(line: str) -> str:
    """Return a line as the pair that was most likely meant: a text needs a name."""
    name, colon, rest = line.strip().partition(":")
    if colon and rest.strip() and _NAME.fullmatch(name.strip()):
        return f"{name.strip()} = {rest.strip()[:SHOWN_CHARS_MAX]}"
    text = line.strip().removeprefix("=").strip()[:SHOWN_CHARS_MAX]
    return f"text = {text}" if text and not text.startswith(REQUIRED_MARK) else "coupon = SPRING"
