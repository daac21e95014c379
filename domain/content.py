"""The content of a message: key-value pairs whose values are Liquid templates.

`compile_template` finds everything that is wrong with a template before anyone sends it; `render`
answers with a value, `Abort`, or the reason why this user's values cannot be rendered.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import isfinite
from typing import Any

import msgspec
from liquid.ast import Node
from liquid.builtin.expressions.primitive import IntegerLiteral, RangeLiteral
from liquid.exceptions import LiquidError, OutputStreamLimitError
from liquid.expression import Expression

from domain.liquid_blank import let_missing_be_blank
from domain.liquid_filters import LimitReached
from domain.liquid_output import NotingOutput
from domain.liquid_sandbox import (
    Aborted,
    Budget,
    Missing,
    Sandbox,
    SandboxContext,
    dotted,
)

PAIRS_MAX = 50
KEY_CHARS_MAX = 120
VALUE_CHARS_MAX = 512
"""After rendering; a list or an object counts as its JSON."""
TEMPLATE_CHARS_MAX = 5_000
UNCLOSED_MAX = 20
"""So many `{{` with no `}}` between: for each the library reads on to the end of the text."""
BLANKS_MAX = 100
"""So many blanks in a row: behind an opening the library reads them again from each of them."""
RANGE_LENGTH_MAX = 1_000
EXPRESSION_DEPTH_MAX = 50
"""Conditions joined by and/or count as nested."""
ROOTS = ("Profile", "Event", "ConstantEventProperty")
"""The only names that are there without being assigned."""

_SANDBOX = Sandbox()


class Template(msgspec.Struct, frozen=True):
    """A template that may be rendered."""

    text: str
    names: tuple[str, ...]
    """Every property it mentions, as written: `Profile.first_name`, `Event.items[0].sku`."""
    known: Mapping[str, str]
    """How it writes each path, by the path's dotted form; no value a path computes is in it."""
    parsed: Any
    """The library's own tree."""
    lone: Any = None
    """The node, if the text is exactly one `{{ }}`; then the value keeps its JSON type."""

    def first_keys(self) -> set[tuple[str, str]]:
        """Return what it mentions by root and first key; keys that a value computes are left out.

        `("Profile", "address")` for `Profile.address.city`.
        """
        found = (_FIRST_KEY.match(name) for name in self.names)
        return {(each["root"], each["dotted"] or each["quoted"]) for each in found if each}

    def uses_event(self) -> bool:
        """Whether it needs a triggering event, which past behaviour campaigns do not have."""
        return any(_root(name) == "Event" for name in self.names)

    def uses_constant(self) -> bool:
        """Whether it needs the values of a property that the audience found held across events."""
        return any(_root(name) == "ConstantEventProperty" for name in self.names)


class BadTemplate(msgspec.Struct, frozen=True):
    """A template that cannot be used, and why, for the person who wrote it."""

    problem: str


class Rendered(msgspec.Struct, frozen=True):
    """A value for one user. `missing` names what was not there, or blank, and rendered empty."""

    value: Any
    missing: tuple[str, ...] = ()


class Abort(msgspec.Struct, frozen=True):
    """The template said `{% abort %}`: skip this user (`content_aborted`)."""


class RenderFailed(msgspec.Struct, frozen=True):
    """This user's values broke the template (`content_failed`); it quotes no value."""

    problem: str


@lru_cache(maxsize=4_096)
def compile_template(text: str) -> Template | BadTemplate:
    """Parse and check a template; all problems that can be told apart come at once."""
    if len(text) > TEMPLATE_CHARS_MAX:
        return BadTemplate(
            f"the template has {len(text)} characters; at most {TEMPLATE_CHARS_MAX} are possible"
        )
    for opens, closes in (("{{", "}}"), ("{%", "%}"), ("[", "]")):
        if max(part.count(opens) for part in text.split(closes)) > UNCLOSED_MAX:
            return BadTemplate(
                f"{opens} stands there more than {UNCLOSED_MAX} times without {closes}"
            )
    if _BLANKS.search(text):
        return BadTemplate(f"there are more than {BLANKS_MAX} blanks or line ends in a row")
    try:
        parsed = _SANDBOX.from_string(text)
        analysis = parsed.analyze()
        expressions = [
            inner
            for node in _nodes(parsed.nodes)
            for top in node.expressions()
            for inner in _inner(top)
        ]
        let_missing_be_blank(expressions)
    except Exception as error:  # noqa: BLE001  # third-party code on any text: a no, not a crash
        return BadTemplate(_complaint(error))
    problems = [
        f"nothing is called {root!r} here; write Profile.{root} for a user's property"
        for root in analysis.globals
        if root not in ROOTS
    ]
    problems += [f"{root} cannot be assigned" for root in ROOTS if _binds(parsed.nodes, root)]
    problems += [
        f"unknown filter {name!r}" for name in analysis.filters if name not in _SANDBOX.filters
    ]
    if any(isinstance(e, RangeLiteral) and not _is_small(e) for e in expressions):
        problems.append(
            f"a range is two plain numbers, at most {RANGE_LENGTH_MAX} apart, like (1..5)"
        )
    if problems:
        return BadTemplate("; ".join(problems))
    names = {str(variable) for found in analysis.globals.values() for variable in found}
    known = {
        dotted(variable.segments): str(variable)
        for found in analysis.variables.values()
        for variable in found
    }
    nodes = parsed.nodes
    lone = nodes[0] if len(nodes) == 1 and isinstance(nodes[0], NotingOutput) else None
    return Template(text=text, names=tuple(sorted(names)), known=known, parsed=parsed, lone=lone)


