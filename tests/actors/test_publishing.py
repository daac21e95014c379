from pathlib import Path

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors.desk import HouseRules
from actors.mail import Approve, Draft, Publish, Submit
from domain.campaign import Campaign, DoNotDisturb, When
from tests.actors.house import ANA, BEN, LIVE, PAST, START_MS, open_house

replace = msgspec.structs.replace
ALONE = HouseRules(review_required=False)


async def test_without_review_the_record_and_the_answer_say_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, rules=ALONE) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        answer = await house.asks(Publish(name=LIVE.name, by=ANA))
        assert "without review" in answer.message
        assert (ANA, "publish", "published without review") in await house.audit()
        replies = await house.rows("SELECT body FROM announcement WHERE kind = 'reply'")
        assert any("without review" in body for (body,) in replies)
        await house.until(LIVE.name, "running")


async def test_the_end_of_the_audit_log_is_kept_in_slack_at_each_publish(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.publish(LIVE)
        replies = await house.rows("SELECT body FROM announcement WHERE kind = 'reply'")
        (said,) = [body for (body,) in replies if "Published by" in body]
        number, mac = said.rsplit(" ", 1)[1].split(":")
        ((action, kept),) = await house.rows("SELECT action, mac FROM audit WHERE id = ?", number)
        assert (action, kept) == ("publish", mac)


async def test_what_was_reviewed_is_not_called_unreviewed(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, rules=ALONE, quiet=True) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        await house.asks(Submit(name=LIVE.name, by=ANA))
        await house.asks(Approve(name=LIVE.name, by=BEN))
        answer = await house.asks(Publish(name=LIVE.name, by=ANA))
        assert "without review" not in answer.message
        assert (ANA, "publish", "") in await house.audit()


@pytest.mark.parametrize(
    "campaign",
    [
        replace(PAST, when=When("2026-03-20T10:47")),
        replace(LIVE, when=When(end="2026-03-20T10:47")),
    ],
)
async def test_what_is_wrong_by_now_is_not_published_without_review(
    tmp_path: Path, autojump_clock: MockClock, campaign: Campaign
) -> None:
    async with open_house(tmp_path, autojump_clock, rules=ALONE, quiet=True) as house:
        await house.asks(Draft(definition=campaign, by=ANA))
        await house.idle(60)
        before = await house.snapshot()
        no = await house.refused(Publish(name=campaign.name, by=ANA))
        assert no.problems
        assert await house.snapshot() == before


async def test_an_approval_whose_time_has_passed_cannot_be_published(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.approved(replace(PAST, when=When("2026-03-20T10:47")))
        await house.idle(60)
        assert "expired" in (await house.refused(Publish(name=PAST.name, by=ANA))).what
        assert (await house.view(PAST.name)).state == "draft"
        assert house.clock.now_ms() > START_MS


async def test_a_run_that_is_now_may_be_taken_back_before_it_begins(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.approved(PAST)
        done = await house.asks(Publish(PAST.name, ANA, undo_seconds=60))
        assert "It begins in 60 seconds" in done.message
        await trio.sleep(55)
        assert (await house.view(PAST.name)).state == "scheduled"
        other = replace(PAST, labels=("x",))
        await house.asks(Draft(other, ANA, edits=PAST.name))
        await trio.sleep(600)
        assert house.wire.accepted == []


async def test_left_alone_a_run_that_is_now_begins_after_that_time(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.approved(PAST)
        await house.asks(Publish(PAST.name, ANA, undo_seconds=60))
        await trio.sleep(58)
        assert house.wire.accepted == []
        await house.until(PAST.name, "completed", seconds=20)
        assert len(house.wire.accepted) == 2


async def test_what_has_a_time_of_its_own_is_not_put_off(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.approved(LIVE)
        await house.asks(Publish(LIVE.name, ANA, undo_seconds=60))
        await house.until(LIVE.name, "running", seconds=10)


@pytest.mark.parametrize(
    ("definition", "until"),
    [
        (replace(PAST, do_not_disturb=DoNotDisturb("10:00", "12:00")), "12:00"),
        (replace(LIVE, do_not_disturb=DoNotDisturb("10:00", "12:00")), "12:00"),
        (
            replace(
                PAST, when=When("2026-03-20T23:00"), do_not_disturb=DoNotDisturb("22:00", "08:00")
            ),
            "08:00 on 2026-03-21",
        ),
        (replace(PAST, do_not_disturb=DoNotDisturb("22:00", "08:00")), ""),
        (
            replace(
                PAST, when=When("2026-03-21T11:00"), do_not_disturb=DoNotDisturb("10:00", "10:50")
            ),
            "",
        ),
        (PAST, ""),
    ],
)
async def test_who_publishes_into_the_night_is_told_that_it_waits(
    tmp_path: Path, autojump_clock: MockClock, definition: Campaign, until: str
) -> None:
    """It is 10:46 where the account is."""
    async with open_house(tmp_path, autojump_clock, quiet=True, supervised=False) as house:
        await house.approved(definition)
        said = (await house.asks(Publish(name=definition.name, by=ANA, undo_seconds=60))).message
        night = f"When it begins, it is do-not-disturb in Europe/Oslo until {until}, and"
        assert (night in said) == bool(until)
        assert ("do-not-disturb" in said) == bool(until)


async def test_which_of_several_dates_passed_during_the_review_is_told(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    dates = ("2026-03-20T10:48", "2026-03-20T10:50", "2026-03-21T09:00")
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.approved(replace(PAST, when=When(dates=dates)))
        await house.idle(150)  # until 10:49
        answer = await house.asks(Publish(name=PAST.name, by=ANA))
        assert "1 of its 3 dates has passed: nothing is sent for it." in answer.message
