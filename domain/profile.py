"""Which traits say who a user is, and what each condition about a profile asks of them.

The names are those of Segment's traits, and of CleverTap's profile fields.
"""

from datetime import UTC, date, datetime, timedelta
from typing import assert_never

from domain import zones
from domain.behaviour import Comparison
from domain.conditions import Alike, Differs, During, OneOf, Relative, Within
from domain.devices import device_condition
from domain.formula import Around, Every, Formula, Has, No, OnDevice, Some
from domain.operators import condition, resolve
from domain.people import (
    Age,
    Channel,
    Device,
    Gender,
    Geography,
    Near,
    Property,
    Reachability,
    Trait,
)
from domain.values import fold
from domain.zone_seen import ZONE_SEEN

BIRTH = ("birthday", "date_of_birth", "DOB")
AGE = ("age",)
GENDER = ("gender", "Gender")
GENDERS = {"female": ("female", "f"), "male": ("male", "m"), "other": ("other", "o")}
COUNTRY = ("country", "address.country")
REGION = ("region", "state", "address.region", "address.state")
CITY = ("city", "address.city")
LATITUDE = "latitude"
LONGITUDE = "longitude"
EMAIL = ("email", "Email")
PHONE = ("phone", "Phone")
UNSUBSCRIBED_EMAIL = "unsubscribed_email"
UNSUBSCRIBED_SMS = "unsubscribed_sms"
ALLOWS_EMAIL = "MSG-email"
ALLOWS_SMS = "MSG-sms"
"""CleverTap's, where false means unsubscribed."""
PUSH_TOKEN = "push_token"  # noqa: S105  # a trait's name
ZONE_KEYS = ("timezone", "time_zone", "tz", "Tz", ZONE_SEEN)
"""Where clients put the user's time zone, in the order in which they are believed."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_SOME_TEXT = Differs("")


_MEANT = (
    *(*BIRTH, *AGE, *GENDER, *COUNTRY, *REGION, *CITY, LATITUDE, LONGITUDE, *EMAIL, *PHONE),
    *(UNSUBSCRIBED_EMAIL, UNSUBSCRIBED_SMS, ALLOWS_EMAIL, ALLOWS_SMS, PUSH_TOKEN, *ZONE_KEYS),
)
_BARE = {name.casefold().replace("_", ""): name for name in reversed(_MEANT)}


def meant(key: str) -> str | None:
    """Return the trait with a meaning whose name is spelt otherwise: `timezone` for `Time Zone`."""
    found = _BARE.get(key.casefold().replace(" ", "").replace("_", ""))
    return None if key in _MEANT else found


def depends_on_now(trait: Trait) -> bool:
    """Whether the formula is another at another time."""
    match trait:
        case Property(op=op, value=value):
            return isinstance(condition(op, value), Relative)
        case Age():
            return True
        case _:
            return False


def formula(trait: Trait, *, now_ms: int, zone: str) -> Formula:
    """Return what the condition asks of a user's traits now. `zone` is the account's."""
    match trait:
        case Property(name, op, value):
            return Has(name, resolve(condition(op, value), now_ms=now_ms, zone=zone))
        case Age(op, value):
            today = zones.local_wall(now_ms, zone).date()
            return _age(op, value if isinstance(value, tuple) else (value,), today)
        case Gender(value):
            return _any(GENDER, Alike(GENDERS[value]))
        case Geography(country, region, city):
            parts = ((COUNTRY, country), (REGION, region), (CITY, city))
            return Every(
                tuple(_any(names, Alike(tuple(map(fold, of)))) for names, of in parts if of)
            )
        case Near(places):
            return Around(LATITUDE, LONGITUDE, places)
        case Reachability(value):
            return _reachability(value)
        case Device(where):
            return OnDevice(tuple((each.property, device_condition(each)) for each in where))
        case _:
            assert_never(trait)


def _any(names: tuple[str, ...], asked: Alike | Differs | During | Within | OneOf) -> Formula:
    return Some(tuple(Has(name, asked) for name in names))


def _reachability(value: Channel) -> Formula:
    match value:
        case "email":
            return _any(EMAIL, _SOME_TEXT)
        case "phone":
            return _any(PHONE, _SOME_TEXT)
        case "push":
            return OnDevice(((PUSH_TOKEN, _SOME_TEXT),))
        case "unsubscribed_email":
            return _flags(UNSUBSCRIBED_EMAIL, ALLOWS_EMAIL)
        case "unsubscribed_sms":
            return _flags(UNSUBSCRIBED_SMS, ALLOWS_SMS)
        case _:
            assert_never(value)


def _flags(unsubscribed: str, allows: str) -> Formula:
    return Some((Has(unsubscribed, OneOf(flags=(True,))), Has(allows, OneOf(flags=(False,)))))


def _age(op: Comparison, bounds: tuple[int, ...], today: date) -> Formula:
    """Ask the date of birth; only who has none that can be read is asked for a given age."""
    if len(bounds) != (2 if op == "between" else 1):
        return Some(())  # the rules refuse it
    born_known = _any(BIRTH, During())
    born = Some(tuple(_any(BIRTH, each) for each in _born(op, bounds, today)))
    given = Some(tuple(_any(AGE, each) for each in _given(op, bounds)))
    return Some((born, Every((No(born_known), given))))


def _born(op: Comparison, bounds: tuple[int, ...], today: date) -> list[During]:
    """Return when people of such an age were born; one of the ranges, none before birth."""
    first = bounds[0]

    def aged(low: int, high: int | None = None) -> During:
        since = None if high is None else _younger_ms(high + 1, today)
        return During(since, _younger_ms(low, today))

    match op:
        case "<":
            return [aged(0, first - 1)] if first > 0 else []
        case "<=":
            return [aged(0, first)]
        case "=":
            return [aged(first, first)]
        case "!=":
            return [aged(first + 1), *([aged(0, first - 1)] if first > 0 else [])]
        case ">=":
            return [aged(first)]
        case ">":
            return [aged(first + 1)]
        case "between":
            return [aged(first, bounds[1])]
        case _:
            assert_never(op)


def _younger_ms(years: int, today: date) -> int:
    """Return the first instant (UTC, as dates are read) of those who are not yet so old today.

    Born on 29 February, one is a year older on 1 March of a common year.
    """
    year = today.year - years
    try:
        day = date(year, today.month, today.day) + timedelta(days=1)
    except ValueError:  # today is the 29th of February, and that year had none
        day = date(year, 3, 1)
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) - _EPOCH) // _MILLISECOND


def _given(op: Comparison, bounds: tuple[int, ...]) -> list[Within | Differs]:
    first = float(bounds[0])
    match op:
        case "<":
            return [Within(high=first, ends_included=False)]
        case "<=":
            return [Within(high=first)]
        case "=":
            return [Within(first, first)]
        case "!=":
            return [Differs(first)]
        case ">=":
            return [Within(low=first)]
        case ">":
            return [Within(low=first, ends_included=False)]
        case "between":
            return [Within(first, float(bounds[1]))]
        case _:
            assert_never(op)
