from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors import delivery, sorting
from actors.loading import load
from actors.mail import Pause, Resume, Stop
from actors.prepare import prepare
from actors.segment import Accepted, Ambiguous, Misdirected, NotSent, Outcome, Rejected, Throttled
from actors.sending import Prepared
from domain.campaign import Delivery, DoNotDisturb, What
from store import users, waiting
from tests.actors.house import ANA, LIVE, START_MS, House, Posted, Wire, open_house

replace = msgspec.structs.replace
ASKED_WHILE_SICK_MAX = 20
PATIENT = replace(LIVE, delivery=Delivery(expires_minutes=4_320))
QUIET = DoNotDisturb(start="10:47", end="10:50")  # 10:46:40 in Oslo at START_MS


def in_turn(*outcomes: Outcome) -> Any:
    """Answer with these first, then accept."""
    left = list(outcomes)
    return lambda _posted: left.pop(0) if left else Accepted()


async def outcome_of(house: House) -> list[tuple[str, str]]:
    return [tuple(row) for row in await house.rows("SELECT state, reason FROM outbox")]


@pytest.mark.parametrize(
    "trouble", [NotSent("x"), Ambiguous("x"), Throttled(None), Throttled(0), Misdirected(401)]
)
async def test_after_any_trouble_the_same_id_is_accepted_once(
    tmp_path: Path, autojump_clock: MockClock, trouble: Outcome
) -> None:
    wire = Wire(in_turn(trouble, trouble, trouble))
    async with open_house(tmp_path, autojump_clock, wire) as house:
        await house.running(LIVE)
        await house.orders(["u1"])
        await house.idle(400)
        assert len({i for request in wire.requests for i in request.ids}) == 1
        assert (len(wire.requests), len(wire.accepted)) == (4, 1)
        times = [request.at for request in wire.requests]
        assert all(b - a >= 0.5 for a, b in pairwise(times))
        await house.check()


