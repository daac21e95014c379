"""The people: who they are, where they live, how often they come."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from sandbox.shop.iso import iso

MILLISECONDS_A_DAY = 86_400_000
JOINED_DAYS_AGO_MAX = 400
AGE_YEARS = (18, 79)
ACTIVITY_MAX = 30.0
PLANS = ("free", "plus", "gold")
PLAN_WEIGHTS = (70, 22, 8)


class Place(msgspec.Struct, frozen=True):
    """A city with its zone, and first names that are common there; `weight` is its share."""

    city: str
    country: str
    timezone: str
    language: str
    currency: str
    women: Sequence[str]
    men: Sequence[str]
    families: Sequence[str]
    weight: int


class Person(msgspec.Struct, frozen=True):
    """One shopper; `activity` is how much likelier than others they are to come by."""

    user_id: str
    first_name: str
    last_name: str
    email: str
    gender: str
    birthday: str
    plan: str
    place: Place
    joined_ms: int
    activity: float

    def traits(self, now_ms: int) -> dict[str, Any]:
        """What an identify call tells about them; the age is that of `now_ms`."""
        born = date.fromisoformat(self.birthday)
        today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
        before_birthday = (today.month, today.day) < (born.month, born.day)
        return {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "gender": self.gender,
            "birthday": self.birthday,
            "age": today.year - born.year - before_birthday,
            "plan": self.plan,
            "city": self.place.city,
            "country": self.place.country,
            "language": self.place.language,
            "timezone": self.place.timezone,
            "createdAt": iso(self.joined_ms),
        }


PLACES = (
    Place(
        "Oslo", "NO", "Europe/Oslo", "nb", "NOK",
        ("Ingrid", "Nora", "Sigrid", "Astrid"), ("Olav", "Jonas", "Henrik", "Lars"),
        ("Hansen", "Berg", "Dahl", "Lund"), 16,
    ),
    Place(
        "Kyiv", "UA", "Europe/Kyiv", "uk", "UAH",
        ("Olena", "Oksana", "Iryna", "Daryna"), ("Taras", "Andriy", "Bohdan", "Mykola"),
        ("Shevchenko", "Bondar", "Koval", "Melnyk"), 16,
    ),
    Place(
        "New York", "US", "America/New_York", "en", "USD",
        ("Grace", "Maya", "Zoë", "Ruth"), ("James", "Miguel", "Aaron", "Theo"),
        ("Johnson", "Rivera", "Cohen", "O'Neil"), 20,
    ),
    Place(
        "Kolkata", "IN", "Asia/Kolkata", "bn", "INR",
        ("Ananya", "Priya", "Ishita", "Meera"), ("Arjun", "Rohan", "Sourav", "Dev"),
        ("Banerjee", "Das", "Ghosh", "Sen"), 18,
    ),
    Place(
        "Sydney", "AU", "Australia/Sydney", "en", "AUD",
        ("Chloe", "Matilda", "Isla", "Ruby"), ("Jack", "Noah", "Liam", "Archie"),
        ("Smith", "Nguyen", "Walker", "Taylor"), 12,
    ),
    Place(
        "São Paulo", "BR", "America/Sao_Paulo", "pt", "BRL",
        ("Ana", "Júlia", "Beatriz", "Luísa"), ("João", "Pedro", "Rafael", "Caio"),
        ("Silva", "Souza", "Lima", "Araújo"), 10,
    ),
    Place(
        "Kathmandu", "NP", "Asia/Kathmandu", "ne", "NPR",
        ("Sita", "Asmita", "Pooja", "Nirmala"), ("Bikash", "Suresh", "Prakash", "Hari"),
        ("Shrestha", "Gurung", "Thapa", "Rai"), 4,
    ),
    Place(
        "Los Angeles", "US", "America/Los_Angeles", "en", "USD",
        ("Camila", "Hannah", "Jade", "Stella"), ("Diego", "Ethan", "Kai", "Marcus"),
        ("Garcia", "Lee", "Brown", "Kim"), 4,
    ),
)  # fmt: skip


def invite(rng: random.Random, users: int, start_ms: int) -> list[Person]:
    """So many people; all joined before `start_ms`."""
    places = rng.choices(PLACES, [place.weight for place in PLACES], k=users)
    return [_person(rng, number, place, start_ms) for number, place in enumerate(places, start=1)]


def _person(rng: random.Random, number: int, place: Place, start_ms: int) -> Person:
    gender = rng.choices(("female", "male"), (52, 48))[0]
    user_id = f"user-{number:05}"
    today = datetime.fromtimestamp(start_ms / 1000, UTC).date()
    age_days = rng.randrange(AGE_YEARS[0] * 366, AGE_YEARS[1] * 365)
    return Person(
        user_id=user_id,
        first_name=rng.choice(place.women if gender == "female" else place.men),
        last_name=rng.choice(place.families),
        email=f"{user_id}@example.{rng.choice(('com', 'org', 'net'))}",
        gender=gender,
        birthday=(today - timedelta(days=age_days)).isoformat(),
        plan=rng.choices(PLANS, PLAN_WEIGHTS)[0],
        place=place,
        joined_ms=start_ms - rng.randrange(1, JOINED_DAYS_AGO_MAX * MILLISECONDS_A_DAY),
        # Most come rarely and a few all the time, as in every shop.
        activity=min(ACTIVITY_MAX, rng.paretovariate(1.4)),
    )
