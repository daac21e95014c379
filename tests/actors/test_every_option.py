"""No option is dead: whatever is changed in a campaign changes what is sent, when or to whom."""

from pathlib import Path

import msgspec
import pytest
from trio.testing import MockClock

from domain import matching
from domain.audience import Property
from domain.definition import problems
from domain.facts import Event, User
from domain.saved import expand
from store import traits
from tests.actors import options_live, options_rest, options_who
from tests.actors.every_option import (
    Base,
    Option,
    came_of,
    changed_fields,
    every_field,
    options,
)
from tests.actors.house import START_MS, ZONE
from tests.actors.option_people import Person, people

SAVED = {
    "Pros": Property("plan", "equals", "pro"),
    "Others": Property("plan", "not_equals", "pro"),
}
LISTS = {"Staff": range(9), "Guests": range(5, 20)}
SENT = options_rest.BASES | options_live.BASES
BASES = options_who.BASES | SENT
EVERY = {name: list(options(name, base)) for name, base in BASES.items()}


def test_every_field_of_a_definition_is_changed_by_one_of_them() -> None:
    every = [
        option
        for found in EVERY.values()
        for option in found
        if option.path in BASES[option.base].options
    ]
    assert every_field() - {field for option in every for field in changed_fields(option)} == set()


def test_whatever_is_changed_is_a_campaign_that_may_be_published() -> None:
    every = [option for found in EVERY.values() for option in found]
    wrong = {
        option.campaign.name: list(map(str, problems(option.campaign, now_ms=START_MS, zone=ZONE)))
        for option in every
    }
    assert {name: told for name, told in wrong.items() if told} == {}


def test_what_is_changed_in_an_audience_changes_who_is_in_it() -> None:
    """That DuckDB finds the same users is another test's to say."""
    crowd = [(person, _history(person)) for person in people(400)]
    dead = []
    for name in options_who.BASES:
        base, again, *changed = (_who(option, crowd) for option in EVERY[name])
        assert base == again != []
        dead += [
            o.campaign.name for o, w in zip(EVERY[name][2:], changed, strict=True) if w == base
        ]
    assert dead == []


def _history(person: Person) -> list[Event]:
    did = sorted(person.did, key=lambda one: one[1])
    return [
        Event(n, f"e{n}", person.name, name, at_ms, at_ms, said)
        for n, (name, at_ms, said) in enumerate(did)
    ]


def _who(option: Option, crowd: list[tuple[Person, list[Event]]]) -> list[str]:
    matches = matching.compile_node(expand(option.campaign.who, SAVED))
    return [
        person.name
        for n, (person, history) in enumerate(crowd)
        if matches(_user(person, n), history, START_MS, ZONE)
    ]


def _user(person: Person, n: int) -> User:
    lists = frozenset(name for name, members in LISTS.items() if n in members)
    zone = traits.zone_of(person.traits)
    return User(person.name, n, person.traits, zone=zone, lists=lists)


async def test_what_is_changed_in_a_campaign_changes_what_is_sent_or_when_or_to_whom(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    together = [option for name, base in SENT.items() if not base.alone for option in EVERY[name]]
    paused = [option for option in together if BASES[option.base].deeds]
    came = await came_of(tmp_path, autojump_clock, together, Base({}, {}), paused)
    assert all(told.pop("named") for told in came)
    found = unlike(together, came)
    assert found == [], found


@pytest.mark.parametrize("name", [name for name, base in BASES.items() if base.alone])
async def test_so_it_does_where_chance_or_the_settings_would_tell_campaigns_apart(
    tmp_path: Path, autojump_clock: MockClock, name: str
) -> None:
    came = []
    for n, option in enumerate(EVERY[name]):
        came += await came_of(tmp_path / str(n), autojump_clock, [option], BASES[name])
    assert all(told.pop("named") for told in came)
    assert unlike(EVERY[name], came) == []


def unlike(every: list[Option], came: list[dict[str, object]]) -> list[str]:
    """Return the names of those that came out as their base did; and of a base that did not."""
    same: dict[str, bytes] = {}
    found = []
    for option, told in zip(every, came, strict=True):
        as_json = msgspec.json.encode(told, order="deterministic")
        if option.path == "name":
            continue  # each has one of its own, and the messages have it
        if not option.path:
            same[option.base] = as_json
        elif (as_json == same[option.base]) != (option.path == "(again)"):
            found.append(option.campaign.name)
    return found
