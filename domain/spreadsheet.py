"""Cells of a CSV that a spreadsheet would run as a formula: written as text, read back as before.

A quote before the cell tells a spreadsheet that it is text. A cell that had such a quote itself
gets another one, so that whatever was written is what is read.
"""

import re

_FORMULA = re.compile(r"'*(?:[=@\t\r]|[+-](?![\d .()-]*$))")
"""What runs, also behind quotes; a signed number or a phone number does not."""
LOOKED_AT = frozenset("'=@\t\r+-")
"""How a cell begins that may have to be guarded; any other is written as it is."""


def guard(cell: str) -> str:
    """Return the cell so that no spreadsheet runs it."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """Return what was guarded; any other cell as it is."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell
