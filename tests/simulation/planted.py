"""Planted bugs: mistakes in the product's own code, made in memory, which the judge must catch.

They are data, in `planted.toml`: each says in a sentence what it does, which promise it breaks,
and its edits: in which function which words become which. They ship nowhere.
"""

import importlib
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import msgspec
from msgspec import Struct

FILE = Path(__file__).with_name("planted.toml")
DEPTH_MAX = 40


class Edit(Struct, frozen=True, forbid_unknown_fields=True):
    """`place` is a function (`store.caps:take`, `actors.live:Live._page`); `was` is in it once."""

    place: str
    was: str
    now: str


class Bug(Struct, frozen=True, forbid_unknown_fields=True):
    """One mistake; `breaks` is the promise that the judge finds broken."""

    name: str
    what: str
    breaks: str
    edit: tuple[Edit, ...]


class _Bugs(Struct, forbid_unknown_fields=True):
    bug: tuple[Bug, ...]


class OutOfDateError(Exception):
    """The code that a bug is planted in is not what it was: aim the bug anew."""


def bugs() -> tuple[Bug, ...]:
    """Return every bug there is."""
    return msgspec.toml.decode(FILE.read_bytes(), type=_Bugs).bug


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """Have the bug while the body runs. Raises `OutOfDateError` where its words are not found."""
    with ExitStack() as stack:
        by_place: dict[str, list[Edit]] = {}
        for edit in bug.edit:
            by_place.setdefault(edit.place, []).append(edit)
        for place, edits in by_place.items():
            function, clear = _found(place)
            code = _edited(function, edits)
            stack.callback(clear)
            stack.callback(setattr, function, "__code__", function.__code__)
            # The function stays the same object, so whoever has imported it has the bug as well.
            function.__code__ = code
            clear()
        yield


def _found(place: str) -> tuple[FunctionType, Callable[[], Any]]:
    """Return a function, and what makes it forget answers that it keeps."""
    module, _, path = place.partition(":")
    found: Any = importlib.import_module(module)
    for name in path.split("."):
        found = inspect.getattr_static(found, name)
    clear = getattr(found, "cache_clear", lambda: None)
    if isinstance(found, property):
        found = found.fget
    if isinstance(found, classmethod | staticmethod):
        found = found.__func__
    function = inspect.unwrap(found)
    assert isinstance(function, FunctionType), f"{place} is no function"
    return function, clear


def _edited(function: FunctionType, edits: list[Edit]) -> CodeType:
    """Compile the function's source with other words in it."""
    source = textwrap.dedent(inspect.getsource(function))
    for edit in edits:
        source = _changed(source, edit)
    name = function.__name__
    lines = source.splitlines()
    while lines[0].startswith("@"):  # the decorated object stays; only what it calls changes
        del lines[0]
    flags = inspect.getmodule(function)
    compiled = compile("\n".join(lines), f"<planted in {flags}>", "exec", dont_inherit=True)
    return next(c for c in compiled.co_consts if isinstance(c, CodeType) and c.co_name == name)


def _changed(source: str, edit: Edit) -> str:
    """Put the new words where the old ones are, as deep in the text as those."""
    was, now = (textwrap.dedent(words).strip("\n") for words in (edit.was, edit.now))
    for depth in range(0, DEPTH_MAX, 4):
        margin = " " * depth
        old = textwrap.indent(was, margin).lstrip(" ")
        if source.count(old) != 1:
            continue
        line = _line_of(source, old)
        if len(line) - len(line.lstrip(" ")) == depth:
            return source.replace(old, textwrap.indent(now, margin).lstrip(" "))
    raise OutOfDateError(f"{edit.place} does not have {edit.was!r} once")


def _line_of(source: str, words: str) -> str:
    at = source.index(words)
    return source[source.rfind("\n", 0, at) + 1 :]
