import msgspec
import pytest

from actors import unreadable
from actors.unreadable import NUMBER_WHAT, PLACE_CHARS_MAX, Reason


def reason(raw: bytes) -> Reason:
    with pytest.raises(unreadable.ERRORS) as caught:
        msgspec.json.decode(raw, type=dict[str, object])
    return unreadable.reason(raw, caught.value)


@pytest.mark.parametrize(
    ("raw", "place", "what"),
    [
        (b'{"a": {"b": [1, 1e999]}}', "a.b[1]", NUMBER_WHAT),
        (b'{"a": -1e999, "b": 1e999}', "a", NUMBER_WHAT + " So is 1 more of its numbers."),
        (b'{"a": [1e999, 1e999, 1e999]}', "a[0]", NUMBER_WHAT + " So are 2 more of its numbers."),
        (b" [1e999]", "", "It is not an object."),
        (b"7", "", "It is not an object."),
        (b'{"a": "\xff"}', "", "It is not UTF-8."),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "", "Its lists and objects nest too deep."),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(raw: bytes, place: str, what: str) -> None:
    found = reason(raw)
    assert (found.place, found.what) == (place, what)
    assert found.fix


def test_what_is_no_json_at_all_is_told_where_reading_ended() -> None:
    assert reason(b'{"a": 1,}').what.startswith("It is not readable: JSON is malformed")


def test_a_long_key_is_not_repeated_whole() -> None:
    assert len(reason(b'{"%s": 1e999}' % (b"k" * 5_000)).place) == PLACE_CHARS_MAX
