"""What is asked of campaigns that are over: use one again, put one away."""

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


Shelve: TypeAlias = Clone | Archive
