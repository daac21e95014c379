"""Pictures inside a terminal, where it can show them: the protocols of Kitty and of iTerm2.

What the terminal can is told by its environment alone: a question to the terminal itself would
hang where nobody answers. Inside tmux and screen nothing is sent: they would print it as text.
"""

import base64
from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

CHUNK_CHARS = 4_096
"""Kitty takes no more in one sequence."""
Protocol: TypeAlias = Literal["kitty", "iterm"]
_ITERM = frozenset({"iTerm.app", "WezTerm", "mintty", "rio", "WarpTerminal"})


def protocol(environ: Mapping[str, str], *, is_terminal: bool) -> Protocol | None:
    """Return how this terminal shows pictures, or None: it does not, or nobody knows."""
    if not is_terminal or environ.get("TMUX") or environ.get("TERM", "").startswith("screen"):
        return None
    if environ.get("KITTY_WINDOW_ID") or environ.get("TERM") in ("xterm-kitty", "xterm-ghostty"):
        return "kitty"
    if environ.get("TERM_PROGRAM") in _ITERM or environ.get("LC_TERMINAL") == "iTerm2":
        return "iterm"
    return None


def sequence(png: bytes, how: Protocol) -> str:
    """Return what makes the terminal show the picture, as wide as it likes."""
    coded = base64.b64encode(png).decode()
    if how == "iterm":
        return f"\x1b]1337;File=inline=1;size={len(png)};preserveAspectRatio=1:{coded}\a\n"
    return "".join(_kitty(coded)) + "\n"


def _kitty(coded: str) -> Iterator[str]:
    chunks = [coded[i : i + CHUNK_CHARS] for i in range(0, len(coded), CHUNK_CHARS)]
    for i, chunk in enumerate(chunks):
        more = int(i < len(chunks) - 1)
        keys = f"a=T,f=100,m={more}" if i == 0 else f"m={more}"
        yield f"\x1b_G{keys};{chunk}\x1b\\"
