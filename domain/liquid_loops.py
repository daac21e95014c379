"""`{% for %}` that is paid for by what stands in it: a turn of much costs more than one of little.

A limit of turns alone let a loop over a thousand things hold the engine up for seconds, with three
hundred conditions in it and nothing to write.
"""

from collections.abc import Iterable
from typing import Protocol, TextIO, cast

from liquid import RenderContext
from liquid.ast import BlockNode, Node
from liquid.builtin.expressions import LoopExpression
from liquid.builtin.tags.for_tag import ForNode, ForTag
from liquid.expression import Expression
from liquid.token import Token

FILTER_STEPS = 3
"""A filter takes about as long as three values."""


class Loops(Protocol):
    """A render that knows how many steps each turn of the loop takes that begins."""

    turn_steps: int


class PaidLoop(ForNode):
    """`{% for %}` in a parsed template; `steps` are those of one turn."""

    __slots__ = ("steps",)

    def __init__(
        self,
        token: Token,
        expression: LoopExpression,
        block: BlockNode,
        default: BlockNode | None = None,
    ) -> None:
        super().__init__(token, expression, block, default)
        self.steps = steps_of(block)

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Render it; the context asks for the price when it knows how many turns there are."""
        cast("Loops", context).turn_steps = self.steps
        return super().render_to_output(context, buffer)


class PaidLoopTag(ForTag):
    """The tag of `{% for %}`, as the library calls it."""

    node_class = PaidLoop


def steps_of(block: Node) -> int:
    """Return how many steps a block takes at most, if each thing in it is done once."""
    steps, todo = 0, [block]
    while todo:
        node = todo.pop()
        steps += 1 + _evaluated(node.expressions())
        todo += node.children(_NO_CONTEXT)
    return steps


def _evaluated(expressions: Iterable[Expression]) -> int:
    steps, todo = 0, list(expressions)
    while todo:
        each = todo.pop()
        steps += 1 + FILTER_STEPS * len(getattr(each, "filters", None) or ())
        todo += each.children()
    return steps


_NO_CONTEXT = cast("RenderContext", None)
"""It is for tags that load other templates, and there are none."""
