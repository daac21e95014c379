from pathlib import Path

import msgspec
from trio.testing import MockClock

from actors.mail import Refused
from actors.rules import Rules
from actors.subjects import Subject, find_subject, pick, sample
from domain.audience import All, Count, Did, Property
from domain.campaign import Trigger, What
from domain.trigger import Keyed
from store import merging
from tests.actors.house import KEY, LIVE, PAST, START_MS, ZONE, open_house

RULES = Rules(now_ms=START_MS, key=KEY, zone=ZONE)


async def test_an_old_id_leads_to_the_person_and_the_latest_device(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = msgspec.structs.replace(PAST, what=What(object_id=True))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", name="Ann"))
        await house.store.write(
            lambda conn: merging.merge(conn, "anon:d1", "ann", now_ms=START_MS, install_key=KEY)
        )
        found = await house.store.read(
            lambda conn: find_subject(conn, user="anon:d1", definition=campaign, rules=RULES)
        )
        assert isinstance(found, Subject)
        assert (found.about.user.user, found.about.object_id) == ("ann", "d1")


async def test_those_who_triggered_last_are_the_sample_of_a_live_campaign(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        assert isinstance(await pick(house.context, "c_1", LIVE), Refused)
        await house.feed(*(house.profile(user) for user in "abc"))
        await house.orders("abca")
        assert await pick(house.context, "c_1", LIVE) == "a"
        found = await sample(house.context, "c_1", LIVE, RULES, 2)
        assert [about.user.user for about in found] == ["a", "c"]
        assert all(about.event is not None for about in found)


async def test_a_sample_of_a_run_is_random_and_always_the_same(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(40)
        one = await sample(house.context, "c_1", PAST, RULES, 5)
        assert [a.user.user for a in one] == [
            a.user.user for a in await sample(house.context, "c_1", PAST, RULES, 5)
        ]
        assert len(one) == 5


async def test_any_event_of_the_trigger_makes_a_subject_and_not_the_first_alone(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    either = msgspec.structs.replace(LIVE, trigger=Trigger("Viewed", also=(Keyed("Paid"),)))
    async with open_house(tmp_path, autojump_clock) as house:
        nobody = await pick(house.context, "c_1", either)
        assert isinstance(nobody, Refused)
        assert "“Viewed” or “Paid”" in nobody.what
        await house.feed(house.profile("ann"), house.event("ann", "Paid", by="card"))
        assert await pick(house.context, "c_1", either) == "ann"
        found = await house.store.read(
            lambda conn: find_subject(conn, user="ann", definition=either, rules=RULES)
        )
        assert isinstance(found, Subject)
        assert found.about.event is not None
        assert (found.about.event.properties, found.notes) == ({"by": "card"}, ())


async def test_of_a_live_campaign_only_those_are_tried_whom_its_audience_has(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """A name that the filter demands would else be told as missing."""
    named = msgspec.structs.replace(
        LIVE, who=All((Property("name", "exists"), Did("Viewed", count=Count(">=", 2))))
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", name="Ann"), house.profile("bo", name="Bo"))
        await house.feed(*(house.event("ann", "Viewed") for _ in range(2)))
        await house.orders(["ann", "bo", "cy"])
        found = await sample(house.context, "c_1", named, RULES, 9)
        assert [about.user.user for about in found] == ["ann"]
