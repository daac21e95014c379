"""Slack's table block, one a message: rows of short cells, within its limits.

A cell of plain text shows no markup, so what comes from data needs no escaping there.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from bot.blocks import SECTION_CHARS_MAX, Block, escaped, section, short
from bot.words import is_slack_id

ROWS_MAX = 100
COLUMNS_MAX = 20
CELL_CHARS_MAX = 300
LABELLED_COLUMNS = 2
"""A table of so many columns reads as labels and values, and needs no headings."""
NOTHING = "-"
"""What an empty cell shows: Slack takes no empty text."""


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[Block]],
    *,
    numbers: Collection[str] = (),
) -> Block:
    """Return a table with a row of headings; `rows` are cells, as many as there are headings.

    The columns `numbers` stand at the right, where digits meet.
    """
    assert len(rows) < ROWS_MAX, "whoever makes a table has pages"
    assert len(headings) <= COLUMNS_MAX, "a table is read on a telephone too"
    first = [text_cell(heading) for heading in headings]
    settings = [
        {"align": "right"} if heading in numbers else {"align": "left", "is_wrapped": True}
        for heading in headings
    ]
    return {"type": "table", "column_settings": settings, "rows": [first, *map(list, rows)]}


def text_cell(text: str, chars_max: int = CELL_CHARS_MAX) -> Block:
    """Return a cell of plain text; one that is too long is cut."""
    return {"type": "raw_text", "text": short(" ".join(text.split()), chars_max) or NOTHING}


def person_cell(user: str) -> Block:
    """Return a cell with a person, by the name that Slack has for them."""
    if not is_slack_id(user):
        return text_cell(user or "somebody")
    return _rich({"type": "user", "user_id": user})


def moment_cell(at_ms: int, fallback: str, lead: str = "") -> Block:
    """Return a cell with a time that each reader sees in their own zone, after a word or two."""
    date = {
        "type": "date",
        "timestamp": at_ms // 1_000,
        "format": "{date_short_pretty} at {time}",
        "fallback": fallback,
    }
    return _rich(*([{"type": "text", "text": f"{lead} "}] if lead else []), date)


def untabled(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks with lines of text in place of tables: a modal takes none."""
    for block in blocks:
        if block["type"] != "table":
            yield block
            continue
        headings, *rows = [[_read(cell) for cell in row] for row in block["rows"]]
        lines = [" · ".join(headings)] if len(headings) > LABELLED_COLUMNS else []
        for first, *rest in rows:
            lines.append(f"*{first}*: {' · '.join(rest)}")
        while lines:
            yield section(_taken(lines))


def _taken(lines: list[str]) -> str:
    """Take as many lines off the front as a section holds; one that is longer is cut."""
    text = lines.pop(0)[:SECTION_CHARS_MAX]
    while lines and len(text) + len(lines[0]) < SECTION_CHARS_MAX:
        text += f"\n{lines.pop(0)}"
    return text


def _read(cell: Block) -> str:
    """Return a cell as markup."""
    if cell["type"] == "raw_text":
        return escaped(cell["text"])
    return "".join(map(_marked_up, cell["elements"][0]["elements"]))


def _marked_up(element: Block) -> str:
    if element["type"] == "text":
        return escaped(element["text"])
    if element["type"] == "user":
        return f"<@{element['user_id']}>"
    fallback = escaped(element["fallback"])
    return f"<!date^{element['timestamp']}^{element['format']}|{fallback}>"


def _rich(*elements: Block) -> Block:
    inside = {"type": "rich_text_section", "elements": list(elements)}
    return {"type": "rich_text", "elements": [inside]}
