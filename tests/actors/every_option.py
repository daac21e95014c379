"""Campaigns that differ in one field each, and what came of them: for the test of dead options.

`options_who.py` and `options_rest.py` have definitions and, of each, fields with another value.
Audiences are asked of many users that chance has made. Of the others most live together in one
house, among some of these; those that chance or the house's settings would tell apart have one of
their own, where each has the same id.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import trio
from msgspec import Struct, structs
from trio.testing import MockClock

from actors.mail import Pause, Resume
from actors.segment import Accepted, Ambiguous, NotSent, Outcome
from domain.campaign import Campaign
from domain.control import Controls
from domain.frequency import NO_LIMITS, GlobalLimits
from store import books, merging, runs
from tests.actors.house import ANA, KEY, START_MS, House, Posted, Wire, open_house
from tests.actors.option_people import people, properties

CONTROLS = Controls(system=20, custom={"quiet": 30})
USERS, LIVE_ROUNDS, LIVE_EVENTS = 40, 9, 16
ROUND_SECONDS = 1_200
AWAY_SECONDS = 1_800
LAST_SECONDS = 10
"""What fell due just now has gone then."""
MINUTE_MS = 60_000
OWN = ("messageId", "timestamp", "context")
OWN_PROPERTIES = ("campaign_id", "campaign_name", "delivery_id", "expires_at")


class Base(Struct, frozen=True):
    """A definition, and other values of its fields by their paths.

    `alone`: there is no other campaign, and the `house` has these limits. `deeds`: it is paused for
    an hour. `unsure`: Segment is away at first, and silent then.
    """

    definition: dict[str, Any]
    options: dict[str, Any]
    alone: bool = False
    house: GlobalLimits = NO_LIMITS
    hours: int = 4
    deeds: bool = False
    unsure: bool = False


class Option(Struct, frozen=True):
    """A definition with one field changed; none: as it is."""

    base: str
    path: str
    campaign: Campaign


def options(base: str, of: Base) -> Iterator[Option]:
    """Yield the base itself, once more, and each change of it."""
    for name in ("", "(again)"):
        yield Option(base, name, decoded(of.definition, f"{base} {name}".strip()))
    for path, value in of.options.items():
        data = deepcopy(of.definition)
        given = value if isinstance(value, dict) and "to" in value else {"to": value}
        for where, to in ((path, given["to"]), *given.get("with", {}).items()):
            put(data, where, to)
        yield Option(base, path, decoded(data, f"{base} {path}"))


def decoded(data: dict[str, Any], name: str) -> Campaign:
    given = {"name": name, "kind": "past_behaviour", **data}
    return msgspec.convert(given, Campaign)


def put(data: Any, path: str, value: Any) -> None:
    *outer, last = path.split(".")
    for step in outer:
        data = data[int(step)] if step.isdigit() else data.setdefault(step, {})
    if value == "(none)":
        del data[last]
    elif last.isdigit():
        data[int(last)] = value
    else:
        data[last] = value


def changed_fields(option: Option) -> Iterator[str]:
    """Yield the field at the end of the path, as `Struct.field`, and the ways to it."""
    value: Any = option.campaign
    for step in option.path.split("."):
        if step.isdigit():
            value = value[int(step)]
        elif isinstance(value, Struct):
            yield f"{type(value).__name__}.{step}"
            value = getattr(value, step)


def every_field() -> set[str]:
    """Return every field that a definition may have, as `Struct.field`."""
    found: set[str] = set()
    _walk(Campaign, found, set())
    return found


def _walk(kind: Any, found: set[str], seen: set[Any]) -> None:
    if isinstance(kind, type) and issubclass(kind, Struct) and kind not in seen:
        seen.add(kind)
        hints = get_type_hints(kind)
        for field in structs.fields(kind):
            found.add(f"{kind.__name__}.{field.name}")
            _walk(hints[field.name], found, seen)
    if get_origin(kind) is not None or get_args(kind):
        for inner in get_args(kind):
            _walk(inner, found, seen)


async def came_of(
    folder: Path, jumps: MockClock, every: Sequence[Option], of: Base, paused: Sequence[Option] = ()
) -> list[dict[str, Any]]:
    """Let campaigns live beside each other; return what came of each."""
    wire = Wire(answer=_unsure()) if of.unsure else Wire()
    async with open_house(
        folder, jumps, wire, rate=100_000, controls=CONTROLS, house_limits=of.house
    ) as house:
        await _populate(house)
        coming = []
        for option in every:
            await house.publish(option.campaign)
            coming.append((await house.view(option.campaign.name)).next_runs)
        await _happen(house, paused)
        await trio.sleep(of.hours * 3_600 - LIVE_ROUNDS * ROUND_SECONDS)
        await trio.sleep(LAST_SECONDS)
        sent = _sent(house.wire, timed=not of.unsure)
        found = []
        for option, slots in zip(every, coming, strict=True):
            id_ = await house.campaign_id(option.campaign.name)
            found.append(
                {
                    "next": msgspec.to_builtins(slots),
                    "sent": [told for _, told in sent.get(id_, [])],
                    "named": {name for name, _ in sent.get(id_, [])} <= {option.campaign.name},
                    **await _kept(house, id_),
                }
            )
        return found


async def _kept(house: House, campaign: str) -> dict[str, Any]:
    """Return how the campaign stands: its runs, its books, and what its goal brought."""
    row = await house.rows("SELECT state, reason FROM campaign WHERE id = ?", campaign)
    every = await house.store.read(lambda conn: runs.of_campaign(conn, campaign))
    held = await house.store.read(lambda conn: books.of_campaign(conn, campaign))
    waits = "SELECT user, due_ms FROM outbox WHERE campaign = ? AND state = 'pending' ORDER BY 1"
    goals = "SELECT user, event_seq, revenue FROM conversion WHERE campaign = ? ORDER BY 2, 1"
    return {
        "state": row,
        "runs": [(run.run, run.state) for run in every],
        "books": msgspec.to_builtins(held),
        "waits": await house.rows(waits, campaign),
        "goal": await house.rows(goals, campaign),
    }


def _sent(wire: Wire, *, timed: bool) -> dict[str, list[tuple[str, str]]]:
    """Return what each campaign had sent: its name, and in which minute what to whom.

    Not `timed`: once each, for nobody knows when what is tried again goes.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    begun = min((posted.at for posted in wire.requests), default=0)
    for posted in wire.requests:
        campaign = called = ""
        for message in reversed(posted.messages):
            told = message.get("properties", {})
            campaign = told.get("campaign_id", campaign)  # an identify is before its track
            called = told.get("campaign_name", called)
            for name in OWN:
                message.pop(name, None)
            for name in OWN_PROPERTIES:
                told.pop(name, None)
            body = msgspec.json.encode(message, order="deterministic").decode()
            at = (
                int(posted.at - begun + 10) // 60 if timed else 0
            )  # nothing is due so near a minute
            found.setdefault(campaign, []).append((called, f"{at} {body}"))
    return {campaign: sorted(every if timed else set(every)) for campaign, every in found.items()}


