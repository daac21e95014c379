import msgspec
import pytest

from domain.campaign import Campaign, Limits
from domain.control import GROUPS, NO_CONTROLS, Controls, group_of, shares
from domain.facts import User

EVERY = Controls(system=5, custom={"Spring": 4, "Autumn": 3})
PEOPLE = [User(f"u{n}", h=n * 104_729 % (2**31 - 1)) for n in range(20_000)]


def campaign(**limits: object) -> Campaign:
    return Campaign(name="Cart", kind="live", limits=msgspec.convert(limits, Limits))


def members(who: Campaign, controls: Controls = EVERY, *, by: str = "c_1") -> dict[str, set[str]]:
    found: dict[str, set[str]] = {group: set() for group in GROUPS}
    for user in PEOPLE:
        if (group := group_of(by, who, user, controls)) is not None:
            found[group].add(user.user)
    return found


def test_nobody_is_kept_out_where_no_group_was_made() -> None:
    assert not any(members(campaign(), NO_CONTROLS).values())


def test_the_system_group_is_on_for_every_campaign_and_can_be_switched_off() -> None:
    assert len(members(campaign())["system"]) == pytest.approx(1_000, rel=0.2)
    assert not members(campaign(system_control=False))["system"]


def test_the_system_group_is_the_same_for_every_campaign() -> None:
    assert members(campaign(), by="c_1") == members(campaign(), by="c_2")


def test_a_campaigns_own_group_is_another_for_another_campaign() -> None:
    own = campaign(control_percent=10, system_control=False)
    one, other = (members(own, by=name)["campaign"] for name in ("c_1", "c_2"))
    assert len(one & other) == pytest.approx(200, rel=0.3), "10 % of 10 %, as chance has it"


def test_only_the_custom_groups_that_a_campaign_names_are_kept_out() -> None:
    assert not members(campaign())["custom"]
    spring = members(campaign(control_groups=["Spring"]))["custom"]
    both = members(campaign(control_groups=["Spring", "Autumn"]))["custom"]
    assert spring < both
    assert len(spring) == pytest.approx(800, rel=0.2)


def test_a_user_of_two_groups_counts_in_the_first() -> None:
    every = members(campaign(control_groups=["Spring"], control_percent=99))
    assert members(campaign())["system"] == every["system"]
    assert not every["system"] & every["custom"]
    assert not every["custom"] & every["campaign"]


def test_the_order_of_the_groups_is_the_rule() -> None:
    every = campaign(control_groups=["Spring", "Autumn"], control_percent=50)
    told = [share.group for share in shares("c_1", every, EVERY)]
    assert told == ["system", "custom", "custom", "campaign"]


def test_a_group_that_the_operator_took_away_is_nobodys() -> None:
    assert not members(campaign(control_groups=["Spring"]), Controls())["custom"]


def test_a_larger_group_keeps_its_members() -> None:
    small, large = (members(campaign(), Controls(system=n))["system"] for n in (2, 5))
    assert small < large
