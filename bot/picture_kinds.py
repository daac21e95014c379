"""What the process that draws pictures answers, for those who must not load what it loads."""

from msgspec import Struct

from actors.mail_rehearsal import Rehearsed
from actors.mail_report import Report


class Drawn(Struct, frozen=True):
    """A report with its comparison, or a rehearsal, and the picture of it as PNG."""

    report: Report | Rehearsed
    png: bytes
