"""An audience from an untrusted hand: whatever stands in it is a name or a value, never a command.

Each hostile text is the name of an event, of a property, of a trait, of a list and of a device's
field at once, in the definition and in the data; so it reaches every place where a text goes.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.audience import (
    All,
    Amount,
    AnyOf,
    CustomList,
    Device,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidNot,
    DidShare,
    DidSum,
    Doing,
    Filter,
    Geography,
    Node,
    Not,
    Property,
    SameValue,
    Step,
    StepNot,
)
from domain.audience_source import AudienceText, read_audience
from domain.facts import Event, User
from domain.matching import matches
from domain.rules_who import node_problems
from domain.telling import describe_node
from domain.toml_writer import write_audience
from store import audience, diagnostics
from store.projection import Projection
from tests.store.copies import DRAW, NOW_MS, rows

HOSTILE = [
    "'); DROP TABLE users; --",
    '"; DELETE FROM events; --',
    "' OR '1'='1",
    "a' UNION SELECT write_blob('x', '/tmp/clarion-injected') --",
    "/* */ OR 1=1 /*",
    "$.price",
    "$[0]",
    "$.a[*].b",
    "a.b.c",
    "price') IS NULL OR ('1'='1",
    '$."a\\"b"',
    "->>'$.email'",
    "%(param_1)s",
    ":param_1",
    "$1",
    "?",
    "{0}",
    "{{ Profile.email }}",
    "%s%n%x",
    "\\",
    "\\'",
    "\\u0027",
    "user",
    "h",
    "suppressed",
    "scope",
    "s1",
    "n1",
    "t1",
    "single",
    "__class__",
    "__proto__",
    "constructor",
    "None",
    "NULL",
    "true",
    "-1",
    "1e309",
    "read_csv('/etc/passwd')",
    "\N{FULLWIDTH APOSTROPHE} OR 1=1",
    "\N{MODIFIER LETTER APOSTROPHE}; DROP TABLE users",
    "e\N{COMBINING ACUTE ACCENT}",
    "😀\N{ZERO WIDTH JOINER}😀",
    "İstanbul",
    "ﬁ",
    "<!channel> <script>alert(1)</script>",
    "x" * 80,
]
NAMED = "Bought"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projection]:
    """Hold what users "yes" and "no" have under every hostile name."""
    copy = Projection.open(tmp_path_factory.mktemp("copy") / "audience.duckdb")
    copy.catch_up(rows(HISTORY), USERS)
    yield copy
    copy.close()


def traits(value: object) -> dict[str, object]:
    return dict.fromkeys(HOSTILE, value)


USERS = [
    User(
        "yes",
        1,
        {**traits("it"), "city": HOSTILE[0], "devices": [{"os": name} for name in HOSTILE[:9]]},
        lists=frozenset(HOSTILE),
    ),
    User("no", 2, {**traits(5), "devices": [{"os": "iOS"}]}),
    User("list", 3, traits(["it", {"a": 1}])),  # what stands in no column, but among the items
]
HISTORY = [
    Event(seq, f"m{seq}", user, name, NOW_MS, NOW_MS, {**traits(value), "amount": 3})
    for seq, (user, name, value) in enumerate(
        [
            *(("yes", name, "it") for name in HOSTILE),
            *(("yes", NAMED, name) for name in HOSTILE),
            *(("no", name, 5) for name in HOSTILE[::2]),
            *(("list", name, ["it", name]) for name in HOSTILE[1::2]),
        ],
        1,
    )
]


def trees(evil: str) -> list[Node]:
    where = (Filter(evil, "equals", "it"),)
    return [
        Property(evil, "equals", "it"),
        Property(evil, "contains", evil),
        Not(Property(evil, "in", (evil, 5))),
        Geography(city=(evil,)),
        Device((Filter("os", "equals", evil),)),
        Device((Filter("app_version", "<", evil),)),
        CustomList(evil),
        Did(evil, where, also=(Doing(NAMED, (Filter(evil, "starts_with", evil),)),)),
        DidNot(evil, (Filter(evil, "exists"),)),
        DidFirst(evil, where),
        DidSum(NAMED, evil, Amount("=", 0), also=(Doing(evil),)),
        DidAverage(evil, "amount", Amount(">=", 3), where),
        DidMostly(NAMED, evil, evil),
        DidShare(NAMED, evil, evil, 1),
        SameValue(evil, (Step(evil), Step(NAMED, property=evil)), (StepNot("Nothing"),)),
    ]


@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_a_name_to_memory_and_to_the_database_alike(
    copy: Projection, evil: str
) -> None:
    every = trees(evil)
    alone = every[HOSTILE.index(evil) % len(every)]
    for node in (alone, AnyOf(tuple(every)), All(tuple(map(Not, every)))):
        found = {
            one.user
            for one in audience.select(
                copy, node, now_ms=NOW_MS, zone="UTC", draw=DRAW, lists={evil: ["yes"]}
            )
        }
        expected = {
            one.user
            for one in USERS
            if matches(
                node, one, [e for e in HISTORY if e.user == one.user], now_ms=NOW_MS, zone="UTC"
            )
        }
        assert found == expected, node
    assert audience.count(copy, All(()), now_ms=NOW_MS, zone="UTC").qualified == len(USERS)


@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_counted_and_told_as_a_name(copy: Projection, evil: str) -> None:
    (found,) = diagnostics.mismatches(copy, Property(evil, "equals", "it"))
    assert (found.count, evil in str(found)) == (1, True)
    for node in trees(evil):
        assert all("\n" not in line for line in describe_node(node))


@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_goes_to_a_file_and_comes_back(evil: str) -> None:
    for node in trees(evil):
        found = read_audience(write_audience(node))
        assert isinstance(found, AudienceText)
        assert found.who == node


@pytest.mark.parametrize(
    "name", ["a\0b", "a\nb", "", " ", "\N{RIGHT-TO-LEFT OVERRIDE}a", "x" * 257]
)
def test_a_name_that_nobody_could_read_is_refused(name: str) -> None:
    assert list(node_problems(Did(name), "who", None))


def test_nothing_was_written_anywhere(copy: Projection, tmp_path: Path) -> None:
    assert not Path("/tmp/clarion-injected").exists()
    with copy.asking("SELECT count(*) FROM events", []) as cursor:
        assert cursor.fetchall() == [(len(HISTORY),)]
