from datetime import date, time
from pathlib import Path

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors import live
from actors.clock import NAP_SECONDS_MAX
from actors.isolation import Broken
from actors.mail import Pause, Resume, Stop
from actors.page import Known
from domain import zones
from domain.audience import All, Count, Did, DidNot, Filter, Property
from domain.campaign import Limits, Trigger, What, When
from domain.facts import Event
from store.admission import Decision
from tests.actors.house import ANA, HOUR_MS, LIVE, START_MS, ZONE, House, Wire, open_house

replace = msgspec.structs.replace


async def qualified(house: House) -> int:
    return (await house.view(LIVE.name)).books.qualified


@pytest.mark.parametrize(
    ("offset_ms", "triggers"),
    [(-2 * HOUR_MS, 1), (-2 * HOUR_MS - 1, 0), (120_000, 1), (120_001, 0)],
)
async def test_too_old_and_future_events_trigger_nothing(
    tmp_path: Path, autojump_clock: MockClock, offset_ms: int, triggers: int
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.feed(house.event("u1", at_ms=house.clock.now_ms() + offset_ms))
        await house.idle()
        assert await qualified(house) == triggers


async def test_filters_of_the_event_the_profile_and_the_history_all_hold(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = replace(
        LIVE,
        trigger=Trigger("Order Completed", (Filter("total", ">=", 50),)),
        who=All(
            (
                Property("country", "equals", "NO"),
                Did("Order Completed", count=Count(">=", 2)),
                DidNot("Refund Asked"),
            )
        ),
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(*(house.profile(f"u{n}", country="NO") for n in range(4)))
        await house.feed(house.profile("swede", country="SE"))
        first = [house.event(user, total=1) for user in ("u0", "u1", "u2", "swede")]
        await house.feed(*first, house.event("u1", "Refund Asked"))
        await house.running(campaign)
        again = [house.event(user, total=50) for user in ("u0", "u1", "u3", "swede")]
        await house.feed(*again, house.event("u2", total=49))
        await house.idle()
        assert house.wire.users == ["u0"]


async def test_an_event_of_a_clock_that_is_a_little_fast_counts_in_its_own_history(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = replace(LIVE, who=Did("Order Completed"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(campaign)
        await house.feed(house.event("u1", at_ms=house.clock.now_ms() + 30_000))
        await house.idle()
        assert house.wire.users == ["u1"]


async def test_a_cap_is_never_passed_whoever_comes_at_once(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(LIVE, limits=Limits(cap_total=37)))
        async with trio.open_nursery() as nursery:
            for sender in range(8):
                users = [f"u{sender}-{n}" for n in range(25)]
                nursery.start_soon(house.orders, users)
        view = await house.until(LIVE.name, "completed")
        assert (view.books.qualified, view.books.sent) == (200, 37)
        assert view.books.skipped == {"cap_reached": 163}
        await house.check()


async def test_a_cap_holds_over_crashes_at_any_commit(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire()
    async with open_house(tmp_path / "0", autojump_clock, wire, rate=40) as house:
        await house.running(replace(LIVE, limits=Limits(cap_total=30)))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(house.orders, [f"u{n}" for n in range(60)])
            for number in range(1, 6):
                await trio.sleep(0.15)
                await house.crash_image(tmp_path / str(number))
    before = list(wire.accepted)
    for number in range(1, 6):
        after = Wire(accepted=[])
        async with open_house(tmp_path / str(number), autojump_clock, after) as house:
            await house.orders(f"late{n}" for n in range(40))
            view = await house.until(LIVE.name, "completed")
            assert view.books.sent == 30
            ids = {m["messageId"] for m in after.accepted}
            assert len(ids) == len(after.accepted)
            assert len({m["messageId"] for m in before} | ids) >= 30
            await house.check()


async def test_a_day_has_its_own_cap(tmp_path: Path, autojump_clock: MockClock) -> None:
    before_midnight = zones.resolve_local(date(2026, 3, 20), time(23, 59, 30), ZONE)
    async with open_house(tmp_path, autojump_clock, start_ms=before_midnight) as house:
        await house.running(replace(LIVE, limits=Limits(cap_per_day=3)))
        await house.orders(f"u{n}" for n in range(5))
        await house.idle()
        assert (await house.view(LIVE.name)).books.skipped == {"cap_day": 2}
        await trio.sleep(60)
        await house.orders(f"v{n}" for n in range(5))
        await house.idle()
        assert len(house.wire.accepted) == 6
        await house.check()


async def test_a_day_and_the_total_hold_together_whoever_comes_at_once(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    before_midnight = zones.resolve_local(date(2026, 3, 20), time(23, 59, 30), ZONE)
    both = replace(LIVE, limits=Limits(cap_total=5, cap_per_day=3))
    async with open_house(tmp_path, autojump_clock, start_ms=before_midnight) as house:
        await house.running(both)
        async with trio.open_nursery() as nursery:
            for sender in range(4):
                nursery.start_soon(house.orders, [f"u{sender}-{n}" for n in range(3)])
        await house.idle()
        assert len(house.wire.accepted) == 3
        await trio.sleep(60)
        await house.orders(f"v{n}" for n in range(5))
        view = await house.until(LIVE.name, "completed")
        assert (len(house.wire.accepted), view.reason) == (5, "cap_reached")
        assert view.books.skipped == {"cap_day": 9, "cap_reached": 3}
        await house.check()


@pytest.mark.parametrize(
    ("on_pause", "sent", "skipped"), [("drop", 0, {"paused_dropped": 3}), ("hold", 3, {})]
)
async def test_what_happens_in_a_pause_is_dropped_or_held(
    tmp_path: Path,
    autojump_clock: MockClock,
    on_pause: str,
    sent: int,
    skipped: dict[str, int],
) -> None:
    campaign = msgspec.convert({**msgspec.to_builtins(LIVE), "on_pause": on_pause}, type(LIVE))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(campaign)
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await house.orders(["a", "b", "c"])
        await house.idle()
        assert house.wire.requests == []
        await house.asks(Resume(name=LIVE.name, by=ANA))
        await house.idle()
        books = (await house.view(LIVE.name)).books
        assert (books.sent, books.skipped) == (sent, skipped)
        await house.check()


async def test_events_before_the_start_do_not_count(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.publish(replace(LIVE, when=When(start="2026-03-20T10:50")))
        await house.orders(["early"])
        await trio.sleep(300)
        assert (await house.view(LIVE.name)).state == "running"
        await house.orders(["in time"])
        await house.idle()
        assert house.wire.users == ["in time"]


async def test_after_its_end_nothing_is_sent_and_what_waits_is_told_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, delivering=False) as house:
        await house.running(replace(LIVE, when=When(end="2026-03-20T10:50")))
        await house.orders(["waits"])
        await house.idle()
        await trio.sleep(300)
        await house.orders(["late"])
        view = await house.until(LIVE.name, "completed")
        assert view.books.skipped == {"campaign_ended": 1}
        assert view.reason == "ended"
        await house.check()


async def test_a_campaign_whose_end_comes_in_a_pause_completes_and_does_not_spin(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(LIVE, when=When(end="2026-03-20T10:50")))
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await trio.sleep(300)
        assert (await house.view(LIVE.name)).state == "completed"


async def test_each_event_is_considered_once_though_the_cursor_is_replayed(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "a", autojump_clock, delivering=False) as house:
        await house.running(LIVE)
        await house.orders(f"u{n}" for n in range(5))
        await house.idle()
        await house.crash_image(tmp_path / "b")
    async with open_house(tmp_path / "b", autojump_clock) as house:
        await house.orders(["u9"])
        await house.idle(20)
        assert sorted(house.wire.users) == ["u0", "u1", "u2", "u3", "u4", "u9"]
        assert await qualified(house) == 6
        await house.check()


async def test_an_event_whose_letter_got_lost_is_found_within_a_nap(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.idle()
        house.router.forget(await house.campaign_id(LIVE.name))
        await house.orders(["u1"])
        await house.idle(NAP_SECONDS_MAX + 1)
        assert house.wire.users == ["u1"]


async def test_a_slot_comes_back_from_a_message_that_its_content_ends(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    text = "{% if Event.skip %}{% abort %}{% endif %}hello"
    campaign = replace(LIVE, what=What(key_values={"x": text}), limits=Limits(cap_total=1))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(campaign)
        await house.feed(house.event("a", skip=True))
        await house.idle()
        await house.feed(house.event("b"))
        view = await house.until(LIVE.name, "completed")
        assert view.books.skipped == {"content_aborted": 1}
        assert house.wire.users == ["b"]


async def test_a_stopped_campaign_considers_nothing_more(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.asks(Stop(name=LIVE.name, by=ANA))
        await house.orders(["u1"])
        await house.idle(20)
        assert await qualified(house) == 0
        assert house.clock.now_ms() >= START_MS


async def test_a_robot_with_a_long_history_leaves_turns_to_others(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To judge each of its events takes so long that a pause would wait for the whole page."""
    turns = 0
    at: dict[str, list[int]] = {"man": [], "robot": []}
    checkpoint, decide = trio.lowlevel.checkpoint, live.Live._decide

    async def counted() -> None:
        nonlocal turns
        turns += 1
        await checkpoint()

    def noted(self: live.Live, event: Event, known: Known, now_ms: int) -> Decision | Broken | None:
        at[event.user].append(turns)
        return decide(self, event, known, now_ms)

    monkeypatch.setattr(live, "HISTORY_LONG", 4)
    monkeypatch.setattr(trio.lowlevel, "checkpoint", counted)
    monkeypatch.setattr(live.Live, "_decide", noted)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(LIVE, who=Did("Order Completed", count=Count(">=", 3))))
        for user, n in (("man", 3), ("robot", 6)):
            await house.feed(*(house.event(user) for _ in range(n)))
            await house.idle()
        assert len(set(at["man"])) == 1
        assert len(set(at["robot"])) == 6
        assert house.wire.users == ["man", *["robot"] * 4]
