import io
import json
from functools import partial
from typing import Any

import pytest

from actors import file_records
from actors.file_layout import Layout, What, lay_out
from actors.file_records import LINE_CHARS_MAX, Partly
from actors.file_table import BadRow, Row
from actors.file_types import Column, split_header
from actors.file_types import Kind as Holds
from domain.problem import Problem
from store.lists import Entry
from store.log import Incoming

MARCH_29 = 1_774_774_800_000  # 2026-03-29T09:00:00Z
NOW = MARCH_29 + 3_600_000
read_events = partial(file_records.events, now_ms=NOW)


def layout(what: What, *names: str, every_row_is: str = "") -> Layout:
    split = [split_header(name) for name in names]
    columns = [Column(key, kind or Holds.TEXT, given=kind is not None) for key, kind in split]
    found = lay_out(what, columns, every_row_is=every_row_is)
    assert isinstance(found, Layout), found
    return found


def rows(*cells: list[str]) -> list[Row | BadRow]:
    return [Row(line, each) for line, each in enumerate(cells, start=2)]


def body(record: Incoming | Partly | list[Problem]) -> Any:
    assert isinstance(record, Incoming), record
    return json.loads(record.body)


def problems(found: object) -> list[tuple[int | None, str]]:
    assert isinstance(found, list), found
    return [(each.line, each.where) for each in found]


def test_a_profile_has_the_traits_of_its_cells_but_the_empty_ones() -> None:
    names = layout("profiles", "identity", "age:number", "vip:flag", "tags:list", "city")
    (found,) = file_records.profiles(names, rows([" u1 ", "38", "true", "a|b", ""]), source="d")
    assert body(found) == {"age": 38, "vip": True, "tags": ["a", "b"]}
    assert isinstance(found, Incoming)
    assert (found.kind, found.user) == ("profile", "u1")


def test_a_value_over_a_limit_is_left_out_alone_and_named_with_its_line() -> None:
    names = layout("profiles", "identity", "bio", "city")
    (found,) = file_records.profiles(names, rows(["u1", "x" * 513, "Moss"]), source="d")
    assert isinstance(found, Partly), found
    assert body(found.record) == {"city": "Moss"}
    assert problems(list(found.problems)) == [(2, "bio")]


def test_a_profile_is_known_by_its_file_and_line() -> None:
    names = layout("profiles", "identity", "city")
    given = rows(["u1", "Moss"], ["u1", "Moss"])
    first = [each.source_id for each in file_records.profiles(names, given, source="d")]  # type: ignore[union-attr]
    again = [each.source_id for each in file_records.profiles(names, given, source="d")]  # type: ignore[union-attr]
    other = [each.source_id for each in file_records.profiles(names, given, source="e")]  # type: ignore[union-attr]
    assert first == again
    assert len({*first, *other}) == 4


def test_an_event_has_its_name_time_and_properties() -> None:
    names = layout("events", "identity", "anonymousId", "event", "time", "id", "revenue:number")
    (found,) = read_events(names, rows(["u1", "a1", "Bought", "2026-03-29 09:00:00", "m1", "12.5"]))
    assert isinstance(found, Incoming)
    assert (found.user, found.name, found.time_ms) == ("u1", "Bought", MARCH_29)
    assert (found.source_id, body(found)) == ("m1", {"revenue": 12.5})


def test_rows_without_an_id_that_are_the_same_are_the_same_event() -> None:
    names = layout("events", "identity", "time", "size", every_row_is="Bought")
    day = "2026-03-29"
    given = rows(["u1", day, "38"], ["u1", day, "38"], ["u1", day, "39"], ["u2", day, "38"])
    ids = [each.source_id for each in read_events(names, given, every_row_is="Bought")]  # type: ignore[union-attr]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2026-03-29T09:00:00Z", MARCH_29),
        ("2026-03-29T11:00:00+02:00", MARCH_29),
        ("2026-03-29 09:00:00", MARCH_29),
        (str(MARCH_29), MARCH_29),
        (str(MARCH_29 // 1000), MARCH_29),
    ],
)
def test_a_time_may_be_written_in_these_ways(text: str, ms: int) -> None:
    names = layout("events", "identity", "time", every_row_is="A")
    (found,) = read_events(names, rows(["u1", text]), every_row_is="A")
    assert isinstance(found, Incoming)
    assert found.time_ms == ms


def test_every_problem_of_a_row_is_named_with_its_line_and_the_others_are_taken() -> None:
    names = layout("events", "identity", "time", "age:number", "vip:flag", every_row_is="A")
    bad = BadRow(Problem("row", "It is bad.", "Mend it.", 3))
    given = [*rows(["u1", "soon", "x", "y"]), bad, *rows(["", "2026-03-29", "1", "true"])]
    first, second, third = read_events(names, given, every_row_is="A")
    assert problems(first) == [(2, "age"), (2, "vip"), (2, "time")]
    assert problems(second) == [(3, "row")]
    assert problems(third) == [(2, "identity")]


