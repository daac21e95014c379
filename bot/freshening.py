"""The cards of campaigns that send tell the present: they are drawn anew while their books move.

A card is drawn at each step of a campaign's life; between two of them it would show the numbers
that it was drawn with.
"""

import trio

from actors.mail import BooksView, ListAll, Listed
from actors.mail_report import FreshenCards
from bot.line import log
from bot.ports import Desk
from domain.review import State
from store.errors import StoreError

FRESHEN_SECONDS = 60.0
"""How old the numbers of a card may be; a channel takes one message a second."""
_SENDING = frozenset({State.RUNNING, State.BLOCKED})


async def run_freshening(desk: Desk) -> None:
    """Look once a minute, until cancelled; what stands still is left alone."""
    seen: dict[str, BooksView] = {}
    while True:
        await trio.sleep(FRESHEN_SECONDS)
        try:
            seen = await _freshen(desk, seen)
        except StoreError as error:
            log.warning("The cards are not brought up to date: %s", error)


async def _freshen(desk: Desk, seen: dict[str, BooksView]) -> dict[str, BooksView]:
    """Have those drawn whose books are not as they were; return how they are now."""
    listed = await desk.ask(ListAll())
    assert isinstance(listed, Listed), "the desk lists what there is"
    now = {line.id: line.books for line in listed.campaigns if line.state in _SENDING}
    moved = tuple(campaign for campaign, books in now.items() if seen.get(campaign) != books)
    if moved:
        await desk.ask(FreshenCards(moved))
    return now
