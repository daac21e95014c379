"""A Liquid that cannot hurt: allow-listed tags and filters, no clock, and a budget for each render.

python-liquid sets no limits by itself, reads the clock for `now` and `date`, and lets three chained
`replace` make megabytes of a few characters. Here every string that a filter makes is measured, if
possible before it is made, and one render has one budget of characters and loop turns.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from liquid import Environment, RenderContext
from liquid.ast import Node
from liquid.builtin import content, illegal
from liquid.builtin.tags import (
    assign_tag,
    case_tag,
    comment_tag,
    if_tag,
    unless_tag,
)
from liquid.exceptions import LiquidSyntaxError
from liquid.filter import with_context
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.template import BoundTemplate
from liquid.token import TOKEN_EXPRESSION, TOKEN_TAG, Token
from liquid.undefined import Undefined
from liquid.utils import ReadOnlyChainMap

from domain.liquid_filters import FILTER_CHARS_MAX, FILTERS, Filter, LimitReached, size_of
from domain.liquid_loops import PaidLoopTag
from domain.liquid_output import OutputTag

LOOP_TURNS_MAX = 1_000
"""Turns of all loops of one render together."""
LOOP_STEPS_MAX = 20_000
"""What all turns of one render together may do: a tag, a value or a comparison is a step."""
RENDER_CHARS_MAX = 500_000
"""What all filters of one render may read and make together."""
MESSAGE_STEPS_MAX = 3 * LOOP_STEPS_MAX
MESSAGE_CHARS_MAX = 3 * RENDER_CHARS_MAX
"""What the templates of one message may do together, of which there are up to 50."""
OUTPUT_BYTES_MAX = 2_048
"""512 characters of four bytes each."""
LOCALS_BYTES_MAX = 1_000_000


class Aborted(Exception):  # noqa: N818  # not an error: the template's own word for "skip this user"
    """The template said `{% abort %}`."""


class AbortNode(Node):
    """`{% abort %}` in a parsed template."""

    def render_to_output(self, _context: RenderContext, _buffer: TextIO) -> int:
        """Leave the template at once."""
        raise Aborted


class AbortTag(Tag):
    """`{% abort %}`: this user gets no message."""

    name = "abort"
    block = False

    def parse(self, stream: TokenStream) -> AbortNode:
        """Parse the tag; it takes no argument."""
        token = stream.expect(TOKEN_TAG)
        if stream.peek.kind == TOKEN_EXPRESSION:
            raise LiquidSyntaxError("abort takes no argument", token=stream.peek)
        return AbortNode(token)


class Missing(Undefined):
    """A value that is not there: it renders empty, and its name is noted when it does."""

    __slots__ = ("notes",)

    def __init__(self, name: str, notes: dict[str, None], token: Token | None) -> None:
        super().__init__(name, token=token)
        self.notes = notes

    def __str__(self) -> str:
        """Render empty, and take note."""
        self.notes[self.name] = None
        return ""


class Budget:
    """What the templates of one message may still do, together."""

    __slots__ = ("chars_left", "steps_left")

    def __init__(self) -> None:
        self.chars_left = MESSAGE_CHARS_MAX
        self.steps_left = MESSAGE_STEPS_MAX

    def spend(self, *, chars: int = 0, steps: int = 0) -> None:
        """Take so much from it; raise LimitReached if there is not so much."""
        self.chars_left -= chars
        self.steps_left -= steps
        if min(self.chars_left, self.steps_left) < 0:
            raise LimitReached("the pairs of the message do too much together", token=None)


class SandboxContext(RenderContext):
    """One render: what it may still spend, and which values it found missing or blank."""

    __slots__ = (
        "budget",
        "chars_left",
        "known",
        "missing",
        "steps_left",
        "turn_steps",
        "turns_left",
    )

    def __init__(self, template: BoundTemplate, **kwargs: Any) -> None:
        super().__init__(template, **kwargs)
        self.chars_left = RENDER_CHARS_MAX
        self.turns_left = LOOP_TURNS_MAX
        self.steps_left = LOOP_STEPS_MAX
        self.turn_steps = 1
        self.budget = Budget()
        self.missing: dict[str, None] = {}
        self.known: Mapping[str, str] = {}
        """How the template itself writes each path, by the path's dotted form."""
        # Without the library's built-in names: `now` and `today` would read the clock.
        self.scope = ReadOnlyChainMap(self.locals, self.globals, self.counters)

    def get(self, path: list[object], *, token: Token | None, default: object = None) -> object:
        """Resolve a path; null and absent are both missing."""
        found = super().get(path, token=token, default=None)
        if found is not None:
            return found
        if default is not None:
            return default
        # A path may be made of values (`Profile[Event.key]`), and no value belongs in a name.
        name = self.known.get(dotted(path), f"{path[0]}[...]")
        return Missing(name, self.missing, token)

    def get_item(self, obj: Any, key: Any) -> Any:
        """Resolve one step. `.first` of an object is its key `first`, and nothing built in.

        The library would give the first trait, whatever it is, to a user who has none so named.
        """
        if isinstance(obj, Mapping):
            return obj[key]
        return super().get_item(obj, key)

    def raise_for_loop_limit(self, length: int = 1) -> None:
        """Take a loop's turns, and what each of them does, from the budgets.

        A nested loop pays each time it starts.
        """
        self.turns_left -= length
        if self.turns_left < 0:
            raise LimitReached(f"all loops together may turn {LOOP_TURNS_MAX} times", token=None)
        self.steps_left -= length * self.turn_steps
        if self.steps_left < 0:
            raise LimitReached("the loops have too much in them", token=None)
        self.budget.spend(steps=length * self.turn_steps)

    def spend(self, value: object) -> None:
        """Take the size of a filter's argument or result from the budget."""
        size = size_of(value)
        self.chars_left -= size
        if size > FILTER_CHARS_MAX or self.chars_left < 0:
            raise LimitReached("the text grows too long", token=None)
        self.budget.spend(chars=size)


