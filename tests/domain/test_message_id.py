import re

from hypothesis import given
from hypothesis import strategies as st

from domain.message_id import MESSAGE_ID_CHARS, canonical, message_id

ANY_TEXT = st.text(st.characters(), max_size=8)  # half surrogates too
FIELDS = st.lists(ANY_TEXT, max_size=5)


def an_id(**changed: str) -> str:
    decision = {
        "key": "install-key",
        "campaign": "c_1",
        "run": "2026-03-29T09:00[Europe/Kyiv]",
        "user": "ann",
        "step": "0",
        "occurrence": "0",
    }
    decision |= changed
    key = decision.pop("key").encode()
    return message_id(key, **decision)


def test_an_id_is_the_same_for_ever() -> None:
    """A value from openssl and base32: another one re-sends what an upgrade finds on its way."""
    assert an_id() == "m1_3tlo4x76n7grqloe5wtudktfqep4r4nskx2unx36"


def test_an_id_has_the_form_that_segment_takes() -> None:
    assert re.fullmatch(r"m1_[a-z2-7]{40}", an_id())
    assert len(an_id()) == MESSAGE_ID_CHARS < 100


def test_each_part_of_a_decision_makes_another_id() -> None:
    ids = {an_id()} | {
        an_id(**{part: "x"}) for part in ("campaign", "run", "user", "step", "occurrence")
    }
    assert len(ids) == 6


def test_another_installation_makes_other_ids() -> None:
    """Segment removes duplicates over all of its customers."""
    assert an_id(key="ours") != an_id(key="theirs")


def test_the_canonical_bytes_are_written_down() -> None:
    assert canonical("ab", "", "é") == b"\0\0\0\2ab\0\0\0\0\0\0\0\2\xc3\xa9"


@given(FIELDS, FIELDS)
def test_two_decisions_never_have_the_same_bytes(one: list[str], other: list[str]) -> None:
    assert (canonical(*one) == canonical(*other)) == (one == other)


@given(st.lists(ANY_TEXT, min_size=2, max_size=2), st.integers(0, 16))
def test_moving_characters_between_neighbours_makes_other_bytes(pair: list[str], cut: int) -> None:
    whole = "".join(pair)
    moved = [whole[:cut], whole[cut:]]
    assert (canonical(*pair) == canonical(*moved)) == (pair == moved)
