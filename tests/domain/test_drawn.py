import msgspec

from domain import chance
from domain.assignment import assign
from domain.campaign import Limits
from domain.control import NO_CONTROLS, Controls
from domain.drawn import tell_draw, tell_group, tell_portion, tell_variant
from domain.facts import User
from domain.variants import AbTest, ByProperty, Case, Part, Split, Variant
from domain.verdict import draw_coefficients, in_portion
from tests.domain.definitions import PAST

USERS = [User(f"u{n}", chance.user_hash(b"key", f"u{n}")) for n in range(200)]
SPLIT = msgspec.structs.replace(PAST, variants=Split((Part("A", 30), Part("B", 70))))
HALF = msgspec.structs.replace(PAST, limits=Limits(control_percent=50))


def test_a_place_in_the_draw_is_told_in_the_order_of_the_draw() -> None:
    ordered = sorted(USERS, key=lambda u: chance.draw_order(u.h, *draw_coefficients("c_1", "now")))
    places = [
        float(tell_draw("c_1", "now", user).split(" at ")[1].split(" %")[0]) for user in ordered
    ]
    assert places == sorted(places)
    assert "(seed 4:draw,3:c_1,3:now,)" in tell_draw("c_1", "now", USERS[0])


def test_a_member_of_a_control_group_is_told_the_bucket_and_others_nothing() -> None:
    told = [tell_group("c_1", HALF, user, NO_CONTROLS) for user in USERS]
    assert all("those below 50 are the campaign control group" in each for each in told if each)
    assert 60 < sum(map(bool, told)) < 140
    system = tell_group("c_1", PAST, USERS[0], Controls(system=100))
    assert "the system control group (seed 14:system_control,)" in system
    loyal = msgspec.structs.replace(PAST, limits=Limits(control_groups=("loyal",)))
    custom = tell_group("c_1", loyal, USERS[0], Controls(custom={"loyal": 100}))
    assert "the custom control group “loyal” (seed 14:custom_control,5:loyal,)" in custom


def test_the_bucket_of_a_split_says_which_variant_it_gave() -> None:
    for user in USERS:
        bucket = int(tell_variant("c_1", SPLIT, user).split(" of ")[0].removeprefix("bucket "))
        assert assign("c_1", SPLIT, user) == ("A" if bucket < 30 else "B")
    assert "“A” 30, “B” 70" in tell_variant("c_1", SPLIT, USERS[0])


def test_where_nothing_was_split_nothing_is_told() -> None:
    test = AbTest((Variant("A"), Variant("B")), test_users=9)
    for campaign in (PAST, msgspec.structs.replace(PAST, variants=test)):
        assert tell_variant("c_1", campaign, USERS[0]) == ""


def test_the_bucket_of_a_portion_says_who_is_in_it() -> None:
    half = msgspec.structs.replace(PAST, limits=Limits(portion_percent=40))
    for user in USERS:
        said = tell_portion("c_1", half, user)
        bucket = int(said.split(" of ")[0].removeprefix("bucket "))
        assert in_portion("c_1", half, user) is (bucket < 40)


def test_a_variant_of_a_property_names_the_property_and_no_value() -> None:
    by = ByProperty("plan", (Case("paying", ("pro",)),), Variant("others"))
    told = tell_variant("c_1", msgspec.structs.replace(PAST, variants=by), USERS[0])
    assert told == "by “plan”, as the profile was then"
