"""Asking the audience: how many qualify, and who, in the order of a draw."""

from collections.abc import Generator, Sequence
from typing import TypeAlias

import sqlalchemy as sa
from msgspec import Struct

from domain.audience import Node
from domain.control import GROUPS, Group, Share
from domain.facts import ANONYMOUS
from domain.identity import NOBODY, ZEROES_AND_DASHES
from store.compiler import NO_LISTS, Compiler, Lists, render
from store.projection import Projection
from store.terms import Truth

Draw: TypeAlias = tuple[int, int]
"""The order of a run's draw: `(a, b)` of `domain.chance`, of another salt than the groups'."""

ROWS_PER_FETCH = 10_000
_EVERYBODY = sa.select(sa.func.count()).select_from(sa.table("users")).scalar_subquery()
"""Of another table object than a question's own: else it would be counted of its users."""


class Reach(Struct, frozen=True):
    """How many users: qualified = sum(control) + outside + unreachable + reachable.

    `control` counts each of `domain.control.GROUPS`, a user in the first that has it. `outside` are
    not in the portion that is addressed. `everybody`: users there are, in the audience or not.
    """

    qualified: int
    control: dict[Group, int]
    unreachable: int
    reachable: int
    outside: int = 0
    everybody: int = 0


class Addressed(Struct, frozen=True):
    """Whom a campaign addresses: so many per cent, by `(a, b)` of `domain.chance`.

    `anonymous`: users of whom only a device is known are reachable too.
    """

    percent: int = 100
    a: int = 1
    b: int = 0
    anonymous: bool = False


ALL_PERSONS = Addressed()


class Qualified(Struct, frozen=True):
    """One user in the audience. `reachable`: a known person who is not suppressed.

    Devices that are nobody's yet are not, whatever a campaign may say of them.
    """

    user: str
    control: bool
    reachable: bool
    suppressed: bool


def count(
    projection: Projection,
    node: Node,
    *,
    now_ms: int,
    zone: str,
    control: Sequence[Share] = (),
    to: Addressed = ALL_PERSONS,
    lists: Lists = NO_LISTS,
) -> Reach:
    """Return how many users are in the audience now. `zone` is the account's, normalised.

    `lists` are the custom lists that the tree names; its saved audiences must have been expanded.
    Raises UnknownAudienceError for a name that is not there.
    """
    projection.know_zone(zone)
    compiler = Compiler(projection.catalogue, now_ms=now_ms, zone=zone, lists=lists)
    asked = compiler.ask(node)
    treated = sa.not_(_in_control(compiler, control))
    inside = _inside(compiler, to)
    counted = {
        "reached": sa.and_(treated, inside, _reachable(compiler, to)),
        **_first_in(compiler, control),
    }
    if to.percent < 100:
        counted["outside"] = sa.and_(treated, sa.not_(inside))
    question = render(
        sa.select(
            _EVERYBODY,
            sa.func.count(),
            *(sa.func.count().filter(each) for each in counted.values()),
        )
        .select_from(asked.source)
        .where(asked.condition)
    )
    with projection.asking(question.sql, question.values) as cursor:
        ((everybody, qualified, *numbers),) = cursor.fetchall()
    found = dict(zip(counted, numbers, strict=True))
    groups = {group: found.get(group, 0) for group in GROUPS}
    reached, outside = found["reached"], found.get("outside", 0)
    unreached = qualified - sum(groups.values()) - outside - reached
    return Reach(qualified, groups, unreached, reached, outside, everybody)


def to_message(
    projection: Projection,
    node: Node,
    *,
    now_ms: int,
    zone: str,
    draw: Draw,
    at_most: int,
    control: Sequence[Share] = (),
    to: Addressed = ALL_PERSONS,
    lists: Lists = NO_LISTS,
) -> list[str]:
    """Return those of an audience whom nothing leaves out that is known here, a random `at_most`.

    They are in no control group, within the portion, and reachable.
    """
    projection.know_zone(zone)
    compiler = Compiler(projection.catalogue, now_ms=now_ms, zone=zone, lists=lists)
    asked = compiler.ask(node)
    users = compiler.users.c
    question = render(
        sa.select(users.user)
        .select_from(asked.source)
        .where(
            asked.condition,
            sa.not_(_in_control(compiler, control)),
            _inside(compiler, to),
            _reachable(compiler, to),
        )
        .order_by(compiler.place(*draw), users.user)
        .limit(at_most)
    )
    with projection.asking(question.sql, question.values) as cursor:
        return [user for (user,) in cursor.fetchall()]


def select(
    projection: Projection,
    node: Node,
    *,
    now_ms: int,
    zone: str,
    draw: Draw,
    at_most: int | None = None,
    control: Sequence[Share] = (),
    lists: Lists = NO_LISTS,
) -> Generator[Qualified, None, None]:
    """Yield everyone in the audience, in the order of the draw: the first N are a random N.

    `at_most` so many: to ask for a few is cheaper than to leave the rest unread. It holds a cursor
    until it is exhausted or closed; no more than a fetch is in memory. For the rest see `count`.
    """
    projection.know_zone(zone)
    compiler = Compiler(projection.catalogue, now_ms=now_ms, zone=zone, lists=lists)
    asked = compiler.ask(node)
    users = compiler.users.c
    question = render(
        sa.select(
            users.user,
            _in_control(compiler, control).label("control"),
            _reachable(compiler).label("reachable"),
            users.suppressed,
        )
        .select_from(asked.source)
        .where(asked.condition)
        .order_by(compiler.place(*draw), users.user)
        .limit(at_most)
    )
    with projection.asking(question.sql, question.values) as cursor:
        while rows := cursor.fetchmany(ROWS_PER_FETCH):
            for row in rows:
                yield Qualified(*row)


def _in_control(compiler: Compiler, shares: Sequence[Share]) -> Truth:
    parts = (compiler.in_portion(share.a, share.b, share.percent) for share in shares)
    return sa.or_(sa.false(), *parts)


def _inside(compiler: Compiler, to: Addressed) -> Truth:
    return sa.true() if to.percent == 100 else compiler.in_portion(to.a, to.b, to.percent)


def _first_in(compiler: Compiler, shares: Sequence[Share]) -> dict[str, Truth]:
    """Return for each kind of group that there is who is in one of it, and in none before it."""
    found: dict[str, Truth] = {}
    before: list[Share] = []
    for group in GROUPS:
        mine = [share for share in shares if share.group == group]
        if mine:
            found[group] = sa.and_(
                _in_control(compiler, mine), sa.not_(_in_control(compiler, before))
            )
        before += mine
    return found


def _reachable(compiler: Compiler, to: Addressed = ALL_PERSONS) -> Truth:
    users = compiler.users.c
    known = sa.not_(sa.func.starts_with(users.user, ANONYMOUS))
    if to.anonymous:
        device = sa.func.lower(sa.func.trim(sa.func.substr(users.user, len(ANONYMOUS) + 1)))
        shared = device.in_(NOBODY) | sa.func.regexp_full_match(device, ZEROES_AND_DASHES)
        known |= sa.not_(shared)
    return sa.and_(known, sa.not_(users.suppressed))
