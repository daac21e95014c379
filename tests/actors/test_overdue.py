"""Reviews whose time passes, in virtual time; that and the audit of one is in test_desk.py."""

import sqlite3
from pathlib import Path

import msgspec
import pytest
from trio.testing import MockClock

from actors import publishing
from actors.mail import Approve, Draft, Submit
from actors.rules import Rules
from domain.campaign import When
from store.campaigns import CampaignRow
from tests.actors.house import ANA, BEN, PAST, open_house

SOON = msgspec.structs.replace(PAST, when=When(start="2026-03-20T10:50"))
LATER = msgspec.structs.replace(PAST, name="Later", when=When(start="2026-03-20T13:00"))
"""It is 10:46:40 in Oslo when a test begins."""


async def test_each_review_is_taken_back_at_its_own_time_whichever_was_written_first(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.approved(LATER)
        await house.idle(10)
        await house.asks(Draft(definition=SOON, by=ANA))
        await house.asks(Submit(name=SOON.name, by=ANA))
        await house.idle(185)
        assert (await house.view(SOON.name)).state == "in_review"
        await house.idle(10)
        assert (await house.view(SOON.name)).state == "draft"
        assert (await house.view(LATER.name)).state == "approved"
        await house.idle(2 * 3_600 + 800)
        assert (await house.view(LATER.name)).state == "draft"


async def test_nothing_is_read_again_and_again_while_no_time_passes(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Rules] = []
    reviews = publishing.reviews

    def counted(conn: sqlite3.Connection, rules: Rules) -> list[tuple[CampaignRow, int]]:
        looks.append(rules)
        return reviews(conn, rules)

    monkeypatch.setattr(publishing, "reviews", counted)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.asks(Draft(definition=LATER, by=ANA))
        await house.asks(Submit(name=LATER.name, by=ANA))
        await house.asks(Approve(name=LATER.name, by=BEN))
        looks.clear()
        await house.idle(3_600)
        assert len(looks) <= 13


async def test_while_the_disk_is_full_it_is_tried_again_until_it_is_done(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.approved(SOON)
        house.writing.full = True
        await house.idle(600)
        house.writing.full = False
        await house.idle(20)
        assert (await house.view(SOON.name)).state == "draft"


async def test_a_review_that_cannot_be_read_keeps_no_other_and_no_daemon(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.approved(LATER)
        await house.approved(SOON)

        def spoil(conn: sqlite3.Connection) -> None:
            conn.execute("DROP TRIGGER revision_is_immutable")
            conn.execute(
                "UPDATE revision SET definition = x'7b' WHERE campaign IN"
                " (SELECT id FROM campaign WHERE name = ?)",
                (LATER.name,),
            )

        await house.store.write(spoil)
        house.desk.rouse()
        await house.idle(240)
        assert (await house.view(SOON.name)).state == "draft"
