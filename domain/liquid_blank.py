"""`blank` as Shopify's Liquid means it: what is not there is blank too.

`{% if Profile.first_name != blank %}` is how marketers ask whether there is a name. python-liquid
calls only what is there and empty blank, so to nobody's name it would have written "Hi ,".
"""

from collections.abc import Iterable

from liquid import RenderContext
from liquid.builtin.expressions.logical import EqExpression, NeExpression
from liquid.builtin.expressions.primitive import Blank
from liquid.expression import Expression
from liquid.undefined import Undefined

_PLACES = ("expression", "left", "right")
"""Where the conditions of a tag, and those joined by and/or, keep their parts."""


class IsBlank(Expression):
    """A comparison with `blank`; `compared` is the library's own."""

    __slots__ = ("compared", "value")

    def __init__(self, compared: EqExpression | NeExpression, value: Expression) -> None:
        super().__init__(compared.token)
        self.compared = compared
        self.value = value

    def evaluate(self, context: RenderContext) -> bool:
        """Tell whether the value is blank, or, for `!=`, whether it is not."""
        found = self.value.evaluate(context)
        is_blank = (
            found is None or isinstance(found, Undefined) or bool(Blank.__eq__(_BLANK, found))
        )
        return is_blank != isinstance(self.compared, NeExpression)

    def children(self) -> list[Expression]:
        """Return what is compared."""
        return [self.value]


def let_missing_be_blank(expressions: Iterable[Expression]) -> None:
    """Change the comparisons with `blank` among the parts of these expressions, in place."""
    for each in expressions:
        for place in _PLACES:
            part = getattr(each, place, None)
            if not isinstance(part, EqExpression | NeExpression):
                continue
            sides = [side for side in (part.left, part.right) if not isinstance(side, Blank)]
            if len(sides) == 1:
                setattr(each, place, IsBlank(part, sides[0]))


_BLANK = Blank(token=None)  # type: ignore[arg-type]  # it stands in no template
