"""The list of saved audiences and of custom lists as a table, in pages."""

from actors.mail_audience import Audiences
from bot import words
from bot.blocks import Block, Message, actions, button, context, escaped, fitting, header, section
from bot.ids import COMMAND, ActionId
from bot.tables import person_cell, table, text_cell

PAGE_LINES_MAX = 15
OF = "audiences"
"""What the buttons that turn these pages say they are about."""
HEADINGS = ("Name", "What", "Version", "Users", "By")
_COMMAND = f"{COMMAND} audience"


def listed(found: Audiences, page: int = 0) -> Message:
    """Return one page of them: the audiences, then the lists, each by its name."""
    first = [
        button("Save an audience", ActionId.SAVE_AUDIENCE, "audience"),
        button("Import a list", ActionId.IMPORT_LIST, "list"),
    ]
    if not found.audiences and not found.lists:
        text = (
            f"Nothing is saved yet. `{_COMMAND} save NAME` keeps conditions under a"
            f" name, `{_COMMAND} import NAME` takes a list of users from a CSV file."
        )
        return Message(text, (section(text), actions(first)))
    n = len(found.audiences) + len(found.lists)
    pages = -(-n // PAGE_LINES_MAX)
    page = max(0, min(page, pages - 1))
    turns = first
    if page > 0:
        turns.append(button("Back", ActionId.NEWER_PAGE, f"{OF}:{page - 1}"))
    if page < pages - 1:
        turns.append(button("More", ActionId.OLDER_PAGE, f"{OF}:{page + 1}"))
    end = f"Page {page + 1} of {pages}. " if pages > 1 else ""
    return fitting(lambda chars: _page(found, page, turns, end, min(chars, 120)))


def _page(found: Audiences, page: int, turns: list[Block], end: str, chars: int) -> Message:
    begin = page * PAGE_LINES_MAX
    rows = [
        (each.name, "audience", each.version, "counted when asked", each.made_by)
        for each in found.audiences
    ] + [
        (each.name, "list", each.version, words.number(each.members), each.made_by)
        for each in found.lists
    ]
    shown = rows[begin : begin + PAGE_LINES_MAX]
    cells = [
        [
            text_cell(name, chars),
            text_cell(what),
            text_cell(str(version)),
            text_cell(users),
            person_cell(by),
        ]
        for name, what, version, users, by in shown
    ]
    audiences = words.count_of(len(found.audiences), "saved audience")
    title = f"{audiences}, {words.count_of(len(found.lists), 'list')}"
    hint = f"`{_COMMAND} show NAME` says who is in one, `{_COMMAND} reach NAME` how many."
    blocks = [
        header(title),
        table(HEADINGS, cells, numbers=("Version", "Users")),
        context(f"{end}{hint}"),
        actions(turns),
    ]
    return Message(f"{title}: {escaped(', '.join(name for name, *_ in shown))}", tuple(blocks))
