from pathlib import Path

import pytest
from trio.testing import MockClock

from actors.mail_report import FreshenCards
from actors.mail_trust import (
    ConfirmConnection,
    DropAside,
    PauseAll,
    RetryAside,
    VerifyConnection,
)
from store.announcements import Card
from tests.actors.house import LIVE, open_house

NOBODY = "<!channel>"


@pytest.mark.parametrize(
    "request_",
    [
        PauseAll(by=NOBODY),
        RetryAside(by=NOBODY, ids=("x",)),
        DropAside(by=NOBODY, ids=("x",)),
        VerifyConnection(by=NOBODY),
        ConfirmConnection(by=NOBODY, code="X"),
    ],
)
async def test_who_is_nobody_changes_nothing(
    tmp_path: Path,
    autojump_clock: MockClock,
    request_: PauseAll | RetryAside | DropAside | VerifyConnection | ConfirmConnection,
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        before = await house.snapshot()
        assert "no user id" in (await house.refused(request_)).what
        assert await house.snapshot() == before
        assert house.wire.requests == []


async def test_the_card_of_a_campaign_that_sends_is_asked_for_again_where_it_stands(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.publish(LIVE)
        view = await house.view(LIVE.name)
        asked = FreshenCards((view.id,))
        assert (await house.asks(asked)).message == "0 cards will be brought up to date."
        for announcement, _ in await house.desk.announcements():
            card = Card("C1", "1.1") if announcement.kind == "card" else None
            await house.desk.announced(announcement, card)
        assert (await house.asks(asked)).message == "1 card will be brought up to date."
        ((announcement, card),) = await house.desk.announcements()
        assert (announcement.kind, announcement.campaign, card) == (
            "card",
            view.id,
            Card("C1", "1.1"),
        )
