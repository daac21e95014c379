"""Amendments: what a campaign says changes while it runs, and no run halfway."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio
from msgspec.structs import replace
from trio.testing import MockClock

from actors.desk import HouseRules
from actors.mail import (
    Approve,
    Draft,
    Publish,
    RaiseLimit,
    Request,
    RequestChanges,
    Stop,
    Submit,
)
from actors.segment import Accepted, Throttled
from domain.audience import Property
from domain.campaign import Campaign, Limits, Trigger, What, When
from domain.personal import UserProperty
from domain.recurrence import EveryDays
from tests.actors.house import (
    ANA,
    BEN,
    CLEO,
    HOUR_MS,
    LIVE,
    PAST,
    START_MS,
    House,
    Wire,
    open_house,
)
from tests.actors.timing import HOUR, then

# It is 09:46:40 in London on 20 March 2026. A day begins in the east at 10:00, and each user has a
# message of it at a time of their own: east five minutes after midnight, west at noon in Oslo.
OWN = UserProperty("minute", otherwise="15:00")
DAILY = When(start="2026-03-21T00:00", end="2026-03-22T00:00", repeat=EveryDays(), personal=OWN)
EACH = replace(PAST, when=DAILY, what=What(key_values={"offer": "old"}))
NEW = replace(EACH, what=What(key_values={"offer": "new"}), labels=("spring",))
NEWER = replace(NEW, what=What(key_values={"offer": "newer"}))
AMEND = Draft(NEW, ANA, edits=PAST.name)


async def running(house: House, campaign: Campaign = EACH) -> None:
    """Let the first run have begun; west waits for it until tomorrow, when the second begins."""
    await house.feed(
        house.profile("east", timezone="Pacific/Auckland", minute=5),
        house.profile("west", timezone="Europe/Oslo", minute=12 * 60),
    )
    await house.publish(campaign)
    await then(house, PAST.name, "running", seconds=2 * HOUR)


@asynccontextmanager
async def a_day_later(
    folder: Path, clock: MockClock, campaign: Campaign, *requests: Request
) -> AsyncIterator[House]:
    """Let the first run begin, ask for something, and go on tomorrow after a crash.

    It is 23 minutes before the second run begins. Nobody was due meanwhile.
    """
    async with open_house(folder / "a", clock) as house:
        await running(house, campaign)
        assert offers(house) == [("east", "21", "old")]
        for request in requests:
            await house.asks(request)
        await house.crash_image(folder / "b")
    start_ms = START_MS + 24 * HOUR_MS - 10 * 60_000
    async with open_house(folder / "b", clock, start_ms=start_ms) as house:
        yield house


def offers(house: House) -> list[tuple[str, str, str]]:
    """Return who got what, by which day's run, in order."""
    return [
        (
            message["userId"],
            message["properties"]["run_id"][8:10],
            message["properties"]["key_values"]["offer"],
        )
        for message in house.wire.accepted
    ]


