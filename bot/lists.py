"""The list of campaigns as a table, in pages: those that need somebody first."""

from actors.mail import CampaignLine
from bot import words
from bot.blocks import Block, Message, actions, button, context, escaped, fitting, header, section
from bot.ids import COMMAND, ActionId
from bot.tables import person_cell, table, text_cell
from domain.review import State

PAGE_LINES_MAX = 20
NAMED_MAX = 10
"""How many campaigns the text for screen readers and notifications names."""

_ORDER = (
    State.BLOCKED,
    State.FAULTED,
    State.IN_REVIEW,
    State.REJECTED,
    State.APPROVED,
    State.RUNNING,
    State.SCHEDULED,
    State.AWAITING_NEXT_RUN,
    State.PAUSED,
    State.DRAFT,
    State.COMPLETED,
    State.STOPPED,
)
_RANK: dict[str, int] = {state.value: rank for rank, state in enumerate(_ORDER)}


def listing(campaigns: tuple[CampaignLine, ...], page: int = 0) -> Message:
    """Return one page of all campaigns; those that need somebody come first."""
    if not campaigns:
        text = f"There is no campaign yet. `{COMMAND} new` drafts the first."
        return Message(text, (section(text),))
    ranked = sorted(campaigns, key=lambda line: (_rank(line), -line.updated_ms, line.name))
    pages = -(-len(ranked) // PAGE_LINES_MAX)
    page = max(0, min(page, pages - 1))
    shown = ranked[page * PAGE_LINES_MAX : (page + 1) * PAGE_LINES_MAX]
    return fitting(lambda chars: _listing(shown, len(ranked), page, pages, chars))


def _rank(line: CampaignLine) -> int:
    return _RANK.get(line.state, len(_RANK))


def _listing(shown: list[CampaignLine], total: int, page: int, pages: int, chars: int) -> Message:
    title = words.count_of(total, "campaign")
    headings = ("Campaign", "State", "Kind", "Sent", "Pending", "By")
    rows = [_row(line, min(chars, 120)) for line in shown]
    blocks = [header(title), table(headings, rows, numbers=("Sent", "Pending"))]
    end = f"`{COMMAND} show NAME` shows one of them, `{COMMAND} report NAME` what came of it."
    blocks.append(context(f"Page {page + 1} of {pages}. {end}" if pages > 1 else end))
    if pages > 1:
        blocks.append(actions(_turns(page, pages)))
    return Message(f"{title}: {_named(shown)}", tuple(blocks))


def _row(line: CampaignLine, chars: int) -> list[Block]:
    begun = line.books.qualified > 0
    return [
        text_cell(line.name, chars),
        text_cell(words.state_name(line.state)),
        text_cell(words.KINDS.get(line.kind, line.kind)),
        text_cell(words.number(line.books.sent) if begun else ""),
        text_cell(words.number(line.books.pending) if begun else ""),
        person_cell(line.author),
    ]


def _named(shown: list[CampaignLine]) -> str:
    """Return the first few in words: what a screen reader reads, and who has no tables."""
    named = [f"{escaped(line.name)} ({words.state_words(line.state)})" for line in shown]
    more = len(named) - NAMED_MAX
    return ", ".join(named[:NAMED_MAX]) + (f" and {more} more" if more > 0 else "")


def _turns(page: int, pages: int) -> list[Block]:
    made = []
    if page > 0:
        made.append(button("Back", ActionId.NEWER_PAGE, str(page - 1)))
    if page < pages - 1:
        made.append(button("More", ActionId.OLDER_PAGE, str(page + 1)))
    return made
