from pathlib import Path

import trio
from msgspec.structs import replace
from trio.testing import MockClock

from actors.notices import TOLD_AGAIN_MS, Notices
from domain.campaign import What
from domain.fuse import Fuse
from tests.actors.house import KEY, LIVE, House, open_house

BROKEN = replace(LIVE, what=What(key_values={"x": "{{ 1 | divided_by: Profile.zero }}"}))


def notices(house: House) -> Notices:
    return Notices(house.store, clock=house.clock, announce=lambda: None)


async def said(house: House) -> list[str]:
    rows = await house.rows("SELECT body FROM announcement WHERE kind = 'notice' ORDER BY id")
    return [body for (body,) in rows]


async def test_a_wrong_key_is_told_once_until_it_works_again(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, delivering=False) as house:
        tells = notices(house)
        await tells.misdirected(401)
        await tells.misdirected(401)
        assert len(await said(house)) == 1
        tells.works_again()
        await tells.misdirected(403)
        assert "status 403" in (await said(house))[1]


async def test_what_goes_wrong_again_another_day_is_told_again(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, delivering=False) as house:
        tells = notices(house)
        await house.publish(LIVE)
        ((campaign,),) = await house.rows("SELECT id FROM campaign")
        for seconds, told in ((0, 1), (3_600, 1), (TOLD_AGAIN_MS // 1_000, 2), (60, 2)):
            await trio.sleep(seconds)
            await tells.dead(campaign, 400)
            assert len(await said(house)) == told
        await tells.unknown(campaign)
        assert len(await said(house)) == told + 1


async def test_a_campaign_whose_templates_fail_pauses_itself_and_says_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(BROKEN)
        await house.running(replace(LIVE, name="Good"))
        await house.feed(*(house.profile(f"u{n:03}", zero=0) for n in range(100)))
        await house.orders(f"u{n:03}" for n in range(100))
        view = await house.until(LIVE.name, "paused")
        assert (view.books.skipped, view.books.pending) == ({"content_failed": 40}, 60)
        await house.idle(30)
        assert {m["properties"]["campaign_name"] for m in house.wire.accepted} == {"Good"}
        assert len(house.wire.accepted) == 100
        (body,) = await said(house)
        assert "*Coupon* has paused itself: 40 of its last 40 messages" in body
        assert "/campaign preview any Coupon" in body
        assert ("clarion", "pause", "template_errors") in await house.audit()
        await house.check()


async def test_nothing_is_told_of_a_campaign_that_was_stopped_at_the_same_moment(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, delivering=False) as house:
        await house.publish(LIVE)
        campaign = await house.campaign_id(LIVE.name)
        await house.store.write(lambda conn: conn.execute("UPDATE campaign SET state = 'stopped'"))

        await notices(house).fuse_blown(campaign, Fuse(((1, 50, 50),)), key=KEY)
        assert await said(house) == []