@pytest.mark.parametrize(
    "text",
    [
        *("20260329", "1900-01-01", "2031-01-01", "1989-12-31T23:59:59Z", "2026-03-30T10:00:01Z"),
        "9999-12-31T23:59:59-14:00",  # in a year that UTC's calendar has not
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_a_time_at_which_nothing_can_have_happened_is_refused(text: str) -> None:
    names = layout("events", "identity", "time", every_row_is="A")
    (found,) = read_events(names, rows(["u1", text]), every_row_is="A")
    assert problems(found) == [(2, "time")]
    line = json.dumps({"userId": "u1", "event": "A", "timestamp": text}) + "\n"
    assert isinstance(next(file_records.calls_of(io.StringIO(line), now_ms=NOW)), list)


def test_lines_of_json_are_calls_of_the_protocol() -> None:
    when = '"timestamp":"2026-03-29T09:00:00Z"'
    text = "\n".join(
        [
            f'{{"userId":"u1","event":"Bought","properties":{{"a":1}},{when}}}',
            "",
            f'{{"type":"identify","userId":"u1","traits":{{"city":"Moss"}},{when}}}',
            '{"userId":"u1","event":"Bought"}',
            f"[{when}]",
            f'{{"userId":"u1",{when}}}',
            '{"a":"' + "x" * LINE_CHARS_MAX + '"}',
            "\udce9",
            f'{{"userId":"u2","event":"Bought",{when}}}',
        ]
    )
    found = list(file_records.calls_of(io.StringIO(text), now_ms=NOW))
    kinds = [each.kind if isinstance(each, Incoming) else problems(each)[0][0] for each in found]
    assert kinds == ["event", "profile", 4, 5, 6, 7, 8, "event"]
    assert body(found[0]) == {"a": 1}


def test_a_row_of_a_list_is_an_identity_or_an_object() -> None:
    names = layout("list", "Type", "Identity")
    found = list(
        file_records.entries(names, rows(["i", "u1"], ["G", "a1"], ["x", "u2"], ["i", ""]))
    )
    assert found[:2] == [Entry("identity", "u1"), Entry("object", "a1")]
    assert [problems(each) for each in found[2:]] == [[(4, "Type")], [(5, "Identity")]]
    padded = file_records.entries(names, rows([" i ", " u1 "], ["i", " "]))
    assert next(padded) == Entry("identity", " u1 ")
    assert problems(next(padded)) == [(3, "Identity")]
    only = layout("list", "identity")
    assert list(file_records.entries(only, rows(["u1"]))) == [Entry("identity", "u1")]


def test_a_time_beyond_all_years_is_none() -> None:
    assert file_records.iso("9999999999999999") is None
    assert file_records.iso("-9999999999999999") is None


def test_a_line_of_json_has_no_place_in_a_batch_and_says_when() -> None:
    lines = '{"type":5}\n{"event":"A","timestamp":"2026-03-29"}\n{"event":"A","userId":"u"}\n'
    first, second, third = file_records.calls_of(io.StringIO(lines), now_ms=NOW)
    assert problems(first)[0] == (1, "type")
    assert problems(second)[0] == (2, "userId")
    assert isinstance(third, list)
    assert [each.what for each in third] == ["It does not say when."]


def test_what_to_do_about_a_time_to_come_is_another_than_about_digits_of_a_date() -> None:
    names = layout("events", "identity", "time", every_row_is="A")
    given = rows(["u1", "2026-03-31"], ["u1", "20260331"])
    ahead, digits = read_events(names, given, every_row_is="A")
    assert isinstance(ahead, list)
    assert isinstance(digits, list)
    assert "import it afterwards" in ahead[0].fix
    assert "Write it as" in digits[0].fix


def test_purchases_of_1997_are_events_and_digits_of_a_date_are_none() -> None:
    names = layout("events", "identity", "time", every_row_is="A")
    given = rows(["u1", "1997-01-18"], ["u1", "19970118"])
    old, odd = file_records.events(names, given, now_ms=NOW, every_row_is="A")
    assert isinstance(old, Incoming)
    assert problems(odd) == [(3, "time")]


def test_a_line_with_half_an_emoji_is_a_call_as_over_http() -> None:
    when = '"timestamp":"2026-03-29T09:00:00Z"'
    line = f'{{"userId":"u","event":"A",{when},"properties":{{"t":"\\ud83d"}}}}\n'
    (found,) = file_records.calls_of(io.StringIO(line), now_ms=NOW)
    assert body(found) == {"t": "\N{REPLACEMENT CHARACTER}"}


def test_a_line_with_a_number_that_is_none_is_named_with_its_place() -> None:
    bad = '{"event":"E","userId":"u","timestamp":"2026-03-29T09:00:00Z","properties":{"p":NaN}}'
    (found,) = file_records.calls_of(io.StringIO(bad + "\n"), now_ms=NOW)
    assert problems(found) == [(1, "properties.p")]


def test_a_key_of_an_event_that_is_too_long_is_left_out_alone_and_named() -> None:
    call = {"event": "E", "userId": "u", "timestamp": "2026-03-29T09:00:00Z"}
    line = json.dumps(call | {"properties": {"k" * 121: 1, "p": 2}})
    (found,) = file_records.calls_of(io.StringIO(line + "\n"), now_ms=NOW)
    assert isinstance(found, Partly), found
    assert (body(found.record), found.problems[0].where[:3]) == ({"p": 2}, "kkk")


def test_what_is_wrong_with_a_row_is_named_as_its_own_file_names_it() -> None:
    names = layout("events", "User_Id", "Event", "Timestamp", "Event_Id", "Anonymous_Id")
    good = ["u1", "A", "2026-03-29T09:00:00Z", "1", "d"]
    for place, bad, name in (
        (0, "u" * 257, "User_Id"),
        (1, " ", "Event"),
        (2, "1970-01-02", "Timestamp"),
        (2, "soon", "Timestamp"),
        (3, "m" * 101, "Event_Id"),
        (4, "d" * 257, "Anonymous_Id"),
    ):
        (found,) = read_events(names, rows([*good[:place], bad, *good[place + 1 :]]))
        assert problems(found) == [(2, name)]
    (nobody,) = read_events(names, rows(["", *good[1:4], " "]))
    assert problems(nobody) == [(2, "User_Id or Anonymous_Id")]
    (listed,) = file_records.entries(layout("list", "user_id"), rows([""]))
    assert problems(listed) == [(2, "user_id")]
