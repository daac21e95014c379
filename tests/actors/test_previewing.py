import json
import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors.desk import HouseRules
from actors.mail import Approve, Draft, Refused, Submit
from actors.mail_content import Preview, Previewed, TestSend
from actors.mail_people import SuppressUser
from actors.segment import Ambiguous
from domain.audience import Filter, Property, SameValue, Step
from domain.campaign import Campaign, Trigger, What
from domain.goal import Goal
from domain.trigger import Keyed
from domain.variants import AbTest, Part, Split, Variant
from store import audit, books, outbox, users
from tests.actors.house import ANA, BEN, LIVE, PAST, START_MS, House, Wire, open_house

replace = msgspec.structs.replace
HELLO = What(
    profile=("country",), event_properties=("total",), key_values={"hi": "Hi {{ Profile.name }}!"}
)
COUPON = replace(LIVE, what=HELLO)
SPRING = replace(PAST, what=replace(HELLO, event_properties=()))
TESTERS = HouseRules(test_users=("ann", "bo"))


async def drafted(house: House, campaign: Campaign) -> None:
    await house.asks(Draft(definition=campaign, by=ANA))


async def previewed(house: House, name: str, **more: Any) -> Previewed:
    answer = await house.desk.ask(Preview(campaign=name, by=ANA, **more))
    assert isinstance(answer, Previewed), answer
    return answer


def track(answer: Previewed) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.events[-1])
    return found


