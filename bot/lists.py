"""The list of campaigns as a table, in pages: those that need somebody first."""

from actors.mail import CampaignLine
from bot import words
from bot.blocks import Block, Message, actions, button, context, escaped, fitting, header, section
from bot.halted import paused_itself
from bot.ids import COMMAND, ActionId
from bot.tables import moment_cell, person_cell, table, text_cell
from domain.review import OVER, UNPUBLISHED, State

PAGE_LINES_MAX = 10
"""A row with its times is long on the wire, and a message has so many characters."""
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
_QUIET = frozenset(_ORDER[_ORDER.index(State.RUNNING) :])
"""The states that need nobody, as long as nothing is asked."""


def listing(
    campaigns: tuple[CampaignLine, ...], zone: str, page: int = 0, *, archived: bool = False
) -> Message:
    """Return one page of all campaigns; those that need somebody come first.

    Each reader sees the times in their own zone; `zone`, the account's, is for who sees no table.
    """
    if not campaigns and archived:
        text = f"The archive is empty. `{COMMAND} archive NAME` puts there what is over."
        return Message(text, (section(text),))
    if not campaigns:
        text = f"There is no campaign yet. `{COMMAND} new` drafts the first."
        return Message(text, (section(text),))
    ranked = sorted(campaigns, key=lambda line: (_rank(line), -line.updated_ms, line.name))
    pages = -(-len(ranked) // PAGE_LINES_MAX)
    page = max(0, min(page, pages - 1))
    shown = ranked[page * PAGE_LINES_MAX : (page + 1) * PAGE_LINES_MAX]
    turns = _turns(page, pages, "archived:" if archived else "")
    title = words.count_of(len(ranked), "campaign") + (" in the archive" if archived else "")
    end = f"Page {page + 1} of {pages}. " if pages > 1 else ""
    return fitting(lambda chars: _listing(shown, title, end, turns, zone, chars))


def _rank(line: CampaignLine) -> int:
    state = State.FAULTED if paused_itself(line) else line.state
    state = State.IN_REVIEW if line.amends and state in _QUIET else state
    return _RANK.get(state, len(_RANK))


def _listing(
    shown: list[CampaignLine], title: str, page: str, turns: list[Block], zone: str, chars: int
) -> Message:
    headings = ("Campaign", "State", "Sent", "Pending", "When", "Last message", "By")
    rows = [_row(line, zone, min(chars, 80)) for line in shown]
    blocks = [header(title), table(headings, rows, numbers=headings[2:4])]
    end = f"`{COMMAND} show NAME` shows one of them, `{COMMAND} report NAME` what came of it."
    blocks.append(context(f"{page}{end}"))
    if turns:
        blocks.append(actions(turns))
    return Message(f"{title}: {_named(shown)}", tuple(blocks))


def _row(line: CampaignLine, zone: str, chars: int) -> list[Block]:
    begun = line.books.qualified > 0
    at_ms, lead = _when(line)
    return [
        text_cell(line.name, chars),
        text_cell(words.state_name(line.state) + (", a change in review" if line.amends else "")),
        text_cell(words.number(line.books.sent) if begun else ""),
        text_cell(words.number(line.books.pending) if begun else ""),
        moment_cell(at_ms, words.plain_moment(at_ms, zone), lead),
        text_cell("")
        if line.last_ms is None
        else moment_cell(line.last_ms, words.plain_moment(line.last_ms, zone)),
        person_cell(line.author),
    ]


def _when(line: CampaignLine) -> tuple[int, str]:
    """Return the moment that tells most of where it stands, and the word for it."""
    if line.state in OVER:
        return line.updated_ms, "ended"
    if line.next_ms is not None:
        return line.next_ms, "next run"
    if line.published_ms is not None and line.state not in UNPUBLISHED:
        return line.published_ms, "published"  # "since" beside Paused would be taken for the pause
    return line.updated_ms, "changed"


def _named(shown: list[CampaignLine]) -> str:
    """Return the first few in words: what a screen reader reads, and who has no tables."""
    named = [f"{escaped(line.name)} ({words.state_words(line.state)})" for line in shown]
    more = len(named) - NAMED_MAX
    return ", ".join(named[:NAMED_MAX]) + (f" and {more} more" if more > 0 else "")


def _turns(page: int, pages: int, of: str) -> list[Block]:
    made = []
    if page > 0:
        made.append(button("Back", ActionId.NEWER_PAGE, f"{of}{page - 1}"))
    if page < pages - 1:
        made.append(button("More", ActionId.OLDER_PAGE, f"{of}{page + 1}"))
    return made
