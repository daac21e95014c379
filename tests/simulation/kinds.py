"""What a campaign of a life may be besides: its calendar, its users' own times, a test, a date.

In the world's own words, of which both its plan and its history consist; nothing of the product.
A `wall` is what a clock on the wall shows: `2026-03-29T02:30`.
"""

from typing import Literal

from msgspec import Struct

from tests.simulation.asks import Ask


class Calendar(Struct, frozen=True, omit_defaults=True):
    """The runs of a campaign by the walls of `zone` ("" the account's): several dates, or again.

    `start` is the first day that may be one and the time of day of every run; it runs on every
    `every`-th day, on `weekdays` of such weeks, or on `days` of such months and on their `nth`
    weekdays; none is after the wall `end` ("" for ever). `cutoff` is HH:MM: nothing of a run begins
    after the next such time.
    """

    dates: tuple[str, ...] = ()
    start: str = ""
    unit: Literal["days", "weeks", "months"] = "days"
    every: int = 1
    weekdays: tuple[str, ...] = ()
    days: tuple[int, ...] = ()
    nth: tuple[tuple[str, str], ...] = ()  # ("last", "friday")
    last_day: bool = False  # of a month too short for a day, instead of none
    end: str = ""
    zone: str = ""
    cutoff: str = ""


class Personal(Struct, frozen=True, omit_defaults=True):
    """Each user of a run has a time of their own: `otherwise` is HH:MM, "" right after the day.

    `past`: who is not due any more gets nothing, or is due on the next day.
    """

    by: Literal["user_zone", "user_property", "best_time"] = "user_zone"
    past: Literal["drop", "next_day"] = "drop"
    unknown_zone: Literal["account", "drop"] = "account"
    otherwise: str = ""
    event: str = ""


class Test(Struct, frozen=True, omit_defaults=True):
    """Variants A, B and C (as many as `variants`), of which a test on a few chooses the best.

    The few are `percent` of a run, or `users`. `wait_minutes` later the winner is known.
    """

    __test__ = False  # pytest would take it for tests

    variants: int = 2
    percent: int = 0
    users: int = 0
    wait_minutes: int = 60


class OnDate(Struct, frozen=True, omit_defaults=True):
    """A live campaign goes so many minutes after the date that its event carries, or before it.

    `same_cart`: each cart has a date of its own. `cancel`: an event that clears it, "" none.
    """

    minutes: int = 0
    same_cart: bool = False
    cancel: str = ""


class Chosen(Struct, frozen=True, omit_defaults=True):
    """What a campaign chooses besides.

    `who`: whom it asks for, beside its group. `trigger_n`: of the events that it waits for only
    those whose number is not below this. `system`: whether the operator's control group of all
    campaigns gets nothing; `groups`: which others of the operator's. `dnd_days`: on which days its
    night begins, none named: on all. `words`: what its messages say; each variant says its own,
    if `own_words`.
    """

    who: Ask | None = None
    trigger_n: int = 0
    system: bool = True
    groups: tuple[str, ...] = ()
    dnd_days: tuple[str, ...] = ()
    words: str = ""
    own_words: bool = False


PLAIN = Chosen()


class House(Struct, frozen=True, omit_defaults=True):
    """What the operator decided: for how many days events are kept (0: for ever), control groups.

    `system` is 0 or the per cent of all users; `groups` the per cent of each further one.
    """

    keep_days: int = 0
    system: int = 0
    groups: dict[str, int] = {}
