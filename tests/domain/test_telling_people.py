import pytest

from domain.audience import Age, Device, Filter, Gender, Geography, Near, Place, Reachability, Trait
from domain.telling_people import tell_trait


@pytest.mark.parametrize(
    ("trait", "said"),
    [
        (Age("between", (18, 30)), "age from 18 to 30"),
        (Age(">=", 18), "age of at least 18"),
        (Gender("female"), "gender is female"),
        (
            Geography(country=("NO", "SE"), city=("Oslo",)),
            'country is one of "NO", "SE" and city is "Oslo"',
        ),
        (Geography(city=tuple("abcdefghijkl")), None),
        (
            Near((Place(59.91, 10.75, 25), Place(0, 0, 1))),
            "within 25 km of (59.91, 10.75) or 1 km of (0, 0)",
        ),
        (Reachability("unsubscribed_sms"), "has unsubscribed from SMS"),
        (
            Device((Filter("os", "equals", "iOS"), Filter("app_version", "<", "5.10"))),
            'has one device with os is "iOS" and app_version under "5.10"',
        ),
    ],
)
def test_who_users_are_is_told_in_plain_english(trait: Trait, said: str | None) -> None:
    found = tell_trait(trait)
    assert found == said if said else found.endswith('"j", 2 more')
