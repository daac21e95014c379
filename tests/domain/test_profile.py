from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest

from domain.behaviour import Comparison
from domain.comparing import related
from domain.formula import flat, traits_test
from domain.people import Age, Channel, Gender, Geography, Property, Reachability, Trait
from domain.profile import depends_on_now, formula, meant

NOON = timedelta(hours=12)


def holds(trait: Trait, traits: dict[str, Any], today: date = date(2026, 3, 29)) -> bool:
    at = datetime(today.year, today.month, today.day, tzinfo=UTC) + NOON
    now_ms = int(at.timestamp() * 1000)
    return traits_test(formula(trait, now_ms=now_ms, zone="UTC"))(flat(traits))


def years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@pytest.mark.parametrize("op", get_args(Comparison))
@pytest.mark.parametrize(
    "today", [date(2026, 3, 29), date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 1)]
)
def test_an_age_is_that_of_the_calendar_on_every_day(op: Comparison, today: date) -> None:
    for value in (0, 1, 17, 18):
        bounds = (value, value + 1) if op == "between" else (value,)
        age = Age(op, bounds if op == "between" else value)  # type: ignore[arg-type]
        for about in range(-3, 21):
            for around in (-2, -1, 0, 1, 2):
                born = date(today.year - about, 3, 1) + timedelta(days=around)
                born = born if around else today.replace(year=today.year - about, day=28)
                expected = born <= today and bool(related(op, years(born, today), bounds))
                assert holds(age, {"birthday": born.isoformat()}, today) is expected, (born, value)


def test_an_age_that_is_given_counts_without_a_date_of_birth() -> None:
    assert holds(Age("between", (18, 30)), {"age": 18})
    assert holds(Age("!=", 5), {"age": 6, "birthday": "unknown"})
    assert not holds(Age(">=", 18), {"age": 18, "DOB": "2020-01-01"})
    assert not holds(Age("!=", 18), {})
    assert not holds(Age("between", 18), {"age": 18})


@pytest.mark.parametrize(
    ("trait", "yes", "no"),
    [
        (Gender("male"), [{"gender": "MALE"}, {"Gender": "m"}], [{"gender": "female"}, {}]),
        (Gender("other"), [{"gender": "O"}], [{"gender": 1}]),
        (Geography(region=("Vest",)), [{"state": "vest"}, {"address": {"region": "VEST"}}], [{}]),
        (Geography(city=("A", "B")), [{"city": ["x", "b"]}], [{"city": ""}, {"country": "A"}]),
        (Reachability("email"), [{"email": "a@b"}], [{"email": ""}, {"email": 5}, {}]),
        (Reachability("push"), [{"devices": [{"push_token": "t"}]}], [{"devices": [{"os": "i"}]}]),
        (Reachability("unsubscribed_sms"), [{"MSG-sms": False}], [{"MSG-sms": True}, {}]),
        (Reachability("unsubscribed_email"), [{"unsubscribed_email": True}], [{"MSG-sms": False}]),
    ],
)
def test_a_condition_reads_the_traits_that_say_it(trait: Trait, yes: Any, no: Any) -> None:
    assert [holds(trait, each) for each in yes] == [True] * len(yes)
    assert [holds(trait, each) for each in no] == [False] * len(no)


def test_only_ages_and_days_from_today_change_with_time() -> None:
    assert depends_on_now(Age("<", 18))
    assert depends_on_now(Property("renews", "in_next_days", 3))
    assert not depends_on_now(Property("renews", "before", "2026-03-29"))
    assert not any(depends_on_now(Reachability(each)) for each in get_args(Channel))


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("City", "city"),
        ("Timezone", "timezone"),
        ("Time Zone", "timezone"),
        ("E-mail", None),
        ("EMAIL", "email"),
        ("Email", None),
        ("Tz", None),
        ("city", None),
        ("plan", None),
    ],
)
def test_a_name_that_is_spelt_otherwise_is_known_for_what_it_means(
    key: str, name: str | None
) -> None:
    assert meant(key) == name
