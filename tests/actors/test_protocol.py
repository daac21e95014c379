from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors import protocol
from actors.protocol import DEPTH_MAX, ITEM_BYTES_MAX, ITEMS_MAX, Posted, Read
from actors.sources import DEFAULT, Source
from domain.problem import Problem

NOW = 1_774_000_000_000
SOURCE = Source(DEFAULT)
GOOD: dict[str, Any] = {"type": "track", "userId": "u", "event": "E", "messageId": "m"}


def taken(*items: Any, **envelope: Any) -> Read:
    posted = protocol.open_body(msgspec.json.encode({"batch": items, **envelope}), single=False)
    assert isinstance(posted, Posted)
    return protocol.read(posted, kind=None, source=SOURCE, received_ms=NOW)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"type": "noise"}, "type"),
        ({"type": []}, "type"),
        ({"type": {}}, "type"),
        ({"type": None}, "type"),
        ({"userId": 7}, "userId"),
        ({"userId": ""}, "userId"),
        ({"userId": " ", "anonymousId": "  "}, "userId"),
        ({"userId": "x" * 257}, "userId"),
        ({"userId": "anon:7"}, "userId"),
        ({"anonymousId": ["a"]}, "anonymousId"),
        ({"messageId": 5}, "messageId"),
        ({"messageId": "m" * 101}, "messageId"),
        ({"event": " "}, "event"),
        ({"event": None}, "event"),
        ({"properties": []}, "properties"),
        ({"properties": {str(n): n for n in range(257)}}, "properties"),
        ({"traits": "x"}, "traits"),
        ({"context": 3}, "context"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"timestamp": 1_774_000_000}, "timestamp"),
    ],
)
def test_a_bad_item_is_named_by_its_place_and_its_neighbours_are_kept(
    change: dict[str, Any], where: str
) -> None:
    found = taken(GOOD, GOOD | change, GOOD)
    assert len(found.records) == 2
    assert found.problems[0].where == f"batch[1].{where}"
    assert all(problem.fix for problem in found.problems)


def test_everything_wrong_with_an_item_is_said_at_once() -> None:
    found = taken({"type": "track", "properties": 1})
    assert {p.where for p in found.problems} == {
        "batch[0].userId",
        "batch[0].event",
        "batch[0].properties",
    }


@pytest.mark.parametrize("item", [None, 3, "text", [], True])
def test_an_item_that_is_no_object_harms_no_other(item: Any) -> None:
    found = taken(item, GOOD)
    assert [len(found.records), found.problems[0].where] == [1, "batch[0]"]


def test_an_item_too_large_or_too_deep_harms_no_other() -> None:
    deep: Any = 1
    for _ in range(DEPTH_MAX + 1):
        deep = [deep]
    large = GOOD | {"properties": {"x": "y" * ITEM_BYTES_MAX}}
    found = taken(GOOD, large, GOOD | {"properties": {"x": deep}})
    assert [p.where for p in found.problems] == ["batch[1]", "batch[2]"]
    flat = GOOD | {"properties": {"x": "[" * 500, "y": [[]] * 100}}
    assert len(taken(flat).records) == 1


def test_a_batch_of_too_many_is_refused_whole() -> None:
    body = msgspec.json.encode({"batch": [GOOD] * (ITEMS_MAX + 1)})
    assert isinstance(protocol.open_body(body, single=False), Problem)


def test_an_anonymous_user_is_the_device() -> None:
    (record,) = taken({"type": "track", "anonymousId": "d1", "event": "E"}).records
    assert record.user == "anon:d1"


def test_who_is_known_is_not_the_device() -> None:
    (record,) = taken(GOOD | {"anonymousId": "d1"}).records
    assert record.user == "u"


@pytest.mark.parametrize(("skew_ms", "moved"), [(3_600_000, True), (59_000, False)])
def test_a_senders_wrong_clock_is_put_right(skew_ms: int, moved: bool) -> None:
    sent = msgspec.to_builtins(_date(NOW - skew_ms))
    happened = msgspec.to_builtins(_date(NOW - skew_ms - 5_000))
    (record,) = taken(GOOD | {"timestamp": happened}, sentAt=sent).records
    assert record.time_ms == (NOW - 5_000 if moved else NOW - skew_ms - 5_000)


def test_without_a_time_it_happened_when_it_came() -> None:
    (record,) = taken(GOOD, sentAt="nonsense").records
    assert record.time_ms == NOW


def test_a_call_without_an_id_of_its_own_acts_once_by_what_it_says() -> None:
    bare = {"type": "track", "userId": "u", "event": "E", "timestamp": "2026-03-20T09:00:00Z"}
    one, same, other = taken(bare, bare, bare | {"properties": {"a": 1}}).records
    assert one.source_id == same.source_id != other.source_id


def test_a_call_with_neither_id_nor_time_acts_each_time_that_it_comes() -> None:
    bare = {"type": "track", "userId": "u", "event": "E"}
    posted = protocol.open_body(msgspec.json.encode({"batch": [bare, bare]}), single=False)
    assert isinstance(posted, Posted)
    ids = [
        record.source_id
        for nth in (1, 2)  # of two requests in one millisecond
        for record in protocol.read(
            posted, kind=None, source=SOURCE, received_ms=NOW, nth=nth
        ).records
    ]
    assert len(set(ids)) == 4


