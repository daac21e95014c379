"""The home tab: what needs attention, what waits for the person who looks, and what runs.

Slack shows it to one person; `bot.home_tab` says when it is drawn.
"""

from collections.abc import Callable
from typing import Any

from actors.mail import CampaignLine
from actors.mail_attention import Need
from actors.membership import Membership
from bot import attention, awaited, words
from bot.blocks import Block, actions, button, clip, context, divider, header, section
from bot.ids import COMMAND, ActionId
from bot.refs import Ref
from domain.review import State
from domain.roles import Role

LINES_MAX = 10
"""Of each kind; a home tab has at most 100 blocks, and nobody reads that many."""
NAME_CHARS_MAX = 200
REASON_CHARS_MAX = 300
AMENDS = "A change of what it says waits for a second person's approval."

_RUNS = (State.RUNNING, State.AWAITING_NEXT_RUN, State.SCHEDULED, State.PAUSED)


def home_view(
    campaigns: tuple[CampaignLine, ...],
    needs: tuple[Need, ...],
    user: str,
    members: Membership,
    zone: str,
) -> dict[str, Any]:
    """Return the tab of one person, by their roles; lists are cut with a word on how many more.

    `zone` is the account's, beside the reader's own.
    """
    troubled = {need.campaign for need in needs if need.kind in ("faulted", "halted")}
    mine = [line for line in campaigns if awaited.waits_for(line, user, members)]
    asked = [
        line
        for line in campaigns
        if awaited.is_asked(line) and user in {line.author, *line.editors}
    ]
    running = sorted(
        (line for line in campaigns if line.state in _RUNS and line.id not in troubled),
        key=lambda line: _RUNS.index(State(line.state)),
    )

    def whom(line: CampaignLine) -> str:
        return f"It waits for {awaited.approvers_of(line.author, line.editors, members)}"

    def stands(line: CampaignLine) -> str:
        return _stands(line, zone)

    blocks: list[Block] = []
    if Role.MARKETER in members.roles(user):
        fresh = button("New campaign", ActionId.HOME_NEW, "new", style="primary")
        blocks.append(actions([fresh]))
    if trouble := attention.part(needs, zone):
        blocks += [*trouble, divider()]
    blocks += _part("Waits for you", mine, "Nothing waits for you.", stands)
    blocks += _part("Waits for others", asked, "", whom)
    blocks += _part("Runs", running, "Nothing runs now.", stands)
    blocks.append(
        context(f"`{COMMAND} list` shows every campaign, `{COMMAND} help` what I can do.")
    )
    return {"type": "home", "blocks": blocks}


def _part(
    title: str, lines: list[CampaignLine], empty: str, told: Callable[[CampaignLine], str]
) -> list[Block]:
    if not lines:
        return [header(title), section(empty), divider()] if empty else []
    blocks = [header(f"{title} ({len(lines)})")]
    for line in lines[:LINES_MAX]:
        name, state = clip(line.name, NAME_CHARS_MAX), words.state_of(line.state)
        reason = AMENDS if line.amends else words.reason_of(line.reason)
        why = f"\n> {clip(reason, REASON_CHARS_MAX)}" if reason else ""
        shown = section(f"*{name}*   {state}{why}\n{told(line)}")
        shown["accessory"] = button("Look", ActionId.HOME_LOOK, str(Ref(line.id)))
        blocks.append(shown)
    if len(lines) > LINES_MAX:
        blocks.append(context(f"and {words.count_of(len(lines) - LINES_MAX, 'campaign')} more"))
    return [*blocks, divider()]


def _stands(line: CampaignLine, zone: str) -> str:
    books = line.books
    said = f"{words.kind_of(line.kind)}, by {words.person(line.author)}"
    if books.qualified:
        said += f": {words.number(books.sent)} sent, {words.number(books.pending)} pending"
    if line.next_ms is not None:
        return f"{said}; next run {words.moment(line.next_ms, zone)}"
    if line.last_ms is not None:
        return f"{said}; last message {words.moment(line.last_ms, zone)}"
    return said
