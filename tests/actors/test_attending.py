from pathlib import Path

import pytest
import trio
from msgspec.structs import replace
from trio.testing import MockClock

from actors.attending import LONG_MS
from actors.mail import AcceptClock, Draft, Pause, RaiseLimit, Resume, SkipRun
from actors.mail_attention import Attention, Kind, Need, ShowAttention
from actors.mail_shelf import Archive
from actors.mail_trust import ConfirmConnection, DropAside, VerifyConnection
from actors.pressure import Limits
from actors.segment import Accepted, Misdirected, NotSent, Outcome, Rejected, Throttled
from domain.campaign import Limits as CampaignLimits
from domain.campaign import When
from tests.actors.house import (
    ANA,
    BEN,
    CLEO,
    HOUR_MS,
    LIVE,
    PAST,
    START_MS,
    House,
    Posted,
    Wire,
    open_house,
)
from tests.actors.test_timekeeper import Jumping

HELD = replace(PAST, limits=CampaignLimits(safety_limit=5))


async def needs(house: House) -> dict[Kind, Need]:
    """Return what needs somebody, but for that nobody has looked into Segment yet."""
    answer = await house.desk.ask(ShowAttention())
    assert isinstance(answer, Attention)
    return {need.kind: need for need in answer.needs if need.kind != "unseen"}


