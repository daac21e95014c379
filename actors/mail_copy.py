"""What an operator asks about the audience's copy, and the answer: part of the mail."""

from typing import Literal, TypeAlias

from msgspec import Struct

from actors.mail_beside import AboutAudience

Making: TypeAlias = Literal["", "running", "failed"]
"""Whether it is being made anew: not, at this moment, or it was tried in vain."""


class ShowCopy(AboutAudience, frozen=True, tag=True):
    """How the audience's copy stands."""


class RebuildCopy(AboutAudience, frozen=True, tag=True):
    """Make the audience's copy anew from the log, beside the one that answers."""


AboutCopy: TypeAlias = ShowCopy | RebuildCopy


class CopyStatus(Struct, frozen=True, tag=True):
    """How the copy stands: it holds the log up to `watermark`, of `last_seq`.

    `made` of `to_make` places of the log stand in the new one while one is made, which is the
    `rebuilds`-th since the daemon began; `why` says what went wrong with the last.
    """

    watermark: int
    last_seq: int
    bytes: int
    making: Making = ""
    made: int = 0
    to_make: int = 0
    rebuilds: int = 0
    why: str = ""