def _unsure() -> Callable[[Posted], Outcome]:
    """Answer as a Segment that is away for half an hour, and then silent to some at first."""
    asked: set[str] = set()
    first: list[float] = []

    def answer(posted: Posted) -> Outcome:
        first.append(posted.at)
        if posted.at < first[0] + AWAY_SECONDS:
            return NotSent(why="refused")
        fresh = {user for user in posted.users if user.endswith("7")} - asked
        asked.update(fresh)
        return Ambiguous(why="no answer") if fresh else Accepted()

    return answer


async def _populate(house: House) -> None:
    crowd = list(people(USERS))
    await house.feed(*(house.profile(one.name, **one.traits) for one in crowd))
    await house.feed(
        *(
            house.event(one.name, name, at_ms=at, **said)
            for one in crowd
            for name, at, said in one.did
        )
    )
    await house.feed(house.profile("anon:phone", plan="pro", timezone="Europe/Oslo"))
    await house.feed(house.profile("anon:tablet", plan="pro"))
    await house.store.write(
        partial(merging.merge, old="anon:tablet", user="u01", now_ms=START_MS, install_key=KEY)
    )


async def _happen(house: House, paused: Sequence[Option]) -> None:
    """Let events come in, every twenty minutes, for some hours; some campaigns are paused."""
    r = Random(5)
    for at in range(LIVE_ROUNDS):
        await trio.sleep(ROUND_SECONDS)
        if at in {3, 6}:
            deed = Pause if at == 3 else Resume
            for option in paused:
                await house.asks(deed(option.campaign.name, ANA))
        leaves_ms = START_MS + r.randrange(2, 20) * 15 * MINUTE_MS
        await house.feed(
            *(
                house.event(
                    f"u{r.randrange(USERS):02}",
                    r.choice(("Cart", "Cart", "Order", "Pay", "Trip", "Drop")),
                    leaves=leaves_ms // 1_000,
                    lands=leaves_ms // 1_000 + 3_600,
                    **properties(r),
                )
                for _ in range(LIVE_EVENTS)
            )
        )
