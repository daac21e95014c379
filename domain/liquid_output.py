"""What `{{ }}` writes, and the note that it wrote nothing.

Text that is there and blank leaves the same hole in a sentence as text that is not: "Hello ,". So
what `default` would have filled is noted as missing, and a template that has a `default`, be it
`default: ''`, has said what it wants.
"""

from typing import Protocol, TextIO, cast

from liquid import RenderContext
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.output import Output, OutputNode
from liquid.expression import Expression
from liquid.undefined import Undefined

from domain.liquid_text import written

FILLS = "default"


class Notes(Protocol):
    """A render that keeps the names of what was missing; the dict is an ordered set."""

    missing: dict[str, None]


class NotingOutput(OutputNode):
    """`{{ }}` in a parsed template."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the value as text."""
        return buffer.write(written(self.evaluate(context)))

    def evaluate(self, context: RenderContext) -> object:
        """Return the value as it is, after taking note of one that is blank."""
        value = self.expression.evaluate(context)
        path = _unfilled(self.expression) if is_blank(value) else None
        # What a template assigned, it made itself, perhaps with a `default` of its own.
        if path is not None and str(path.head()) not in context.locals:
            cast("Notes", context).missing[str(path)] = None
        return value


class OutputTag(Output):
    """The tag of `{{ }}`, as the library calls it."""

    node_class = NotingOutput


def is_blank(value: object) -> bool:
    """Tell whether a value is text, a list or an object with nothing in it, or none at all.

    False and 0 are values. A missing one takes note of itself, by its own name.
    """
    match value:
        case Undefined():
            return False
        case str():
            return not value.strip()
        case None | list() | tuple() | dict():
            return not value
        case _:
            return False


def _unfilled(expression: Expression) -> Path | None:
    """Return the property that is written; None: the expression says what goes in its place."""
    if not isinstance(expression, FilteredExpression) or not isinstance(expression.left, Path):
        return None
    filters = expression.filters or ()
    return None if any(each.name == FILLS for each in filters) else expression.left
