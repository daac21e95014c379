from typing import Any

import msgspec
import pytest

from actors import upload
from actors.sources import Source
from actors.upload import Uploaded

NOW = 1_774_000_000_000
SOURCE = Source("ACC", "clevertap")
EVENT: dict[str, Any] = {"identity": "ana", "type": "event", "evtName": "Bought"}
PROFILE: dict[str, Any] = {"identity": "ana", "type": "profile", "profileData": {"plan": "pro"}}


def read(*records: Any) -> Uploaded:
    raws = [msgspec.Raw(msgspec.json.encode(one)) for one in records]
    return upload.read(raws, source=SOURCE, received_ms=NOW)


def with_data(**data: Any) -> dict[str, Any]:
    return PROFILE | {"profileData": data}


DEEP: Any = 1
for _ in range(40):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (EVENT | {"evtName": None}, 509),
        (EVENT | {"evtName": " "}, 509),
        (EVENT | {"evtName": "x" * 257}, 509),
        (7, 512),
        (EVENT | {"evtData": []}, 512),
        (EVENT | {"evtData": {"x": DEEP}}, 512),
        (EVENT | {"evtData": {"x": "y" * 33_000}}, 512),
        (EVENT | {"id": 7}, 512),
        (PROFILE | {"profileData": None}, 512),
        (EVENT | {"evtName": "App Launched"}, 513),
        (with_data(Gender="X"), 514),
        (with_data(Email="nobody"), 515),
        (with_data(Email=7), 515),
        (with_data(Phone="12345"), 516),
        (with_data(Age=-1), 520),
        (with_data(Age="old"), 520),
        (EVENT | {"evtData": {str(n): n for n in range(257)}}, 522),
        (with_data(**{str(n): n for n in range(257)}), 522),
        ({"type": "event", "evtName": "E"}, 523),
        (EVENT | {"identity": ""}, 523),
        (EVENT | {"identity": "a\0b"}, 523),
        (EVENT | {"identity": "anon:x"}, 523),
        (EVENT | {"identity": "erased:x"}, 523),
        (EVENT | {"objectId": ["d"]}, 523),
        (EVENT | {"type": "noise"}, 524),
        (EVENT | {"type": None}, 524),
        (EVENT | {"ts": "soon"}, 525),
        (EVENT | {"ts": NOW}, 525),
        (EVENT | {"ts": -5}, 525),
        (EVENT | {"ts": True}, 525),
    ],
)
def test_each_mistake_has_its_code_and_harms_no_neighbour(record: Any, code: int) -> None:
    found = read(EVENT, record, PROFILE)
    assert len(found.records) == 2
    (bad,) = found.unprocessed
    assert (bad.code, bad.status) == (code, "fail")
    msgspec.json.decode(msgspec.json.encode(bad))


def test_all_that_is_wrong_with_a_record_is_said_at_once() -> None:
    (bad,) = read(with_data(Email="x", Phone="y", Gender="z") | {"ts": "soon"}).unprocessed
    assert all(word in bad.error for word in ("Email", "Phone", "Gender", "ts"))


def test_the_standard_fields_have_the_names_of_segments_traits() -> None:
    record = with_data(Name="A", Email="a@b.co", Phone="+47 123 45 678", Tz="UTC", DOB="$D_0", x=1)
    (kept,) = read(record).records
    assert msgspec.json.decode(kept.body) == {
        "name": "A",
        "email": "a@b.co",
        "phone": "+47 123 45 678",
        "timezone": "UTC",
        "birthday": "1970-01-01T00:00:00Z",
        "x": 1,
    }


def test_dates_are_moments_wherever_they_stand() -> None:
    data = {"at": "$D_1774000000", "list": ["$D_0"], "far": "$D_999999999999", "no": "D_5"}
    (kept,) = read(EVENT | {"evtData": data}).records
    assert msgspec.json.decode(kept.body) == data | {
        "at": "2026-03-20T09:46:40Z",
        "list": ["1970-01-01T00:00:00Z"],
    }


def test_an_identity_beside_a_device_says_whose_the_device_is() -> None:
    both, device, number = read(
        EVENT | {"objectId": "d1"},
        {"objectId": "d1", "type": "event", "evtName": "E"},
        EVENT | {"identity": 42},
    ).records
    assert (both.user, both.also) == ("ana", ("anon:d1",))
    assert (device.user, device.also) == ("anon:d1", ())
    assert number.user == "42"


def test_the_same_twice_in_one_request_is_twice_and_the_request_again_is_once() -> None:
    timed = EVENT | {"ts": 1_774_000_000}
    first = [record.source_id for record in read(timed, timed).records]
    assert len(set(first)) == 2
    assert [record.source_id for record in read(timed, timed).records] == first


def test_what_is_over_a_limit_of_a_profile_is_left_out_with_its_place() -> None:
    found = read(EVENT, with_data(bio="x" * 600, plan="pro"))
    assert msgspec.json.decode(found.records[1].body) == {"plan": "pro"}
    ((where, over),) = found.left_out
    assert (where, over.key) == ("d[1].profileData", "bio")


def test_a_key_of_an_event_that_no_condition_can_name_is_left_out_with_its_place() -> None:
    record = EVENT | {"evtData": {"k" * 121: 1, "plan": "pro"}}
    found = read(record)
    assert [where for where, _ in found.left_out] == ["d[0].evtData"]
    assert msgspec.json.decode(found.records[0].body) == {"plan": "pro"}
