import pytest

from domain.facts import Event, User


@pytest.mark.parametrize(
    ("user", "anonymous"),
    [
        ("anon:1f0c", True),
        ("anon:", True),
        ("ann", False),
        ("ANON:1f0c", False),
        ("x-anon:1", False),
    ],
)
def test_a_user_of_whom_only_a_device_is_known_is_anonymous(user: str, anonymous: bool) -> None:
    assert User(user, h=1).anonymous is anonymous


def test_a_device_is_known_by_its_own_id_and_a_person_is_none() -> None:
    assert (User("anon:d1", h=1).device, User("anon", h=1).device) == ("d1", None)


def test_nobody_is_suppressed_and_no_zone_is_known_unless_it_is_said() -> None:
    who = User("ann", h=1)
    assert (who.suppressed, who.zone, who.traits) == (False, None, {})


def test_two_facts_never_share_their_values() -> None:
    events = [Event(n, str(n), "ann", "Viewed", 1, 1) for n in range(2)]
    people = [User(str(n), h=1) for n in range(2)]
    events[0].properties["price"] = 1
    people[0].traits["plan"] = "pro"
    assert (events[1].properties, people[1].traits) == ({}, {})


@pytest.mark.parametrize("fact", [User("ann", h=1), Event(1, "a", "ann", "Viewed", 1, 1)])
def test_what_is_known_does_not_change(fact: User | Event) -> None:
    with pytest.raises(AttributeError, match="immutable"):
        fact.user = "bob"  # type: ignore[misc] # the fault under test
