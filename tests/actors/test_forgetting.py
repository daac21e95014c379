from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from actors.mail import Done, Pause, Refused, Resume
from actors.mail_people import EraseUser, ShowUser, SuppressUser, UserShown
from domain.facts import ERASED
from store import audit
from store.acts import audit_key
from tests.actors.aside import poison_event
from tests.actors.house import ANA, KEY, LIVE, PAST, House, Wire, open_house

SECRET = "ann.lee@example.org"
HIDDEN = ("Oslo-Frogner-0252", "shoe-size-38", "order-for-ann-771")


async def ann_is_known(house: House) -> None:
    """Let a user leave a trace in every place where one can."""
    await house.feed(
        house.profile("ben", city="Bergen"),
        house.profile(SECRET, city=HIDDEN[0], devices=[{"os": "iOS", "push_token": "tok-991"}]),
        house.profile(SECRET, city="Moss"),
    )
    await house.feed(house.event(SECRET, shoe=HIDDEN[1]), house.event("ben"))
    await house.idle()
    await poison_event(house, SECRET)
    await house.store.write(
        lambda conn: (
            conn.executemany(
                "INSERT INTO list_member (list, version, user) VALUES (1, 1, ?)",
                [(SECRET,), ("ben",)],
            ).rowcount
        )
    )


async def shown(house: House, user: str) -> UserShown:
    answer = await house.desk.ask(ShowUser(user))
    assert isinstance(answer, UserShown), answer
    return answer


async def erased(house: House, user: str = SECRET) -> Done:
    return await house.asks(EraseUser(user, ANA, yes=True))


def bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def test_everything_about_a_user_is_shown(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await ann_is_known(house)
        ann = await shown(house, SECRET)
        assert (ann.standing, ann.traits) == ("known", {"city": "Moss"})
        assert ann.devices == ({"os": "iOS", "push_token": "tok-991"},)
        assert (ann.events_in_all, len(ann.events)) == (2, 2)
        assert {"shoe": HIDDEN[1]} in [each.properties for each in ann.events]
        assert None in [each.properties for each in ann.events]
        assert [(each.campaign, each.state) for each in ann.messages] == [(LIVE.name, "accepted")]
        assert SECRET not in ann.audited_as
        assert (await shown(house, "nobody")).standing == "unknown"


async def test_a_suppressed_user_gets_nothing_until_somebody_takes_it_back(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        said = await house.asks(SuppressUser("u1", ANA))
        assert said.message.startswith("u1 gets nothing from now on. Nobody of this id is known")
        assert said.message.endswith("should they come, nothing is sent to them.")
        assert (await house.asks(SuppressUser("u1", ANA))).message == "u1 was suppressed already."
        await house.orders(["u1", "u2"])
        await house.idle()
        assert house.wire.users == ["u2"]
        assert (await shown(house, "u1")).standing == "suppressed"
        await house.asks(SuppressUser("u1", ANA, suppressed=False))
        await house.orders(["u1"])
        await house.idle()
        assert house.wire.users == ["u2", "u1"]
        acts = [action for _, action, _ in await house.audit()]
        assert acts[-2:] == ["suppress", "unsuppress"]
        await house.check()


@pytest.mark.parametrize("erase", [False, True])
async def test_a_user_whose_profile_cannot_be_read_is_shown_and_obeyed_all_the_same(
    tmp_path: Path, autojump_clock: MockClock, erase: bool
) -> None:
    request = EraseUser("u1", ANA, yes=True) if erase else SuppressUser("u1", ANA)
    async with open_house(tmp_path, autojump_clock, delivering=False) as house:
        await house.feed(house.profile("u1", city="Oslo"))
        await house.store.write(lambda conn: conn.execute("UPDATE user SET traits = x'7b'"))
        assert (await shown(house, "u1")).standing == "broken"
        await house.asks(request)
        rows = await house.rows("SELECT suppressed FROM user WHERE user = 'u1'")
        assert [tuple(row) for row in rows] == ([] if erase else [(1,)])


@pytest.mark.parametrize("erase", [False, True])
async def test_what_waits_is_cancelled_and_what_is_on_the_wire_is_counted(
    tmp_path: Path, autojump_clock: MockClock, erase: bool
) -> None:
    wire = Wire(seconds=3)
    request = EraseUser("u1", ANA, yes=True) if erase else SuppressUser("u1", ANA)
    async with open_house(tmp_path, autojump_clock, wire) as house:
        await house.running(LIVE)
        await house.orders(["u1"])
        await wire.arrived.wait()
        await house.asks(Pause(LIVE.name, ANA))
        await house.asks(Resume(LIVE.name, ANA))
        await house.orders(["u1", "u1", "u2"])
        with trio.move_on_after(1):
            await wire.arrived.wait()
        answer = await house.asks(request)
        begun = [one for posted in wire.requests for one in posted.users if one == "u1"]
        assert answer.on_the_wire == len(begun) > 0
        assert "already on the wire" in answer.message
        await house.orders(["u1"])
        await house.idle(60)
        assert [one for one in wire.users if one == "u1"] == begun
        assert "u2" in wire.users
        await house.check()


@pytest.mark.parametrize("erase", [False, True])
async def test_a_run_whose_last_message_is_cancelled_with_its_user_ends_at_once(
    tmp_path: Path, autojump_clock: MockClock, erase: bool
) -> None:
    async with open_house(tmp_path, autojump_clock, delivering=False) as house:
        await house.people(1)
        await house.publish(PAST)
        await house.idle()
        assert (await house.view(PAST.name)).state == "running"
        ((user,),) = await house.rows("SELECT user FROM outbox")
        await house.asks(EraseUser(user, ANA, yes=True) if erase else SuppressUser(user, ANA))
        await house.until(PAST.name, "completed", seconds=5)


@pytest.mark.parametrize("erase", [False, True])
async def test_what_waits_in_a_paused_campaign_does_not_go_when_it_is_resumed(
    tmp_path: Path, autojump_clock: MockClock, erase: bool
) -> None:
    request = EraseUser("u1", ANA, yes=True) if erase else SuppressUser("u1", ANA)
    async with open_house(tmp_path, autojump_clock, delivering=False, supervised=False) as house:
        await house.admitted("u1", "u2")
        answer = await house.asks(request)
        assert "1 message that waited will not go" in answer.message
        states = await house.rows("SELECT state, reason FROM outbox ORDER BY state")
        assert [tuple(row) for row in states] == [("cancelled", "suppressed"), ("pending", "")]
        await house.check()


async def test_an_erased_user_is_nowhere_any_more_and_the_books_balance(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await ann_is_known(house)
        await house.publish(PAST)
        await house.until(PAST.name, "completed")
        assert SECRET in house.wire.users
        before = {name: (await house.view(name)).books for name in (LIVE.name, PAST.name)}
        answer = await erased(house)
        assert answer.message.startswith(
            f"{SECRET} is erased: 1 profile, 2 events, 2 other records, 1 row of lists,"
            " 1 event set aside, 2 messages."
        )
        assert {name: (await house.view(name)).books for name in before} == before
        names = await house.rows("SELECT DISTINCT user FROM outbox ORDER BY user")
        (ben,), (ann,) = names
        assert (ben, ann.startswith(ERASED)) == ("ben", True)
        assert (await shown(house, SECRET)).standing == "erased"
        assert isinstance(
            await house.store.read(lambda conn: audit.verify(conn, audit_key(KEY))), int
        )
        await house.check()


async def test_no_byte_of_an_erased_user_is_left_in_the_folder(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    values = [SECRET, *HIDDEN, "tok-991", "Moss"]
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.feed(house.event(SECRET, order=HIDDEN[2]))
        await ann_is_known(house)
        before = bytes_of(tmp_path)
        assert [value for value in values if value.encode() not in before] == []
        await erased(house)
        await house.idle(60)
        after = bytes_of(tmp_path)
    assert [value for value in values if value.encode() in after] == []
    assert b"Bergen" in after
    assert [value for value in values if value.encode() in bytes_of(tmp_path)] == []


async def test_what_still_comes_in_of_an_erased_user_is_not_kept_until_it_is_taken_back(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        again = house.event(SECRET)
        await house.feed(again)
        await house.idle()
        await erased(house)
        await house.feed(again, house.event(SECRET), house.profile(SECRET, city="Moss"))
        await house.idle()
        assert house.wire.users == [SECRET]
        assert await house.rows("SELECT 1 FROM log WHERE user = ?", SECRET) == []
        said = await house.asks(SuppressUser(SECRET, ANA, suppressed=False))
        assert said.message == f"{SECRET} may be messaged again."
        await house.feed(house.event(SECRET))
        await house.idle()
        assert house.wire.users == [SECRET, SECRET]
        await house.check()


async def test_without_yes_an_erasure_says_what_would_go_and_changes_nothing(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.feed(house.event("u1"))
        before = await house.snapshot()
        refused = await house.refused(EraseUser("u1", ANA))
        assert "Of u1 there is: 1 profile, 1 event." in refused.what
        assert await house.snapshot() == before
        assert len(await house.rows("SELECT 1 FROM log")) == 1


@pytest.mark.parametrize(
    "request_", [ShowUser(" "), ShowUser("a" * 257), ShowUser("erased:1"), SuppressUser("u1", "")]
)
async def test_what_names_no_user_or_no_person_is_refused(
    tmp_path: Path, autojump_clock: MockClock, request_: ShowUser | SuppressUser
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        assert (await house.refused(request_)).fix


async def test_an_erasure_of_nobody_says_that_nobody_is_known_and_holds_for_the_future(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        refused = await house.desk.ask(EraseUser("nobody", ANA))
        assert isinstance(refused, Refused)
        assert "Nobody of this id is known" in refused.what
        said = (await house.asks(EraseUser("nobody", ANA, yes=True))).message
        assert "there was nothing. Nobody of this id is known" in said
        assert "should they come, nothing of them is kept" in said
        again = (await house.asks(EraseUser("nobody", ANA, yes=True))).message
        assert "they had been before, and nothing of them was kept since" in again
        await house.orders(["nobody"])
        assert await house.rows("SELECT user FROM log WHERE user = 'nobody'") == []
