import logging
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace
from trio.testing import MockClock

from actors.isolation import Broken
from actors.judging import Judging
from domain.audience import Did
from domain.campaign import DoNotDisturb
from domain.message_id import message_id
from domain.periods import DAY_MS
from domain.verdict import Hold, Send
from store import log
from tests.actors.house import HOUR_MS, KEY, LIVE, START_MS, open_house

ASKING = replace(LIVE, who=Did("Order Completed"), do_not_disturb=DoNotDisturb("12:00", "13:00"))


async def test_a_user_is_judged_by_what_was_done_until_a_place_in_the_log(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        judging = Judging("c_1", ASKING, house.context)
        await house.orders(["ann"])
        last = await house.store.read(log.last_seq)
        now = house.clock.now_ms()
        before = await house.store.read(partial(judging.know, who=["ann"], upto=0, now_ms=now))
        known = await house.store.read(partial(judging.know, who=["ann"], upto=last, now_ms=now))
        fits = [
            judging.fits(each.users["ann"], each.history["ann"], now_ms=now)
            for each in (before, known)
        ]
        assert fits == [False, True]
        assert judging.verdict(known.users["ann"], now_ms=START_MS) == Send()
        at_noon = judging.verdict(known.users["ann"], now_ms=START_MS + HOUR_MS + 1_800_000)
        assert isinstance(at_noon, Hold)


async def test_what_is_older_than_an_audience_asks_about_is_not_read(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """A robot's history of a million events would be read anew for each of them."""
    lately = replace(LIVE, who=Did("Order Completed", days=3))
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        now = house.clock.now_ms()
        times = [now - days * DAY_MS for days in (0, 2, 3, 10, 400)]
        await house.feed(*(house.event("bot", at_ms=at) for at in times))
        last = await house.store.read(log.last_seq)
        for asked, read in ((lately, times[:3]), (ASKING, times)):
            judging = Judging("c_1", asked, house.context)
            known = await house.store.read(
                partial(judging.know, who=["bot"], upto=last, now_ms=now)
            )
            assert [event.time_ms for event in known.history["bot"]] == read
            assert judging.fits(known.users["bot"], known.history["bot"], now_ms=now)


async def test_a_decision_has_the_id_that_its_event_gives_it_whenever_it_is_made(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        judging = Judging("c_1", ASKING, house.context)
        days = []
        for now in (START_MS, START_MS + 30 * HOUR_MS):
            made = judging.decision("ann", "e1", 7, Send(), now_ms=now, fell_due_ms=5)
            days.append(made.day)
            assert made.fell_due_ms == 5
            assert made.message_id == message_id(
                KEY, campaign="c_1", run="live", user="ann", step="1", occurrence="e1"
            )
        assert days == ["2026-03-20", "2026-03-21"]


async def test_what_is_set_aside_is_logged_without_any_value(
    tmp_path: Path, autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        judging = Judging("c_1", ASKING, house.context)
        with caplog.at_level(logging.ERROR):
            found = judging.poison(7, "ann", Broken("ValueError", "here"), now_ms=START_MS)
        assert (found.event_seq, found.error, found.error_id) == (7, "ValueError", "E1")
        assert "error E1" in caplog.text
        assert "ann" not in caplog.text