async def test_it_holds_from_the_next_run_on_and_the_one_under_way_ends_as_it_began(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    asked = (AMEND, Approve(PAST.name, BEN))
    async with a_day_later(tmp_path, autojump_clock, EACH, *asked) as house:
        await trio.sleep(2 * HOUR)
        assert offers(house) == [("west", "21", "old"), ("east", "22", "new")]
        view = await house.view(PAST.name)
        assert [run.state for run in view.runs] == ["done", "sending"]
        assert (view.revision, view.published, view.amends) == (2, 2, False)
        await house.check()


async def test_until_somebody_approves_it_runs_begin_by_what_was_approved(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    three_days = replace(EACH, when=replace(DAILY, end="2026-03-23T00:00"))
    asked = replace(AMEND, definition=replace(NEW, when=three_days.when))
    async with a_day_later(tmp_path, autojump_clock, three_days, asked) as house:
        await trio.sleep(2 * HOUR)
        assert offers(house) == [("west", "21", "old"), ("east", "22", "old")]
        view = await house.view(PAST.name)
        assert (view.amends, view.published) == (True, 1)
        assert view.since is not None
        assert sorted(label for label, _ in view.since.changes) == ["Labels", "What"]
        await house.asks(Approve(PAST.name, BEN, view.hash))
        assert (await house.view(PAST.name)).published == 2


async def test_caps_are_counted_over_what_it_said_before_and_after(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    most = Limits(cap_total=2, per_user_max=1)
    asked = (replace(AMEND, definition=replace(NEW, limits=most)), Approve(PAST.name, BEN))
    capped = replace(EACH, limits=most)
    async with a_day_later(tmp_path, autojump_clock, capped, *asked) as house:
        await house.people(1)
        await trio.sleep(2 * HOUR)
        assert offers(house) == [("west", "21", "old")]
        books = (await house.view(PAST.name)).books
        assert books.skipped == {"per_user_limit": 2, "cap_reached": 1}
        await house.check()


async def test_asking_for_a_higher_limit_withdraws_it_and_says_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    held = Limits(safety_limit=2)
    asked = replace(AMEND, definition=replace(NEW, limits=held))
    async with a_day_later(tmp_path, autojump_clock, replace(EACH, limits=held), asked) as house:
        await house.people(1)
        view = await then(house, PAST.name, "blocked", seconds=HOUR / 2)
        said = await house.asks(RaiseLimit(PAST.name, CLEO, view.runs[-1].run, 5))
        assert "withdrawn" in said.message
        await house.asks(Approve(PAST.name, BEN))
        await trio.sleep(2 * HOUR)
        got = offers(house)
        assert got == [("west", "21", "old"), ("east", "22", "old")], "also who still waited"
        await house.check()


async def test_its_author_does_not_approve_it_and_an_older_card_approves_nothing(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await running(house)
        before = (await house.view(PAST.name)).hash
        await house.asks(replace(AMEND, by=CLEO))
        for by, seen in ((CLEO, ""), (ANA, ""), (BEN, before)):
            await house.refused(Approve(PAST.name, by, seen))
        assert (await house.view(PAST.name)).published == 1
        await house.refused(Submit(PAST.name, ANA))


async def test_whom_and_when_and_how_many_and_its_name_stay(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    other = replace(
        NEW,
        name="Other",
        who=Property("plan", "exists"),
        when=replace(DAILY, personal=replace(OWN, otherwise="16:00")),
        limits=Limits(cap_per_run=9),
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await running(house)
        before = await house.snapshot()
        refused = await house.refused(Draft(other, ANA, edits=PAST.name))
        assert [one.where for one in refused.problems] == ["name", "who", "when", "limits"]
        assert await house.snapshot() == before


async def test_a_later_one_is_asked_for_instead_and_what_runs_withdraws_it(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await running(house)
        assert "unchanged" in (await house.asks(replace(AMEND, definition=EACH))).message
        await house.asks(AMEND)
        assert "already" in (await house.asks(AMEND)).message
        await house.asks(replace(AMEND, definition=NEWER))
        view = await house.view(PAST.name)
        assert (view.revision, view.definition) == (3, NEWER)
        await house.asks(replace(AMEND, definition=EACH))
        view = await house.view(PAST.name)
        assert (view.revision, view.amends, view.definition) == (1, False, EACH)
        await house.asks(replace(AMEND, definition=NEWER))
        assert (await house.view(PAST.name)).revision == 4, "a number is given once"


async def test_a_declined_one_leaves_everything_as_it_is_and_says_why(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await running(house)
        await house.asks(AMEND)
        await house.asks(RequestChanges(PAST.name, BEN, "Too loud."))
        view = await house.view(PAST.name)
        assert (view.state, view.revision, view.amends) == ("running", 1, False)
        assert (BEN, "decline_amendment", "Too loud.") in await house.audit()
        replies = await house.rows("SELECT body FROM announcement WHERE kind = 'reply'")
        assert any("Too loud." in body for (body,) in replies)
        told = await house.rows("SELECT subject FROM announcement WHERE kind = 'direct'")
        assert told == [(ANA,)]


async def test_without_a_run_to_come_there_is_nothing_to_amend(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with a_day_later(tmp_path, autojump_clock, EACH) as house:
        await trio.sleep(HOUR)
        assert "has no run after" in (await house.refused(AMEND)).what
        once = replace(EACH, name="Once", when=replace(DAILY, end=None, repeat=None))
        await house.publish(replace(once, when=replace(once.when, start="2026-03-22T00:00")))
        await then(house, "Once", "running", seconds=60)
        assert "edit" not in (await house.view("Once")).allowed


@pytest.mark.parametrize("late", [Approve(PAST.name, BEN), Publish(PAST.name, ANA)])
async def test_one_that_nobody_decided_about_before_the_last_run_began_has_expired(
    tmp_path: Path, autojump_clock: MockClock, late: Request
) -> None:
    """Otherwise who approves it is told that it holds from the next run on: there is none."""
    async with a_day_later(tmp_path, autojump_clock, EACH, AMEND) as house:
        await trio.sleep(HOUR)
        assert "has expired" in (await house.refused(late)).what
        view = await house.view(PAST.name)
        assert (view.revision, view.published, view.amends) == (1, 1, False)
        assert ("clarion", "expire_amendment") in [row[:2] for row in await house.audit()]


@pytest.mark.parametrize("alone", [True, False])
async def test_without_reviews_it_holds_as_soon_as_it_is_published(
    tmp_path: Path, autojump_clock: MockClock, *, alone: bool
) -> None:
    rules = HouseRules(review_required=not alone)
    async with open_house(tmp_path, autojump_clock, rules=rules) as house:
        await running(house)
        await house.asks(AMEND)
        assert (await house.view(PAST.name)).published == 1, "saving a file changes nothing yet"
        if not alone:
            no = await house.refused(Publish(PAST.name, ANA))
            assert "second person" in no.what
            return
        await house.asks(Publish(PAST.name, ANA))
        view = await house.view(PAST.name)
        assert (view.published, view.revision, view.amends) == (2, 2, False)
        replies = await house.rows("SELECT body FROM announcement WHERE kind = 'reply'")
        assert any("without review" in body for (body,) in replies)


@pytest.mark.parametrize("stopped", [True, False])
async def test_one_that_nobody_decided_about_before_the_campaign_was_over_is_named_once(
    tmp_path: Path, autojump_clock: MockClock, *, stopped: bool
) -> None:
    async with a_day_later(tmp_path, autojump_clock, EACH, AMEND) as house:
        if stopped:
            await house.asks(Stop(PAST.name, ANA))
        else:
            await then(house, PAST.name, "completed", seconds=60 * HOUR)
        replies = await house.rows("SELECT body FROM announcement WHERE kind = 'reply'")
        assert sum("The amendment has expired" in body for (body,) in replies) == 1
        assert ("clarion", "expire_amendment") in [row[:2] for row in await house.audit()]


async def test_a_campaign_that_is_stopped_asks_for_nothing_any_more(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await running(house)
        await house.asks(AMEND)
        await house.asks(Stop(PAST.name, ANA))
        view = await house.view(PAST.name)
        assert (view.revision, view.amends, view.allowed) == (1, False, ())
        await house.refused(Approve(PAST.name, BEN))


COUPON = replace(LIVE, what=What(key_values={"offer": "old"}))
FRESH = Draft(replace(COUPON, what=What(key_values={"offer": "new"})), ANA, edits=LIVE.name)


async def test_a_live_campaign_says_the_new_words_to_who_qualifies_from_then_on(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(COUPON)
        await house.orders(["u1"])
        await house.idle()
        assert "who qualifies from then on" in (await house.asks(FRESH)).message
        await house.orders(["u2"])
        await house.idle()
        await house.asks(Approve(LIVE.name, BEN))
        await house.orders(["u3"])
        await house.idle()
        got = [(m["userId"], m["properties"]["key_values"]) for m in house.wire.accepted]
        old, new = {"offer": "old"}, {"offer": "new"}
        assert got == [("u1", old), ("u2", old), ("u3", new)]
        assert (await house.view(LIVE.name)).books.qualified == 3, "each event is considered once"
        await house.check()


async def test_what_a_live_campaign_waits_for_ends_in_the_new_words_and_what_is_decided_in_the_old(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    waits = replace(COUPON, trigger=Trigger("Order Completed", delay_minutes=60))
    fresh = replace(waits, what=FRESH.definition.what)
    wire = Wire(lambda _posted: Throttled(HOUR_MS // 2) if len(wire.requests) == 1 else Accepted())
    async with open_house(tmp_path, autojump_clock, wire) as house:
        await house.running(waits)
        await house.orders(["decided"])
        await trio.sleep(HOUR - 60)
        await house.orders(["waits"])
        await trio.sleep(120)
        await house.asks(replace(FRESH, definition=fresh))
        await house.asks(Approve(LIVE.name, BEN))
        await trio.sleep(3 * HOUR)
        got = {m["userId"]: m["properties"]["key_values"]["offer"] for m in wire.accepted}
        assert got == {"decided": "old", "waits": "new"}
        await house.check()
