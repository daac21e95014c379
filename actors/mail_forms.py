"""A form that somebody has begun: kept while it is filled in, so that nothing entered is lost.

Part of the mail. `body` is the form's own, as JSON: the engine keeps it and does not read it.
"""

from msgspec import Struct

from actors.mail_beside import Beside


class KeepForm(Beside, frozen=True, tag=True):
    """Keep what stands in a form now."""

    by: str
    form: str
    body: str


class ShowForm(Beside, frozen=True, tag=True):
    """What stands in a form."""

    by: str
    form: str


class DropForm(Beside, frozen=True, tag=True):
    """Forget a form: it was submitted, or its person begins anew."""

    by: str
    form: str


class FormStands(Struct, frozen=True, tag=True):
    """What stands in a form; "": nothing does."""

    body: str = ""
