"""A live campaign meets an event that breaks it: set aside, and nobody else waits for it."""

import logging
import sqlite3
from pathlib import Path

import msgspec
import pytest
from trio.testing import MockClock

from actors import live
from actors.mail import Pause, Resume
from domain.audience import Property
from domain.campaign import DoNotDisturb
from store import fault_points, poison, users
from tests.actors.house import ANA, KEY, LIVE, House, open_house

replace = msgspec.structs.replace
QUIET = replace(LIVE, do_not_disturb=DoNotDisturb("22:00", "08:00"))


async def bad_row(house: House, user: str) -> None:
    """Let a row come into the log whose body is no JSON: a disk's or an older version's doing."""
    now = house.clock.now_ms()

    def insert(conn: sqlite3.Connection) -> None:
        users.enrol(conn, {user: 1}, install_key=KEY)
        conn.execute(
            "INSERT INTO log (kind, source_id, user, name, time_ms, received_ms, body)"
            " VALUES ('event', ?, ?, 'Order Completed', ?, ?, x'7b22')",
            (f"bad-{user}", user, now, now),
        )

    await house.store.write(insert)
    await house.heard_of_events()


async def poisoned(house: House) -> list[tuple[str, str, str]]:
    return [tuple(row) for row in await house.rows("SELECT user, error, state FROM poison")]


async def notices(house: House) -> list[str]:
    return [
        body for (body,) in await house.rows("SELECT body FROM announcement WHERE kind = 'notice'")
    ]


async def test_an_event_that_cannot_be_read_stops_no_other_and_faults_nothing(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(LIVE)
        await house.orders(["a"])
        await bad_row(house, "b")
        await house.orders(["c"])
        await house.idle(20)
        assert sorted(house.wire.users) == ["a", "c"]
        assert await poisoned(house) == [("b", "DecodeError", "open")]
        assert (await house.view(LIVE.name)).state == "running"
        await house.check()


async def test_a_user_whose_profile_breaks_the_judging_is_set_aside_alone(
    tmp_path: Path, autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        await house.store.write(
            lambda conn: conn.execute("UPDATE user SET zone = 'Mars/One' WHERE user = 'u0001'")
        )
        await house.running(QUIET)
        with caplog.at_level(logging.ERROR):
            await house.orders(f"u{n:04}" for n in range(3))
            await house.idle()
        assert sorted(house.wire.users) == ["u0000", "u0002"]
        ((user, error, state),) = await poisoned(house)
        assert (user, state) == ("u0001", "open")
        assert f"{error} " in caplog.text
        assert "error E1" in caplog.text
        assert "Mars" not in caplog.text
        assert "u0001" not in caplog.text
        (said,) = await notices(house)
        assert "1 event.\n" in said
        assert "u0001" not in said


async def test_a_profile_that_cannot_be_read_is_set_aside_alone(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.people(2)
        await house.store.write(
            lambda conn: conn.execute("UPDATE user SET traits = x'7b' WHERE user = 'u0000'")
        )
        await house.running(replace(LIVE, who=Property("plan", "does_not_exist")))
        await house.orders(["u0000", "u0001"])
        await house.idle()
        assert house.wire.users == ["u0001"]
        assert await poisoned(house) == [("u0000", "DecodeError", "open")]


async def test_many_at_once_are_one_alert_and_the_rest_is_counted_an_hour_later(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(LIVE)
        for user in ("a", "b", "c"):
            await bad_row(house, user)
            await house.idle(20)
        assert len(await notices(house)) == 1
        await house.idle(3_600)
        first, second = await notices(house)
        assert "1 event.\n" in first
        assert "2 events.\n" in second


async def test_the_row_and_the_cursor_are_one_transaction(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash between the two would lose the event, or set it aside and consider it too."""
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(LIVE)
        await house.idle()
        before = await house.rows("SELECT seq FROM cursor")

        def crash(name: str) -> None:
            if name == "live.set_aside":
                raise RuntimeError(name)

        monkeypatch.setattr(fault_points, "listener", crash)
        await bad_row(house, "b")
        await house.orders(["a"])
        await house.idle(2)
        assert await poisoned(house) == []
        assert await house.rows("SELECT seq FROM cursor") == before
        assert house.wire.requests == []
        monkeypatch.setattr(fault_points, "listener", None)
        await house.idle(20)
        assert (await poisoned(house), house.wire.users) == ([("b", "DecodeError", "open")], ["a"])


async def ask_again(house: House) -> None:
    def ask(conn: sqlite3.Connection) -> None:
        for one in poison.open_ones(conn, limit=99):
            poison.decide(conn, one, "again", by=ANA)

    await house.store.write(ask)
    house.supervisor.look(await house.campaign_id(LIVE.name))


async def heal(house: House) -> None:
    await house.store.write(lambda conn: conn.execute("UPDATE log SET body = x'7b7d'"))


@pytest.mark.parametrize("healed", [True, False])
async def test_what_a_person_asks_for_is_considered_once_more(
    tmp_path: Path, autojump_clock: MockClock, healed: bool
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(LIVE)
        await bad_row(house, "b")
        await house.orders(["a"])
        await house.idle(20)
        if healed:
            await heal(house)
        await ask_again(house)
        await house.idle()
        expected = ("b", "DecodeError", "retried" if healed else "open")
        assert await poisoned(house) == [expected]
        assert sorted(house.wire.users) == (["a", "b"] if healed else ["a"])
        await house.check()


async def test_an_event_that_was_considered_before_is_not_sent_twice_by_asking(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(LIVE)
        await house.orders(["a"])
        await house.idle()
        campaign = await house.campaign_id(LIVE.name)
        ((seq,),) = await house.rows("SELECT seq FROM log WHERE user = 'a'")
        again = poison.Poison(campaign, seq, "a", "KeyError", "E1", 1)
        await house.store.write(lambda conn: poison.set_aside(conn, [again]))
        await ask_again(house)
        await house.idle()
        assert house.wire.users == ["a"]
        assert await poisoned(house) == [("a", "KeyError", "retried")]
        await house.check()


async def test_an_event_that_left_the_log_meanwhile_says_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(LIVE)
        await bad_row(house, "b")
        await house.idle(20)
        await house.store.write(lambda conn: conn.execute("DELETE FROM log WHERE user = 'b'"))
        await ask_again(house)
        await house.idle()
        assert await poisoned(house) == [("b", live.GONE, "open")]


async def test_a_paused_campaign_considers_nothing_anew(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(LIVE)
        await bad_row(house, "b")
        await house.idle(20)
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await heal(house)
        await ask_again(house)
        await house.idle(20)
        assert await poisoned(house) == [("b", "DecodeError", "again")]


async def test_an_event_from_before_a_pause_is_not_dropped_with_the_pause(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(LIVE)
        await bad_row(house, "b")
        await house.idle(20)
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await house.asks(Resume(name=LIVE.name, by=ANA))
        await heal(house)
        await ask_again(house)
        await house.idle()
        assert house.wire.users == ["b"]
        await house.check()
