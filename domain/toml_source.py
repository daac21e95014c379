"""A definition as TOML text: its data, and the line that each place of it stands on.

tomllib reads the text and knows no lines; so a small scanner goes over a text that tomllib has
found valid, and notes where each key and each item begins.
"""

import re
import tomllib
from bisect import bisect_right
from typing import Any

import msgspec
from msgspec import Struct

from domain.campaign import Campaign
from domain.decoding import decode
from domain.definition import read
from domain.place import WHOLE, item, member, outward
from domain.problem import Problem

TEXT_BYTES_MAX = 512 * 1024
"""Eight times what a definition may have: a character may be written as an escape of ten."""
KEY_PARTS_MAX = 32
"""tomllib takes a minute for one dotted key of 30,000 parts."""

NUMBER_CHARS_MAX = 100
"""TOML knows numbers of 64 bits; Python reads and writes none of more than 4,300 digits."""

_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_CURLY = frozenset("\u201c\u201d\u201e\u2018\u2019")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_OPAQUE = re.compile(  # comments and strings, closed or not: what may hide dots
    r"#[^\n]*"
    r'|"""(?:\\.|[^\\"]|"(?!""))*+(?:"""|\Z)?'
    r"|'''(?:[^']|'(?!''))*+(?:'''|\Z)?"
    r'|"(?:\\.|[^"\\\n])*+"?'
    r"|'[^'\n]*+'?",
    re.DOTALL,
)
_LONG_KEY = re.compile(
    rf'(?<![A-Za-z0-9_-])(?:(?:[A-Za-z0-9_-]++|"")[ \t]*+\.[ \t]*+){{{KEY_PARTS_MAX}}}'
)
_LONG_NUMBER = re.compile(rf"(?<![A-Za-z0-9_.])[0-9][0-9A-Za-z_.]{{{NUMBER_CHARS_MAX}}}")
_PART = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*')"""
_KEY = re.compile(rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*")
_LEAF = re.compile(
    r'"""(?:[^\\]|\\.)*?""""{0,2}'  # up to two quotes may touch the closing three
    r"|'''.*?''''{0,2}"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'"
    r"|[^\s,\]}#]+(?: \d\d:[^\s,\]}#]+)?",  # a date and its time may have a space between them
    re.DOTALL,
)


class Loaded(Struct, frozen=True):
    """The plain data of a text, and the 1-based line of every place in it."""

    data: dict[str, Any]
    lines: dict[str, int]

    def line_of(self, where: str) -> int | None:
        """Return the line of a place, or of the nearest place around it that the text has."""
        return next((self.lines[each] for each in outward(where) if each in self.lines), None)


def load(text: str) -> Loaded | list[Problem]:
    """Parse a TOML text. A mistake of syntax is one problem: what follows it is not known."""
    if len(text.encode(errors="replace")) > TEXT_BYTES_MAX:
        what = f"The text is longer than {TEXT_BYTES_MAX // 1024} KiB."
        return [Problem(WHOLE, what, "A definition is a page or two; shorten it.")]
    if long := _LONG_KEY.search(bare := _OPAQUE.sub(_emptied, text)):
        what = f"A dotted key has more than {KEY_PARTS_MAX} parts."
        return [Problem(WHOLE, what, "Shorten it.", bare.count("\n", 0, long.start()) + 1)]
    if long := _LONG_NUMBER.search(bare):
        what = f"A number has more than {NUMBER_CHARS_MAX} characters."
        fix = "Shorten it; if it is a name, put it in quotes."
        return [Problem(WHOLE, what, fix, bare.count("\n", 0, long.start()) + 1)]
    text = text.removeprefix("\ufeff")  # some editors begin every file with it
    try:
        return Loaded(tomllib.loads(text), _Scanner(text).scan())
    except tomllib.TOMLDecodeError as error:
        return [_syntax_problem(str(error), text)]
    except RecursionError:
        return [Problem(WHOLE, "It is nested too deeply.", "Use fewer brackets within brackets.")]


def _emptied(opaque: re.Match[str]) -> str:
    """Return an empty string in place of any, with its line breaks."""
    return '""' + "\n" * opaque[0].count("\n")


def _syntax_problem(message: str, text: str) -> Problem:
    line = text.count("\n", 0, len(text.rstrip())) + 1
    if (at := _AT.search(message)) and at[1]:
        line = int(at[1])
    fix = "Correct this line, or the one before it."
    if _CURLY & set(text.split("\n")[line - 1]):
        fix = "Replace the curly quotes by straight ones; some editors change them unasked."
    return Problem(WHOLE, f"This is not TOML: {_AT.sub('', message)}.", fix, line)


def check(text: str, *, now_ms: int, zone: str) -> Campaign | list[Problem]:
    """Return the campaign that a TOML text describes, or all its problems in order of their lines.

    `zone` is the account's time zone.
    """
    loaded = load(text)
    if not isinstance(loaded, Loaded):
        return loaded
    campaign = read(loaded.data, now_ms=now_ms, zone=zone)
    return campaign if isinstance(campaign, Campaign) else with_lines(campaign, loaded)


def shape(text: str) -> Campaign | list[Problem]:
    """Return the campaign that a TOML text describes, whatever its rules say of it."""
    loaded = load(text)
    if not isinstance(loaded, Loaded):
        return loaded
    campaign = decode(loaded.data, Campaign)
    return campaign if isinstance(campaign, Campaign) else with_lines(campaign, loaded)


def with_lines(problems: list[Problem], loaded: Loaded) -> list[Problem]:
    """Return the problems with their lines, in the order of the text."""
    placed = [
        msgspec.structs.replace(problem, line=loaded.line_of(problem.where)) for problem in problems
    ]
    return sorted(placed, key=lambda problem: problem.line or 0)


class _Scanner:
    """Goes once over a valid text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._newlines = [found.start() for found in re.finditer("\n", text)]
        self._lines: dict[str, int] = {}
        self._last: dict[str, int] = {}  # the latest index of each array of tables

    def scan(self) -> dict[str, int]:
        table = ""
        while self._skip_space():
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._key_value(table)
        return self._lines

    def _skip_space(self) -> bool:
        """Go on to what matters; False at the end."""
        self._take(_SPACE)
        return self._at < len(self._text)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        assert found is not None, "tomllib found the text valid"
        self._at = found.end()
        return found[0]

    def _key(self) -> list[str]:
        """Take a key with its dots; tomllib itself reads its quotes and escapes."""
        parts = []
        data: Any = tomllib.loads(f"{self._take(_KEY)} = 0")
        while isinstance(data, dict):
            ((part, data),) = data.items()
            parts.append(part)
        return parts

    def _line(self) -> int:
        return bisect_right(self._newlines, self._at - 1) + 1

    def _header(self) -> str:
        line = self._line()
        array = self._text.startswith("[[", self._at)
        self._at += 2 if array else 1
        self._take(_SPACE)
        *parents, name = self._key()
        place = ""
        for part in parents:
            place = member(place, part)
            self._lines.setdefault(place, line)
            if place in self._last:
                place = item(place, self._last[place])
        place = member(place, name)
        if array:
            self._last[place] = self._last.get(place, -1) + 1
            self._lines.setdefault(place, line)
            place = item(place, self._last[place])
        self._lines[place] = line
        self._at = self._text.index("]", self._at) + (2 if array else 1)
        return place

    def _key_value(self, table: str) -> None:
        line = self._line()
        for part in self._key():
            table = member(table, part)
            self._lines.setdefault(table, line)
        self._at = self._text.index("=", self._at) + 1
        self._skip_space()
        self._value(table)

    def _value(self, place: str) -> None:
        match self._text[self._at]:
            case "[":
                self._at += 1
                index = 0
                while self._inside("]"):
                    inner = item(place, index)
                    self._lines[inner] = self._line()
                    self._value(inner)
                    index += 1
            case "{":
                self._at += 1
                while self._inside("}"):
                    self._key_value(place)
            case _:
                self._take(_LEAF)

    def _inside(self, end: str) -> bool:
        """Go on to the next item of an array or inline table; False after its end."""
        self._skip_space()
        if self._text[self._at] == ",":
            self._at += 1
            self._skip_space()
        if self._text[self._at] == end:
            self._at += 1
            return False
        return True
