import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.half_pairs import mended


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (rb'"a\ud83d"', "a\N{REPLACEMENT CHARACTER}"),
        (rb'"\uDE00b"', "\N{REPLACEMENT CHARACTER}b"),
        (rb'"\ud83d\ud83d\ude00"', "\N{REPLACEMENT CHARACTER}\N{GRINNING FACE}"),
        (rb'"\ud83d\u0041"', "\N{REPLACEMENT CHARACTER}A"),
        (rb'"\ud83d\\ude00"', "\N{REPLACEMENT CHARACTER}\\ude00"),
    ],
)
def test_half_an_emoji_becomes_one_replacement_character(sent: bytes, kept: str) -> None:
    found = mended(sent)
    assert found is not None
    assert (json.loads(found), len(found)) == (kept, len(sent))


@pytest.mark.parametrize(
    "sent", [b"{}", rb'"\ud83d\ude00"', rb'"C:\\ud83d"', rb'"\\\\udead \u0064"', rb'"\u00d8"']
)
def test_whole_emoji_and_escaped_backslashes_stay(sent: bytes) -> None:
    assert mended(sent) is None


@given(st.text(st.characters() | st.characters(categories=["Cs"]) | st.just("\\")))
def test_whatever_a_sender_cuts_is_text_afterwards(text: str) -> None:
    sent = json.dumps(text).encode()
    kept = json.loads(mended(sent) or sent)
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert kept.encode().decode() == kept
    assert kept.replace("\N{REPLACEMENT CHARACTER}", "") == whole.replace(
        "\N{REPLACEMENT CHARACTER}", ""
    )