def render(
    template: Template,
    *,
    profile: Mapping[str, Any],
    event: Mapping[str, Any] | None = None,
    constant: Any = None,
    budget: Budget | None = None,
) -> Rendered | Abort | RenderFailed:
    """Render a template for one user; `budget` is what it shares with others of the message.

    `profile` and `event` are JSON values by property; `event` is None where nothing triggered the
    message; `constant` is the value of `ConstantEventProperty`. A missing value, and a blank one,
    renders empty; where no `default` stands behind it, it is named.
    """
    values = {"Profile": profile, "Event": event, "ConstantEventProperty": constant}
    context = SandboxContext(template.parsed, globals=values)
    context.known = template.known
    context.budget = budget or context.budget
    try:
        value = _evaluate(template, context)
        chars = len(value) if isinstance(value, str) else len(msgspec.json.encode(value).decode())
    except Aborted:
        return Abort()
    except Exception as error:  # noqa: BLE001  # third-party code on any values: a no, not a crash
        return RenderFailed(problem=_excuse(error))
    if chars > VALUE_CHARS_MAX:
        return RenderFailed(problem=_TOO_LONG)
    return Rendered(value=value, missing=tuple(context.missing))


_BLANKS = re.compile(rf"\s{{{BLANKS_MAX + 1}}}")
_FIRST_KEY = re.compile(r"(?P<root>\w+)(?:\.(?P<dotted>[^.\[]+)|\['(?P<quoted>[^']*)'\])")
_RESERVED = re.compile(r"expected an identifier, found (true|false|nil|null|empty|blank|and|or)\b")
"""Words of the language itself, which cannot follow a dot."""
_TOO_LONG = f"the value is longer than {VALUE_CHARS_MAX} characters"


def _evaluate(template: Template, context: SandboxContext) -> Any:
    if template.lone is not None:
        return _plain(template.lone.evaluate(context))
    buffer = context.get_buffer()
    template.parsed.render_with_context(context, buffer)
    return buffer.getvalue()


def _complaint(error: BaseException) -> str:
    """Return what the parser found, with its place in the text."""
    match error:
        case LiquidError() if error.__cause__ is not None:  # the library's wrapper for a surprise
            return _complaint(error.__cause__)
        case LiquidError():
            word = _RESERVED.search(message := f"{error.message}")
            hint = f"; a property of that name is written Profile['{word[1]}']" if word else ""
            return _located(error, f"{message}{hint}")
        case RecursionError():
            return "the template is nested too deeply; make it simpler"
        case _:
            return f"the template cannot be read ({type(error).__name__}); make it simpler"


def _excuse(error: Exception) -> str:
    """Return why a render failed. The library's messages may quote values; this quotes none."""
    match error:
        case OutputStreamLimitError():
            return _TOO_LONG
        case LimitReached():
            return f"{error.message}"
        case LiquidError():
            return _located(error, "a value does not fit the template here")
        case _:
            return f"a value does not fit the template ({type(error).__name__})"


def _plain(value: object) -> Any:
    """Return what a lone `{{ }}` evaluated to as a JSON value."""
    match value:
        case Missing():
            return str(value)
        case range():
            return list(value)
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case float() if not isfinite(value):
            raise ValueError("not a finite number")
        case None | bool() | int() | float() | str():
            return value
        case _:
            return ""  # Liquid's own `empty` and `blank`


def _located(error: LiquidError, what: str) -> str:
    place = error.context()
    if place is None:
        return what
    line, column, *_ = place
    return f"line {line}, column {column + 1}: {what}"


def _root(name: str) -> str:
    return name.replace("[", ".").split(".", 1)[0]


def _nodes(nodes: list[Node]) -> Iterator[Node]:
    context = SandboxContext(_EMPTY)
    for node in nodes:
        yield node
        yield from _nodes(list(node.children(context)))


def _inner(expression: Expression, depth: int = 0) -> Iterator[Expression]:
    if depth > EXPRESSION_DEPTH_MAX:
        raise RecursionError
    yield expression
    for child in expression.children():
        yield from _inner(child, depth + 1)


def _binds(nodes: list[Node], root: str) -> bool:
    return any(root in (*node.template_scope(), *node.block_scope()) for node in _nodes(nodes))


def _is_small(expression: RangeLiteral) -> bool:
    match expression.start, expression.stop:
        case IntegerLiteral(value=start), IntegerLiteral(value=stop):
            return bool(stop - start < RANGE_LENGTH_MAX)
        case _:
            return False


_EMPTY = _SANDBOX.from_string("")
