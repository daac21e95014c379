from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.audience import EVERYONE, Did, DidNot, Node, Not, Property
from domain.campaign import Campaign, Delivery, Limits
from domain.chance import coefficients, draw, in_portion, user_hash
from domain.control import GROUPS, Controls, Share, group_of, shares
from domain.facts import User
from domain.verdict import Send, judge
from store import audience
from store.audience import Addressed, Qualified, Reach
from store.projection import Projection
from tests.store.copies import NOW_MS, person

SHARED = ["anon:null", "anon:Undefined ", "anon:0000-0000", "anon:-1"]
PEOPLE = [
    User(name, user_hash(b"key", name), {"plan": "pro"}, None, i % 7 == 0)
    for i, name in enumerate(
        [*(f"u{i}" for i in range(300)), *(f"anon:d{i}" for i in range(50)), *SHARED]
    )
]
A, B = coefficients("control")
DRAW = coefficients("draw")
TWENTY = [Share("campaign", A, B, 20)]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projection]:
    folder: Path = tmp_path_factory.mktemp("audience")
    copy = Projection.open(folder / "audience.duckdb")
    copy.catch_up([], PEOPLE)
    yield copy
    copy.close()


def reachable(user: User) -> bool:
    return not user.anonymous and not user.suppressed


def test_the_reach_is_a_waterfall_that_adds_up(copy: Projection) -> None:
    control = {user.user for user in PEOPLE if in_portion(user.h, A, B, 20)}
    treated = [user for user in PEOPLE if user.user not in control]
    reach = audience.count(copy, EVERYONE, now_ms=NOW_MS, zone="UTC", control=TWENTY)
    able = sum(reachable(user) for user in treated)
    groups = {"system": 0, "custom": 0, "campaign": len(control)}
    everybody = len(PEOPLE)
    assert reach == Reach(everybody, groups, len(treated) - able, able, 0, everybody)  # type: ignore[arg-type]
    assert 0 < len(control) < reach.reachable


def test_devices_are_reachable_where_they_are_allowed_but_not_those_that_many_share(
    copy: Projection,
) -> None:
    allowed = Campaign("Cart", "past_behaviour", delivery=Delivery(anonymous=True))
    wanted = [
        user.user
        for user in PEOPLE
        if judge("c_1", allowed, user, now_ms=NOW_MS, account_zone="UTC") == Send()
    ]
    to = Addressed(anonymous=True)
    reach = audience.count(copy, EVERYONE, now_ms=NOW_MS, zone="UTC", to=to)
    found = audience.to_message(
        copy, EVERYONE, now_ms=NOW_MS, zone="UTC", draw=DRAW, at_most=400, to=to
    )
    assert sorted(found) == sorted(wanted)
    assert (reach.reachable, reach.unreachable) == (len(wanted), len(PEOPLE) - len(wanted))
    assert sum(map(reachable, PEOPLE)) < len(wanted) < len(PEOPLE)


def test_the_three_control_groups_are_counted_as_one_user_at_a_time_is_put_into_them(
    copy: Projection,
) -> None:
    controls = Controls(system=5, custom={"Spring": 4, "Autumn": 5})
    limits = Limits(control_groups=("Spring", "Autumn"), control_percent=30)
    campaign = Campaign("Cart", "past_behaviour", limits=limits)
    control = list(shares("c_1", campaign, controls))
    reach = audience.count(copy, EVERYONE, now_ms=NOW_MS, zone="UTC", control=control)
    found = Counter(group_of("c_1", campaign, user, controls) for user in PEOPLE)
    assert reach.control == {group: found[group] for group in GROUPS}
    assert all(found.values())


def test_without_a_control_group_nobody_is_in_it(copy: Projection) -> None:
    reach = audience.count(copy, EVERYONE, now_ms=NOW_MS, zone="UTC")
    assert sum(reach.control.values()) == 0
    assert reach.reachable == sum(map(reachable, PEOPLE))


def test_everyone_comes_in_the_order_of_the_draw_with_their_flags(copy: Projection) -> None:
    found = list(
        audience.select(copy, EVERYONE, now_ms=NOW_MS, zone="UTC", draw=DRAW, control=TWENTY)
    )
    by_name = {user.user: user for user in PEOPLE}
    order = draw([(user.user, user.h) for user in PEOPLE], len(PEOPLE), *DRAW)
    assert found == [
        Qualified(
            name,
            control=in_portion(by_name[name].h, A, B, 20),
            reachable=reachable(by_name[name]),
            suppressed=by_name[name].suppressed,
        )
        for name in order
    ]


def test_users_of_one_hash_are_told_apart_by_their_id(tmp_path: Path) -> None:
    names = ["ö", "z", "a", "😀", "\uffee", "Z"]
    copy = Projection.open(tmp_path / "audience.duckdb")
    copy.catch_up([], [person(name, 5) for name in names])
    found = audience.select(copy, EVERYONE, now_ms=NOW_MS, zone="UTC", draw=DRAW)
    assert [one.user for one in found] == draw([(name, 5) for name in names], 6, *DRAW)
    copy.close()


def test_the_largest_numbers_of_chance_do_not_overflow(tmp_path: Path) -> None:
    top = 2**31 - 2
    copy = Projection.open(tmp_path / "audience.duckdb")
    copy.catch_up([], [person("a", top), person("b", 0)])
    reach = audience.count(
        copy, EVERYONE, now_ms=NOW_MS, zone="UTC", control=[Share("campaign", top, top, 99)]
    )
    expected = sum(in_portion(h, top, top, 99) for h in (top, 0))
    assert reach.control["campaign"] == expected
    copy.close()


def test_a_selection_larger_than_one_fetch_is_whole(
    copy: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "ROWS_PER_FETCH", 7)
    found = audience.select(copy, EVERYONE, now_ms=NOW_MS, zone="UTC", draw=DRAW)
    assert len({one.user for one in found}) == len(PEOPLE)


def test_what_was_never_seen_selects_nobody_and_its_absence_everybody(copy: Projection) -> None:
    nobody: list[Node] = [
        Did("Unheard of"),
        Property("unheard of", "exists"),
        Not(DidNot("Unheard of")),
    ]
    everybody: list[Node] = [
        DidNot("Unheard of"),
        Property("unheard of", "does_not_exist"),
        Not(nobody[1]),
    ]
    found = [
        audience.count(copy, node, now_ms=NOW_MS, zone="UTC").qualified
        for node in (*nobody, *everybody)
    ]
    assert found == [0, 0, 0, *[len(PEOPLE)] * 3]


def test_a_selection_that_is_given_up_leaves_the_copy_usable(copy: Projection) -> None:
    found = audience.select(copy, EVERYONE, now_ms=NOW_MS, zone="UTC", draw=DRAW)
    next(found)
    found.close()
    assert audience.count(copy, EVERYONE, now_ms=NOW_MS, zone="UTC").qualified == len(PEOPLE)
