"""What is asked of campaigns at rest: use one again, put one away, take one back."""

from typing import TypeAlias

from msgspec import Struct


class Clone(Struct, frozen=True, tag=True):
    """Draft a copy under a new name: all of its content, and nothing of its life."""

    name: str
    by: str
    new_name: str
    channel: str = ""


class Archive(Struct, frozen=True, tag=True):
    """Take it out of the lists, or bring it back to them; nothing else of it changes."""

    name: str
    by: str
    archived: bool = True


class Undo(Struct, frozen=True, tag=True):
    """Take back what was published to run now, and has not begun: it is a draft again."""

    name: str
    by: str


Shelve: TypeAlias = Clone | Archive | Undo
