"""The home tab: what waits for the person who looks, what needs somebody, and what runs.

Slack shows it to one person; it is drawn anew each time they open it.
"""

from typing import Any

from actors.mail import CampaignLine
from bot import words
from bot.blocks import Block, actions, button, clip, context, divider, header, section
from bot.halted import paused_itself
from bot.ids import COMMAND, ActionId
from bot.refs import Ref
from domain.review import State
from domain.roles import Role

LINES_MAX = 10
"""Of each kind; a home tab has at most 100 blocks, and nobody reads that many."""
NAME_CHARS_MAX = 200

REASON_CHARS_MAX = 300

_TROUBLE = frozenset({State.BLOCKED, State.FAULTED})
_RUNS = (State.RUNNING, State.AWAITING_NEXT_RUN, State.SCHEDULED, State.PAUSED)
_MINE = frozenset({State.REJECTED, State.APPROVED, State.DRAFT})


def home_view(
    campaigns: tuple[CampaignLine, ...], user: str, roles: frozenset[Role], zone: str
) -> dict[str, Any]:
    """Return the tab of one person, by their roles; lists are cut with a word on how many more.

    `zone` is the account's, beside the reader's own.
    """
    waiting = [line for line in campaigns if _waits_for(line, user, roles)]
    trouble = [line for line in campaigns if _is_trouble(line)]
    running = sorted(
        (line for line in campaigns if line.state in _RUNS and not _is_trouble(line)),
        key=lambda line: _RUNS.index(State(line.state)),
    )
    blocks: list[Block] = []
    if Role.MARKETER in roles:
        fresh = button("New campaign", ActionId.HOME_NEW, "new", style="primary")
        blocks.append(actions([fresh]))
    blocks += _part("Needs attention", trouble, "", zone)
    blocks += _part("Waits for you", waiting, "Nothing waits for you.", zone)
    blocks += _part("Runs", running, "Nothing runs now.", zone)
    blocks.append(
        context(f"`{COMMAND} list` shows every campaign, `{COMMAND} help` what I can do.")
    )
    return {"type": "home", "blocks": blocks}


def _is_trouble(line: CampaignLine) -> bool:
    return line.state in _TROUBLE or paused_itself(line)


def _waits_for(line: CampaignLine, user: str, roles: frozenset[Role]) -> bool:
    """Tell whether this person is the one to go on with it, as far as a list can say."""
    if line.state == State.IN_REVIEW or line.amends:
        return Role.APPROVER in roles and line.author != user
    return line.author == user and line.state in _MINE


def _part(title: str, lines: list[CampaignLine], empty: str, zone: str) -> list[Block]:
    if not lines:
        return [header(title), section(empty), divider()] if empty else []
    blocks = [header(f"{title} ({len(lines)})")]
    for line in lines[:LINES_MAX]:
        name, state = clip(line.name, NAME_CHARS_MAX), words.state_of(line.state)
        why = f"\n> {clip(words.reason_of(line.reason), REASON_CHARS_MAX)}" if line.reason else ""
        shown = section(f"*{name}*   {state}{why}\n{_below(line, zone)}")
        shown["accessory"] = button("Look", ActionId.HOME_LOOK, str(Ref(line.id)))
        blocks.append(shown)
    if len(lines) > LINES_MAX:
        blocks.append(context(f"and {words.count_of(len(lines) - LINES_MAX, 'campaign')} more"))
    return [*blocks, divider()]


def _below(line: CampaignLine, zone: str) -> str:
    books = line.books
    said = f"{words.kind_of(line.kind)}, by {words.person(line.author)}"
    if books.qualified:
        said += f": {words.number(books.sent)} sent, {words.number(books.pending)} pending"
    if line.next_ms is not None:
        return f"{said}; next run {words.moment(line.next_ms, zone)}"
    if line.last_ms is not None:
        return f"{said}; last message {words.moment(line.last_ms, zone)}"
    return said