async def test_a_429_holds_everyone_for_as_long_as_it_says(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(in_turn(Throttled(7_000)))
    async with open_house(tmp_path, autojump_clock, wire) as house:
        await house.running(LIVE)
        await house.running(replace(LIVE, name="Other"))
        await house.orders(["u1"])
        await house.idle(30)
        throttled_at = wire.requests[0].at + wire.seconds
        later = [request.at for request in wire.requests if request.at > throttled_at]
        assert min(later) >= throttled_at + 7
        assert len(wire.accepted) == 2


async def test_a_wrong_key_holds_everything_and_is_told_once(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(lambda _posted: Misdirected(401))
    async with open_house(tmp_path, autojump_clock, wire) as house:
        await house.running(LIVE)
        await house.orders(f"u{n}" for n in range(20))
        await house.idle(300)
        told = await house.rows("SELECT body FROM announcement WHERE kind = 'notice'")
        assert len(told) == 1
        assert len(wire.requests) <= 6
        wire.answer = lambda _posted: Accepted()
        await house.idle(120)
        assert len(wire.accepted) == 20
        await house.check()


@pytest.mark.parametrize("poison", [{"u003"}, {"u000", "u299"}, {"u100", "u101"}])
async def test_a_refused_message_dies_alone_and_its_neighbours_are_sent(
    tmp_path: Path, autojump_clock: MockClock, poison: set[str]
) -> None:
    def refuse(posted: Posted) -> Outcome:
        return Rejected(400) if poison & {m["userId"] for m in posted.messages} else Accepted()

    wire = Wire(refuse)
    async with open_house(tmp_path, autojump_clock, wire) as house:
        await house.running(LIVE)
        await house.orders(f"u{n:03}" for n in range(300))
        await house.idle(60)
        books = (await house.view(LIVE.name)).books
        assert (books.sent, books.skipped) == (300 - len(poison), {"dead": len(poison)})
        assert len(wire.requests) < 120
        await house.check()


async def test_the_rate_is_not_passed_in_any_second(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(in_turn(Rejected(400), NotSent("x"), Throttled(1_500), Ambiguous("x")))
    async with open_house(tmp_path, autojump_clock, wire, rate=20) as house:
        for name in ("A", "B", "C"):
            await house.running(replace(LIVE, name=name))
        await house.orders(f"u{n}" for n in range(60))
        await house.idle(60)
        sent = [(request.at, len(request.messages)) for request in wire.requests]
        for at, _ in sent:
            assert sum(n for other, n in sent if at <= other < at + 1) <= 20
        assert len(wire.accepted) == 180
        await house.check()


async def test_campaigns_take_turns(tmp_path: Path, autojump_clock: MockClock) -> None:
    """What waits of all three goes in turns; before, each of them writes down what it has."""
    async with open_house(tmp_path, autojump_clock, rate=20) as house:
        for name in ("A", "B", "C"):
            await house.running(replace(LIVE, name=name))
            house.delivery.halt(await house.campaign_id(name))
        await house.orders(f"u{n}" for n in range(60))
        await house.idle()
        assert (await house.rows("SELECT count(*) FROM outbox"))[0][0] == 180
        for campaign in house.delivery.halted:
            house.delivery.unhalt(campaign)
        await house.idle(2)
        begun = [m for request in house.wire.requests for m in request.messages]
        names = [m["properties"]["campaign_name"] for m in begun]
        assert Counter(names[:15]) == {"A": 5, "B": 5, "C": 5}, "a quarter of a second's for each"


async def test_after_the_answer_to_a_pause_nothing_new_starts(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(seconds=3)
    async with open_house(tmp_path, autojump_clock, wire, rate=100, at_once=2) as house:
        await house.running(LIVE)
        await house.orders(f"u{n}" for n in range(300))
        await house.idle(3)
        answer = await house.asks(Pause(name=LIVE.name, by=ANA))
        begun = sum(len(request.messages) for request in wire.requests)
        assert answer.on_the_wire == begun - len(wire.accepted) > 0
        assert f"{answer.on_the_wire} messages were already on the wire" in answer.message
        await house.idle(60)
        assert sum(len(request.messages) for request in wire.requests) == begun
        await house.asks(Resume(name=LIVE.name, by=ANA))
        await house.idle(60)
        assert len(wire.accepted) == 300
        await house.check()


async def test_what_was_claimed_before_a_pause_and_not_begun_is_not_sent(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, delivering=False, supervised=False) as house:
        await house.admitted("u1")
        ready = await house.ready()
        campaign = await house.campaign_id(LIVE.name)
        assert house.delivery.halt(campaign) == 0
        await house.delivery._sending.send(campaign, ready, Prepared(house.clock))
        assert house.wire.requests == []
        assert await house.rows("SELECT state, attempts FROM outbox") == [("pending", 0)]


@pytest.mark.parametrize(
    ("mode", "skipped", "sent_after"), [("delay", {}, 200), ("discard", {"dnd_discard": 1}, None)]
)
async def test_do_not_disturb_is_kept_with_a_margin(
    tmp_path: Path,
    autojump_clock: MockClock,
    mode: str,
    skipped: dict[str, int],
    sent_after: float | None,
) -> None:
    quiet = msgspec.convert({"start": "10:47", "end": "10:50", "mode": mode}, DoNotDisturb)
    # Two seconds before the window a request might still begin in it.
    async with open_house(tmp_path, autojump_clock, start_ms=START_MS + 18_000) as house:
        await house.running(replace(LIVE, do_not_disturb=quiet))
        await house.feed(house.profile("moon", timezone="Atlantis/Nowhere"))
        await house.orders(["moon"])
        await house.idle(300)
        books = (await house.view(LIVE.name)).books
        assert books.skipped == skipped
        if sent_after is None:
            assert house.wire.requests == []
        else:
            assert house.wire.requests[0].at >= sent_after - 20
        await house.check()


async def test_the_users_own_zone_decides_about_do_not_disturb(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, start_ms=START_MS + 30_000) as house:
        await house.running(replace(LIVE, do_not_disturb=QUIET))
        await house.feed(house.profile("kyiv", timezone="Europe/Kyiv"))
        await house.orders(["kyiv", "oslo"])
        await house.idle(10)
        assert house.wire.users == ["kyiv"]


async def test_a_message_is_not_re_sent_by_itself_after_twenty_hours(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(lambda _posted: Ambiguous("x"))
    async with open_house(tmp_path, autojump_clock, wire, supervised=False, quiet=True) as house:
        await house.admitted("u1", definition=PATIENT)
        await house.idle(21 * 3600)
        assert wire.requests[-1].at - wire.requests[0].at <= 20 * 3600 + 1
        assert await outcome_of(house) == [("unknown", "unknown")]
        assert len(wire.requests) <= 2_500
        await house.check()


@pytest.mark.parametrize("outage", [NotSent("refused"), Ambiguous("time-out")])
async def test_an_outage_of_twelve_hours_loses_nothing_and_costs_little(
    tmp_path: Path, autojump_clock: MockClock, outage: Outcome
) -> None:
    wire = Wire(lambda _posted: outage, seconds=1)
    async with open_house(
        tmp_path, autojump_clock, wire, rate=40, supervised=False, quiet=True
    ) as house:
        await house.admitted(*(f"u{n}" for n in range(50)), definition=PATIENT)
        await house.idle(12 * 3600)
        assert len(wire.requests) <= 1_500
        wire.answer = lambda _posted: Accepted()
        await house.idle(120)
        assert len(wire.accepted) == 50
        await house.check()


async def test_nothing_is_sent_seventy_two_hours_late(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(
        tmp_path, autojump_clock, supervised=False, delivering=False, quiet=True
    ) as house:
        await house.admitted("u1", definition=PATIENT)
        await house.crash_image(tmp_path / "b")
    late = START_MS + 72 * 3_600_000
    async with open_house(
        tmp_path / "b", autojump_clock, start_ms=late, supervised=False, quiet=True
    ) as house:
        await house.idle()
        assert await outcome_of(house) == [("expired", "expired")]
        assert house.wire.requests == []


async def test_what_was_in_flight_at_a_crash_goes_again_with_its_id(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(seconds=2)
    async with open_house(tmp_path / "a", autojump_clock, wire) as house:
        await house.running(LIVE)
        await house.orders(["u1"])
        await wire.arrived.wait()
        await house.crash_image(tmp_path / "b")
        first = wire.requests[0].ids
    async with open_house(tmp_path / "b", autojump_clock) as house:
        await house.idle()
        assert [request.ids for request in house.wire.requests] == [first]
        ((ambiguous,),) = await house.rows("SELECT ambiguous_ms IS NOT NULL FROM outbox")
        assert ambiguous
        await house.check()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{% abort %}", "content_aborted"),
        ("{{ Profile.nothing }}", "missing_value"),
        ("{{ 1 | divided_by: Profile.zero }}", "content_failed"),
    ],
)
async def test_content_that_ends_a_message_frees_its_slot_and_harms_no_other(
    tmp_path: Path, autojump_clock: MockClock, text: str, reason: str
) -> None:
    what = What(key_values={"x": f"{{% if Profile.bad %}}{text}{{% else %}}y{{% endif %}}"})
    if reason == "missing_value":
        what = replace(what, required=("x",))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(LIVE, what=what))
        await house.feed(house.profile("bad", bad=True, zero=0))
        await house.orders(["bad", "good"])
        await house.idle()
        books = (await house.view(LIVE.name)).books
        assert (books.skipped, house.wire.users) == ({reason: 1}, ["good"])
        await house.check()


async def test_a_suppressed_user_gets_nothing_any_more(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(in_turn(NotSent("x")))
    async with open_house(tmp_path, autojump_clock, wire) as house:
        await house.running(LIVE)
        await house.orders(["u1"])
        await wire.arrived.wait()
        await house.store.write(lambda conn: users.suppress(conn, "u1", now_ms=START_MS))
        await house.idle(60)
        assert wire.accepted == []
        assert (await house.view(LIVE.name)).books.skipped == {"suppressed": 1}


async def test_a_stop_ends_what_waits_and_lets_the_wire_settle(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(seconds=3)
    async with open_house(tmp_path, autojump_clock, wire, rate=100, at_once=1) as house:
        await house.running(LIVE)
        await house.orders(f"u{n}" for n in range(100))
        await wire.arrived.wait()
        answer = await house.asks(Stop(name=LIVE.name, by=ANA))
        await house.idle(30)
        books = (await house.view(LIVE.name)).books
        assert (books.sent, books.pending) == (answer.on_the_wire, 0)
        assert books.skipped == {"stopped": 100 - answer.on_the_wire}
        await house.check()


async def test_one_message_that_breaks_preparation_is_set_aside_alone(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = prepare

    def fragile(batch: Any, row: Any, history: Any, **rest: Any) -> Any:
        if row.user == "poison":
            raise RecursionError
        return whole(batch, row, history, **rest)

    monkeypatch.setattr(sorting, "prepare", fragile)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.orders(["poison", "u1"])
        await house.idle()
        assert house.wire.users == ["u1"]
        assert (await house.view(LIVE.name)).books.skipped == {"set_aside": 1}


async def test_a_campaign_that_cannot_be_read_does_not_stop_the_others(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, campaigns_due = load, waiting.campaigns_due
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(LIVE, name="Sick"))
        await house.running(LIVE)
        sick = await house.campaign_id("Sick")

        def fragile(conn: Any, campaign: str, **rest: Any) -> Any:
            if campaign == sick:
                raise LookupError
            return whole(conn, campaign, **rest)

        asked = []

        def counted(*given: Any, **rest: Any) -> list[str]:
            asked.append(given)
            return campaigns_due(*given, **rest)

        monkeypatch.setattr(delivery, "load", fragile)
        monkeypatch.setattr(waiting, "campaigns_due", counted)
        await house.orders(["u1"])
        await house.idle()
        assert len(house.wire.accepted) == 1
        await house.idle(30)
        assert len(asked) < ASKED_WHILE_SICK_MAX, "what nobody may send keeps delivery busy"
        await house.idle(150)
        told = await house.rows("SELECT body FROM announcement WHERE campaign = ?", sick)
        assert sum("No message of *Sick* can be prepared" in body for (body,) in told) == 1
        monkeypatch.setattr(delivery, "load", whole)
        await house.idle(90)
        assert len(house.wire.accepted) == 2
        await trio.lowlevel.checkpoint()
