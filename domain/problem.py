"""One thing that is wrong with what a person gave us: where, what, and what to do."""

from msgspec import Struct


class Problem(Struct, frozen=True, omit_defaults=True):
    """A problem of a definition, a configuration or a request.

    `where` is a path such as `who.of[1].op`; `line` is 1-based when the source is a file.
    """

    where: str
    what: str
    fix: str
    line: int | None = None

    def __str__(self) -> str:
        """Read as one line: `line 4, who.of[1].op: ... - ...`."""
        place = f"line {self.line}, {self.where}" if self.line else self.where
        return f"{place}: {self.what} {self.fix}"
