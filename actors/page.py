"""A page of events that a live campaign considers, read so that one that is bad harms no other."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from functools import partial

from msgspec import Struct

from actors.isolation import Broken, apart
from domain.facts import Event, User
from store import log, memberships, users
from store.log import Unreadable
from store.memberships import NO_LISTS, ListVersion
from store.past import who_did_much


class Known(Struct, frozen=True):
    """What is known about users; `broken` are those whose own rows cannot be read.

    `robots` did too much to be read: nothing of it is in `history`, and the log is asked. What it
    answered, whether one fits, is in `fits` by what was asked about. `repeats` are the places of
    events that are not their user's first, if the campaign asks that.
    """

    users: dict[str, User]
    history: dict[str, list[Event]]
    broken: dict[str, Broken]
    robots: frozenset[str] = frozenset()
    fits: Mapping[int, bool | Broken] = {}
    repeats: frozenset[int] = frozenset()


class Page(Struct, frozen=True):
    """Events to consider, in (`after`, `upto`], and what is known about their users.

    `again`: they were set aside before, and a person asked for them. `length` counts all that
    were read. `aside`: something that was set aside waits.
    """

    after: int
    upto: int
    length: int
    events: Sequence[Event]
    unreadable: Sequence[Unreadable]
    known: Known
    again: bool = False
    aside: bool = False


def sort_out(found: Sequence[Event | Unreadable]) -> tuple[list[Event], list[Unreadable]]:
    """Tell the events that can be read from those that cannot."""
    return (
        [one for one in found if isinstance(one, Event)],
        [one for one in found if isinstance(one, Unreadable)],
    )


def know(
    conn: sqlite3.Connection,
    who: Collection[str],
    needs: Collection[str],
    *,
    upto: int,
    lists: Mapping[str, ListVersion] = NO_LISTS,
    most: int | None = None,
) -> Known:
    """Read users, what they did of the events in `needs`, and which of the lists they are in.

    Who did more than `most` events of one name is a robot. If that breaks, they are read one by
    one.
    """
    robots = frozenset[str]()
    if needs and most is not None:
        robots = who_did_much(conn, who, needs, most=most)
    read = partial(_read, conn, needs=needs, upto=upto, lists=lists, robots=robots)
    everyone = apart(partial(read, who))
    if isinstance(everyone, Known):
        return everyone
    known = Known({}, {}, {}, robots)
    for user in who:
        one = apart(partial(read, (user,)))
        if isinstance(one, Broken):
            known.broken[user] = one
        else:
            known.users.update(one.users)
            known.history.update(one.history)
    return known


def _read(
    conn: sqlite3.Connection,
    who: Collection[str],
    needs: Collection[str],
    upto: int,
    lists: Mapping[str, ListVersion],
    robots: frozenset[str],
) -> Known:
    few = [user for user in who if user not in robots]
    history = log.history(conn, few, needs, upto_seq=upto) if needs else {}
    return Known(memberships.with_lists(conn, users.get(conn, who), lists), history, {}, robots)