async def test_where_all_is_well_nothing_needs_anybody(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.asks(Draft(definition=PAST, by=ANA))
        assert await house.desk.ask(ShowAttention()) == Attention()
        await house.running(LIVE)
        assert await needs(house) == {}


async def test_nobody_has_seen_a_test_event_until_somebody_says_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        answer = await house.desk.ask(ShowAttention())
        assert isinstance(answer, Attention)
        assert [(need.kind, need.buttons) for need in answer.needs] == [("unseen", "segment:")]
        await house.desk.ask(VerifyConnection(by=ANA))
        ((code,),) = await house.rows("SELECT code FROM verification")
        await house.desk.ask(ConfirmConnection(by=BEN, code=code))
        assert await house.desk.ask(ShowAttention()) == Attention()


async def test_a_held_run_needs_an_answer_and_a_higher_limit_a_second_person(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(6)
        await house.publish(HELD)
        await house.until(PAST.name, "blocked")
        run = (await house.only_run(PAST.name)).run
        held = (await needs(house))["held"]
        assert (held.name, held.about) == (PAST.name, run)
        assert held.happened == "6 users qualify, the safety limit is 5."
        assert held.to_do.startswith("send to some at random")
        await house.asks(RaiseLimit(name=PAST.name, by=ANA, run=run, limit=9))
        assert (await needs(house))["held"].to_do.startswith("a second person approves")
        await house.asks(SkipRun(name=PAST.name, by=ANA, run=run))
        assert await needs(house) == {}


async def test_a_missed_run_is_told_until_the_campaign_is_put_away(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "a", autojump_clock) as house:
        await house.publish(replace(PAST, when=When("2026-03-20T11:00")))
        await house.crash_image(tmp_path / "b")
    late = START_MS + 3 * HOUR_MS
    async with open_house(tmp_path / "b", autojump_clock, start_ms=late) as house:
        await house.until(PAST.name, "completed")
        missed = (await needs(house))["missed"]
        assert missed.happened.startswith("The run of 2026-03-20T11:00[Europe/Oslo] was missed")
        assert missed.buttons == "again:"
        await house.asks(Archive(PAST.name, ANA))
        assert await needs(house) == {}


async def test_what_segment_refuses_for_good_waits_for_a_person(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    def refuses(_posted: Posted) -> Outcome:
        return Rejected(400)

    async with open_house(tmp_path, autojump_clock, Wire(refuses), supervised=False) as house:
        await house.people(1)
        await house.admitted("u0000")
        await house.idle()
        aside = (await needs(house))["aside"]
        assert aside.happened == "1 message or event waits for a person."
        assert (aside.name, aside.buttons) == (LIVE.name, "aside:")
        await house.asks(DropAside(by=ANA, campaign=LIVE.name))
        assert await needs(house) == {}


async def test_a_key_that_segment_refuses_needs_somebody_at_once(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    answers: list[Outcome] = [Misdirected(401)]
    wire = Wire(lambda _posted: answers[0])
    async with open_house(tmp_path, autojump_clock, wire, supervised=False) as house:
        await house.people(1)
        await house.admitted("u0000")
        await house.idle(2)
        refused = (await needs(house))["refused"]
        assert refused.buttons == "segment:"
        assert refused.since_ms is not None
        assert abs(refused.since_ms - START_MS) < 5_000
        answers[0] = Accepted()
        await house.idle(600)
        assert await needs(house) == {}


@pytest.mark.parametrize(
    ("trouble", "kind"), [(Throttled(20_000), "slowed"), (NotSent("ConnectError"), "away")]
)
async def test_a_segment_that_takes_nothing_needs_somebody_once_it_lasts(
    tmp_path: Path, autojump_clock: MockClock, trouble: Outcome, kind: Kind
) -> None:
    answers = [trouble]
    wire = Wire(lambda _posted: answers[0])
    async with open_house(tmp_path, autojump_clock, wire, supervised=False) as house:
        await house.people(1)
        await house.admitted("u0000")
        await house.idle(LONG_MS / 1_000 - 60)
        assert await needs(house) == {}
        await house.idle(90)
        assert list(await needs(house)) == [kind]
        answers[0] = Accepted()
        await house.idle(600)
        assert await needs(house) == {}


async def test_what_is_not_kept_up_with_is_told_while_it_is_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    limits = Limits(lag_events_max=10)
    async with open_house(
        tmp_path, autojump_clock, limits=limits, supervised=False, pressured=True
    ) as house:
        await house.people(1)
        await house.admitted("u0000")
        await house.feed(*(house.event("u0000") for _ in range(20)))
        await house.pressure.look()
        assert await needs(house) == {}, "it may be a gust"
        await house.idle(60)
        load = (await needs(house))["load"]
        assert (load.about, load.buttons) == ("lag", "load:")
        await house.store.write(
            lambda conn: conn.execute("UPDATE cursor SET seq = (SELECT max(seq) FROM log)").rowcount
        )
        await house.idle(60)
        assert await needs(house) == {}


async def test_a_clock_that_has_leapt_needs_somebody_who_says_which_time_is_right(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wall = Jumping()
    async with open_house(tmp_path, autojump_clock, clock=wall) as house:
        wall.off_ms = 24 * HOUR_MS
        await house.idle(60)
        clock = (await needs(house))["clock"]
        assert "The machine's clock is 1 day, 0:00:00 ahead" in clock.happened
        leap = clock.buttons.removeprefix("clock:")
        await house.asks(AcceptClock(by=CLEO, leap=leap))
        assert await needs(house) == {}


@pytest.mark.parametrize(
    ("state", "reason", "kind"),
    [("faulted", "it failed", "faulted"), ("paused", "safety_per_hour", "halted")],
)
async def test_a_campaign_that_stands_still_by_itself_needs_somebody_and_a_pause_nobody(
    tmp_path: Path, autojump_clock: MockClock, state: str, reason: str, kind: Kind
) -> None:
    async with open_house(tmp_path, autojump_clock, supervised=False) as house:
        await house.publish(LIVE)
        await house.asks(Pause(LIVE.name, ANA))
        assert await needs(house) == {}
        await house.store.write(
            lambda conn: (
                conn.execute("UPDATE campaign SET state = ?, reason = ?", (state, reason)).rowcount
            )
        )
        found = (await needs(house))[kind]
        assert (found.happened, found.buttons[:7]) == (reason, "resume:")
        await trio.sleep(1)
        await house.asks(Resume(LIVE.name, ANA))
        assert await needs(house) == {}
