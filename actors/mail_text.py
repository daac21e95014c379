"""A definition, or an audience, as somebody wrote it, to be looked at and not kept.

Part of the mail. The answer to each is Refused with all problems and their lines, or Done.
"""

from actors.mail_beside import Beside


class CheckText(Beside, frozen=True, tag=True):
    """What is wrong with a definition, as TOML: its shape, its rules, and the names that it uses.

    `edits`: whose edit it would be (name or id), as in Draft.
    """

    text: str
    edits: str = ""


class CheckAudienceText(Beside, frozen=True, tag=True):
    """What is wrong with an audience, as TOML, that is to be saved under a name."""

    text: str
    name: str