def dotted(path: Iterable[object]) -> str:
    """Return a path's segments joined by dots."""
    return ".".join(str(segment) for segment in path)


def _limited(name: str, function: Filter) -> Filter:
    """Wrap a filter so that it pays for what it reads and makes, and lets missing values through.

    A missing value stays missing behind a filter, so `Profile.x | upcase | default: "you"` finds
    that there was none; a missing argument counts as missing.
    """
    takes_environment = getattr(function, "with_environment", False)

    @with_context
    def limited(value: object, *args: object, context: SandboxContext, **kwargs: object) -> object:
        if name != "default":
            if isinstance(value, Missing):
                return value
            args = tuple(str(arg) if isinstance(arg, Missing) else arg for arg in args)
        for argument in (value, *args, *kwargs.values()):
            context.spend(argument)
        if takes_environment:
            kwargs["environment"] = context.env
        made: object = function(value, *args, **kwargs)
        context.spend(made)
        return made

    return limited


_TAGS: Iterable[type[Tag]] = (
    content.Literal,
    OutputTag,
    illegal.Illegal,
    if_tag.IfTag,
    unless_tag.UnlessTag,
    case_tag.CaseTag,
    PaidLoopTag,
    assign_tag.AssignTag,
    comment_tag.CommentTag,
    AbortTag,
)


class SandboxTemplate(BoundTemplate):
    """A parsed template whose renders are limited."""

    context_class = SandboxContext


class Sandbox(Environment):
    """The only Liquid environment of the product."""

    block_nesting_limit = 10
    output_stream_limit = OUTPUT_BYTES_MAX
    local_namespace_limit = LOCALS_BYTES_MAX
    loop_iteration_limit = LOOP_TURNS_MAX
    template_class = SandboxTemplate

    def setup_tags_and_filters(
        self,
        *,
        extra: bool = False,  # noqa: ARG002  # the library's signature; there are no extras
    ) -> None:
        """Register what is on the lists above, and nothing else (`raw` is the lexer's)."""
        for tag in _TAGS:
            self.add_tag(tag)
        for name, function in FILTERS.items():
            self.add_filter(name, _limited(name, function))