async def test_a_preview_is_exactly_what_is_sent_later(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", name="Ann", country="NO", email="a@example.com"))
        await house.running(COUPON)
        await house.feed(house.event("ann", total=7))
        await house.idle()
        shown = track(await previewed(house, "Coupon", user="ann"))
        (sent,) = house.wire.accepted
        moving = {"timestamp"}
        for message in (shown, sent):
            message["properties"].pop("expires_at")
        assert {k: v for k, v in shown.items() if k not in moving} == {
            k: v for k, v in sent.items() if k not in moving
        }


async def test_a_draft_is_shown_for_somebody_who_qualifies(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = replace(SPRING, who=Property("country", "equals", "NO"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(*(house.profile(f"u{n}", country="SE") for n in range(9)))
        await house.feed(house.profile("ann", name="Ann", country="NO"))
        await drafted(house, campaign)
        shown = await previewed(house, "Win back")
        assert (shown.user, track(shown)["properties"]["key_values"]) == ("ann", {"hi": "Hi Ann!"})
        assert shown.bytes == len(shown.events[0].encode())


async def test_an_event_of_somebody_else_stands_in_and_is_told(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", name="Ann"), house.profile("bo"))
        await drafted(house, COUPON)
        nothing = await previewed(house, "Coupon", user="ann")
        assert "event" not in track(nothing)["properties"]
        assert nothing.notes == (
            "No “Order Completed” ever came in: what the content takes of it is empty.",
        )
        await house.feed(house.event("bo", total=5))
        borrowed = await previewed(house, "Coupon", user="ann")
        assert track(borrowed)["properties"]["event"] == {"total": 5}
        assert "one of somebody else stands in" in borrowed.notes[0]
        somebody = await previewed(house, "Coupon")
        assert somebody.user == "bo"
        assert somebody.notes == ("Profile.name is not there and renders empty.",)


async def test_the_users_event_that_would_trigger_is_taken_before_a_later_one(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    trigger = Trigger("Order Completed", (Filter("total", ">", 5),))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann"), house.event("ann", total=9))
        await house.feed(house.event("ann", total=1))
        await drafted(house, replace(COUPON, trigger=trigger))
        shown = await previewed(house, "Coupon", user="ann")
        assert track(shown)["properties"]["event"] == {"total": 9}


async def test_the_values_held_across_events_are_rendered(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = replace(
        PAST,
        who=SameValue("sku", (Step("Viewed"),)),
        what=What(key_values={"sku": "{{ ConstantEventProperty.first }}"}),
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann"), house.event("ann", "Viewed", sku="S7"))
        await drafted(house, campaign)
        shown = await previewed(house, "Win back", user="ann")
        assert track(shown)["properties"]["key_values"] == {"sku": "S7"}


async def test_who_would_get_nothing_is_told_why(tmp_path: Path, autojump_clock: MockClock) -> None:
    campaign = replace(PAST, what=What(key_values={"hi": "{{ Profile.name }}"}, required=("hi",)))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann"))
        await drafted(house, campaign)
        shown = await previewed(house, "Win back", user="ann")
        assert shown.events == ()
        lacks = "the required pair “hi” lacks Profile.name (missing_value)"
        assert shown.message == f"ann would get nothing of it: {lacks}."


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        ({"campaign": "Nothing"}, "There is no campaign named “Nothing”."),
        ({"campaign": "Win back", "user": "nobody"}, "The user “nobody” is not known"),
        ({"campaign": "Win back"}, "Nobody qualifies now."),
        ({"campaign": "Win back", "user": "ann", "variant": "Z"}, "There is no variant “Z”."),
    ],
)
async def test_what_cannot_be_previewed_is_refused(
    tmp_path: Path, autojump_clock: MockClock, ask: dict[str, str], said: str
) -> None:
    campaign = replace(SPRING, who=Property("country", "equals", "NO"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann"))
        await drafted(house, campaign)
        answer = await house.desk.ask(Preview(by=ANA, **ask))  # type: ignore[arg-type]  # texts
        assert isinstance(answer, Refused)
        assert said in answer.what


async def test_a_variant_may_be_chosen_and_is_named(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    split = Split((Part("A", 50, {"x": "a"}), Part("B", 50, {"x": "b"})))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann"))
        await drafted(house, replace(PAST, variants=split))
        own = await previewed(house, "Win back", user="ann")
        other = await previewed(
            house, "Win back", user="ann", variant="AB".replace(own.variant, "")
        )
        assert f"this user gets “{own.variant}”" in str(other.notes)
        assert {own.variant, other.variant} == {"A", "B"}
        assert own.variants == ("A", "B")
        assert own.campaign == await house.campaign_id("Win back")
        assert track(other)["properties"]["key_values"] == {"x": other.variant.lower()}
        assert "which is this user's" in own.notes[0]
        test = AbTest((Variant("A"), Variant("B")), test_users=9)
        goal = Goal("Order Completed")
        await drafted(house, replace(PAST, variants=test, goal=goal))
        assert "takes turns" in (await previewed(house, "Win back", user="ann")).notes[0]


async def test_a_test_message_goes_to_test_users_and_counts_nowhere(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, rules=TESTERS) as house:
        await house.feed(house.profile("ann", name="Ann"), house.profile("bo", name="Bo"))
        await drafted(house, SPRING)
        done = await house.asks(TestSend(campaign="Win back", by=ANA))
        assert [message["userId"] for message in house.wire.accepted] == ["ann", "bo"]
        assert all(message["properties"]["is_test"] for message in house.wire.accepted)
        ids = {message["messageId"] for message in house.wire.accepted}
        assert len(ids) == 2
        assert all(name in done.message for name in ids)

        def left(conn: sqlite3.Connection) -> tuple[int, Any, list[str]]:
            campaign = conn.execute("SELECT id FROM campaign").fetchone()[0]
            return (
                outbox.open_count(conn, campaign),
                books.total(conn, campaign),
                [row.action for row in audit.read(conn)],
            )

        waiting, found, acts = await house.store.read(left)
        assert (waiting, found.qualified, found.sent) == (0, 0, 0)
        assert acts.count("test_send") == 2


async def test_two_tests_of_one_content_have_ids_of_their_own(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, rules=TESTERS) as house:
        await house.feed(house.profile("ann"))
        await drafted(house, SPRING)
        for _ in range(2):
            await house.asks(TestSend("Win back", ANA, ("ann",)))
            await house.idle()
        first, second = house.wire.accepted
        assert first["messageId"] != second["messageId"]


@pytest.mark.parametrize(
    ("rules", "to", "said"),
    [
        (HouseRules(), ("ann",), "There are no test users"),
        (TESTERS, ("cleo",), "“cleo” is no test user"),
    ],
)
async def test_a_test_goes_to_nobody_whom_the_operator_did_not_name(
    tmp_path: Path, autojump_clock: MockClock, rules: HouseRules, to: tuple[str, ...], said: str
) -> None:
    async with open_house(tmp_path, autojump_clock, rules=rules) as house:
        await house.feed(house.profile("ann"), house.profile("cleo"))
        await drafted(house, SPRING)
        answer = await house.desk.ask(TestSend(campaign="Win back", by=ANA, users=to))
        assert isinstance(answer, Refused)
        assert said in answer.what
        assert house.wire.requests == []


async def test_a_test_user_who_is_suppressed_unknown_or_gets_nothing_is_told(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    rules = HouseRules(test_users=("ann", "bo", "cleo"))
    campaign = replace(PAST, what=What(key_values={"a": "{{ Profile.name }}"}, required=("a",)))
    async with open_house(tmp_path, autojump_clock, rules=rules) as house:
        await house.feed(house.profile("ann", name="Ann"), house.profile("bo"))
        await house.store.write(lambda conn: users.suppress(conn, "ann", now_ms=START_MS))
        await drafted(house, campaign)
        done = await house.asks(TestSend(campaign="Win back", by=ANA))
        assert done.message.splitlines() == [
            "ann: nothing is sent to this user, who is suppressed.",
            "bo: not sent, because the required pair “a” lacks Profile.name (missing_value).",
            "cleo: The user “cleo” is not known, or the profile cannot be read.",
        ]
        assert house.wire.requests == []


async def test_a_test_user_who_is_suppressed_while_the_test_waits_for_its_turn_gets_nothing(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    said: list[str] = []
    async with open_house(tmp_path, autojump_clock, rules=TESTERS, rate=1) as house:
        await house.feed(house.profile("ann", name="Ann"), house.profile("bo", name="Bo"))
        await drafted(house, SPRING)

        async def send() -> None:
            answer = await house.asks(TestSend(campaign=SPRING.name, by=ANA, users=("bo", "ann")))
            said.extend(answer.message.splitlines())

        async with trio.open_nursery() as nursery:
            nursery.start_soon(send)
            while not house.wire.requests:  # noqa: ASYNC110 - nobody tells us
                await trio.sleep(0.1)
            assert (await house.asks(SuppressUser("ann", ANA))).message.startswith("ann gets")
        assert said[1] == "ann: nothing is sent to this user, who is suppressed."
        assert len(house.wire.requests) == 1
        sends = [act for act in await house.audit() if act[1] == "test_send"]
        assert len(sends) == 1, "what does not go is not written down as sent"


async def test_a_preview_for_a_suppressed_user_says_that_nothing_is_sent(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", name="Ann"))
        await house.store.write(lambda conn: users.suppress(conn, "ann", now_ms=START_MS))
        await drafted(house, SPRING)
        shown = await previewed(house, "Win back", user="ann")
        assert shown.notes[0] == "ann is suppressed: nothing is sent to this user."
        assert shown.events


async def test_a_test_that_may_have_arrived_is_not_sent_again(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(lambda _posted: Ambiguous("ReadTimeout"))
    async with open_house(tmp_path, autojump_clock, wire, rules=TESTERS) as house:
        await house.feed(house.profile("ann"))
        await drafted(house, SPRING)
        done = await house.asks(TestSend("Win back", ANA, ("ann",)))
        await house.idle(3_600)
        assert "may or may not have arrived" in done.message
        assert len(house.wire.requests) == 1


async def test_a_review_shows_what_came_of_trying_the_content(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    pairs = {"a": "{{ Profile.name }}", "b": "{{ Profile.nmae }}"}
    campaign = replace(PAST, what=What(key_values=pairs, required=("a",)))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", name="Ann"), house.profile("bo", plan="x"))
        await drafted(house, campaign)
        await house.asks(Submit(name="Win back", by=ANA))
        view = await house.view("Win back")
        assert view.content[0].startswith('No user has a property “nmae”. Did you mean "name"?')
        assert view.content[1].startswith("1 of 2 users it was tried on would get nothing")
        assert "Profile.nmae is empty for 1 of 2" in view.content[2]
        await house.asks(Approve(name="Win back", by=BEN))
        assert (await house.view("Win back")).content == view.content


async def test_a_live_review_asks_the_triggers_properties(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = replace(LIVE, what=What(key_values={"a": "{{ Event.totl }}"}))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann"), house.event("ann", total=5))
        await drafted(house, campaign)
        view = await house.view("Coupon")
        assert view.content[0].startswith("No event “Order Completed” has a property “totl”.")
        assert "Event.totl is empty for 1 of 1" in view.content[1]


async def test_a_live_review_says_that_its_event_never_came_in(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = replace(LIVE, what=What(key_values={"a": "{{ Event.total }}"}))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann"))
        await drafted(house, campaign)
        view = await house.view("Coupon")
        assert view.content[0] == "No event “Order Completed” has come in yet."


async def test_a_content_that_nobody_has_kept_is_shown_as_well(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", name="Ann"))
        answer = await house.desk.ask(Preview("", ANA, "ann", definition=SPRING))
        assert isinstance(answer, Previewed)
        assert track(answer)["properties"]["key_values"] == {"hi": "Hi Ann!"}


async def test_a_content_with_problems_is_not_shown_but_they_are(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        wrong = replace(SPRING, what=What(key_values={"a": "{{ Event.x }}"}))
        refused = await house.desk.ask(Preview("", ANA, definition=wrong))
        assert isinstance(refused, Refused)
        assert [problem.where for problem in refused.problems] == ["what.key_values.a"]


async def test_a_property_of_any_of_the_triggers_events_is_known(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = replace(
        LIVE,
        trigger=Trigger("Viewed", also=(Keyed("Paid"),)),
        what=What(key_values={"a": "{{ Event.by }}", "b": "{{ Event.yb | default: 'x' }}"}),
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann"), house.event("ann", "Paid", by="card"))
        await drafted(house, campaign)
        (only,) = (await house.view("Coupon")).content
        assert only.startswith("No event “Viewed” or “Paid” has a property “yb”.")


async def test_a_test_with_an_event_of_somebody_else_says_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, rules=TESTERS) as house:
        await house.feed(house.profile("ann", name="Ann"), house.event("bo", total=5))
        await drafted(house, COUPON)
        done = await house.asks(TestSend(campaign="Coupon", by=ANA, users=("ann",)))
        assert "sent as a test" in done.message
        assert "one of somebody else stands in" in done.message


async def test_a_property_that_is_only_included_is_looked_for_as_well(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", name="Ann"))
        await drafted(house, replace(PAST, what=What(profile=("nmae",))))
        (only,) = (await house.view("Win back")).content
        assert only.startswith('No user has a property “nmae”. Did you mean "name"?')
