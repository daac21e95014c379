import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sandbox.shop.people import PLACES, Person, invite

START_MS = 1_790_000_000_000


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return invite(random.Random(1), 500, START_MS)


def test_everybody_has_an_id_and_an_address_that_no_one_else_has(people: list[Person]) -> None:
    assert len({person.user_id for person in people}) == 500
    assert len({person.email for person in people}) == 500


def test_no_address_belongs_to_anybody_real(people: list[Person]) -> None:
    domains = {person.email.partition("@")[2] for person in people}
    assert domains == {"example.com", "example.org", "example.net"}


def test_people_live_in_every_place_and_every_zone_exists(people: list[Person]) -> None:
    zones = {person.place.timezone for person in people}
    assert zones == {place.timezone for place in PLACES}
    assert all(ZoneInfo(zone) for zone in zones)


def test_everybody_is_grown_up_and_joined_before_the_start(people: list[Person]) -> None:
    ages = {person.traits(START_MS)["age"] for person in people}
    assert 18 <= min(ages) < 25
    assert 70 < max(ages) <= 79
    assert max(person.joined_ms for person in people) < START_MS


def test_a_few_come_far_more_often_than_most(people: list[Person]) -> None:
    activity = sorted(person.activity for person in people)
    assert activity[-1] > 5 * activity[250]


def test_the_age_grows_on_the_birthday(people: list[Person]) -> None:
    person = people[0]
    month, day = (int(part) for part in person.birthday.split("-")[1:])
    birthday = datetime(2030, month, day, 12, tzinfo=UTC).timestamp() * 1000
    before, after = (person.traits(int(birthday) + shift)["age"] for shift in (-86_400_000, 0))
    assert after == before + 1


def test_the_traits_tell_who_and_where(people: list[Person]) -> None:
    assert set(people[0].traits(START_MS)) == {
        "first_name",
        "last_name",
        "email",
        "gender",
        "birthday",
        "age",
        "plan",
        "city",
        "country",
        "language",
        "timezone",
        "createdAt",
    }