def test_calls_become_events_profiles_and_others() -> None:
    kinds = ["track", "identify", "page", "screen", "group", "alias"]
    more = {"name": "Home", "groupId": "g", "previousId": "old"}
    calls = [GOOD | more | {"type": kind, "messageId": kind} for kind in kinds]
    assert [(r.kind, r.name) for r in taken(*calls).records] == [
        ("event", "E"),
        ("profile", ""),
        ("event", "Loaded a Page"),
        ("event", "Loaded a Screen"),
        ("profile", ""),
        ("other", "alias"),
    ]


@pytest.mark.parametrize("kind", ["track", "identify", "page", "screen", "group", "alias"])
def test_every_call_tells_by_its_context_where_its_user_is(kind: str) -> None:
    more = {"type": kind, "groupId": "g", "previousId": "old", "event": "E", "userId": "u"}
    (record,) = taken(more | {"context": {"timezone": "Asia/Tokyo"}}).records
    assert record.seen == {"context_timezone": "Asia/Tokyo"}
    (device,) = taken(more | {"context": {"timezone": "UTC", "device": {"token": "t"}}}).records
    assert set(device.seen) == {"context_timezone", "devices"}


_scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=20)
_any = st.recursive(
    _scalars | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
_keys = ["type", "userId", "anonymousId", "messageId", "event", "timestamp", "properties", "traits"]
_items = st.dictionaries(st.sampled_from([*_keys, "context", "name"]), _any) | _any
_almost = st.builds(lambda extra: GOOD | extra, st.dictionaries(st.sampled_from(_keys), _any))


@settings(max_examples=150)
@given(items=st.lists(_items | _almost, max_size=5), sent=_any)
def test_whatever_json_comes_each_item_is_kept_or_named(items: list[Any], sent: Any) -> None:
    body = msgspec.json.encode({"batch": items, "sentAt": sent})
    posted = protocol.open_body(body, single=False)
    assert isinstance(posted, Posted)
    found = protocol.read(posted, kind=None, source=SOURCE, received_ms=NOW)
    bad = {p.where.split(".")[0] for p in found.problems}
    assert len(found.records) + len(bad) == len(items)


@settings(max_examples=150)
@given(body=st.binary(max_size=80), single=st.booleans())
def test_whatever_bytes_come_they_are_opened_or_refused(body: bytes, single: bool) -> None:
    protocol.open_body(b'{"batch":[' + body + b"]}", single=single)
    protocol.open_body(body, single=single)


def _date(at_ms: int) -> Any:
    return msgspec.convert(at_ms / 1000, type=datetime, strict=False)


@pytest.mark.parametrize("single", [True, False])
def test_half_an_emoji_costs_neither_its_own_call_nor_the_batch(single: bool) -> None:
    """JavaScript cuts an emoji in two, and writes the half as it is."""
    call = rb'{"type": "track", "userId": "u", "event": "E", "properties": {"title": "a\ud83d"}}'
    body = call if single else b'{"batch": [%s, %s]}' % (call, msgspec.json.encode(GOOD))
    posted = protocol.open_body(body, single=single)
    assert isinstance(posted, Posted)
    kind = "track" if single else None
    found = protocol.read(posted, kind=kind, source=SOURCE, received_ms=NOW)
    assert len(found.records) == (1 if single else 2)
    kept = msgspec.json.decode(found.records[0].body)
    assert kept["title"] == "a\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("number", [b"NaN", b"-Infinity", b"1e999"])
@pytest.mark.parametrize("single", [True, False])
def test_a_number_that_is_none_costs_its_own_call_and_is_named(number: bytes, single: bool) -> None:
    """Python's encoder writes NaN, and JSON has no word for it."""
    bad = b'{"type":"track","userId":"u","event":"E","properties":{"x":1,"price":%s}}' % number
    good = msgspec.json.encode(GOOD)
    posted = protocol.open_body(
        bad if single else b'{"batch":[%s,%s,%s]}' % (good, bad, good), single=single
    )
    assert isinstance(posted, Posted)
    kind = "track" if single else None
    found = protocol.read(posted, kind=kind, source=SOURCE, received_ms=NOW)
    assert len(found.records) == (0 if single else 2)
    place = "properties.price" if single else "batch[1].properties.price"
    assert [(p.where, p.what[:18]) for p in found.problems] == [(place, "It is no number th")]


def test_a_byte_order_mark_is_passed_over() -> None:
    body = b"\xef\xbb\xbf" + msgspec.json.encode({"batch": [GOOD]})
    assert isinstance(protocol.open_body(body, single=False), Posted)


def test_an_events_key_that_no_condition_can_name_is_left_out_and_told() -> None:
    found = taken(GOOD | {"properties": {"k" * 121: 1, "plan": "pro"}})
    assert [msgspec.json.decode(each.body) for each in found.records] == [{"plan": "pro"}]
    assert [each.where[:22] for each in found.left_out] == ["batch[0].properties.kk"]


def test_a_date_as_clevertap_writes_it_is_a_date_in_every_call() -> None:
    date, read = {"born": ["$D_0"]}, {"born": ["1970-01-01T00:00:00Z"]}
    who = {"userId": "u"}
    found = taken(
        GOOD | {"properties": date},
        who | {"type": "identify", "traits": date},
        who | {"type": "identify", "context": {"traits": date}},
    )
    assert [msgspec.json.decode(each.body) for each in found.records] == [read] * 3
