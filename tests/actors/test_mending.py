import json
import time

import pytest

from actors.mending import mended


def test_a_byte_order_mark_before_the_body_goes() -> None:
    assert mended(b'\xef\xbb\xbf{"a": 1}') == b'{"a": 1}'


@pytest.mark.parametrize("word", ["NaN", "-NaN", "Infinity", "-Infinity", "nan", "inf", "-inf"])
def test_a_word_for_a_number_becomes_one_that_no_reader_takes(word: str) -> None:
    assert mended(f'[{{"a": {word}}}, {word}]'.encode()) == b'[{"a": 1e999}, 1e999]'


@pytest.mark.parametrize(
    "sent",
    [
        b'{"a": 1}',
        b'{"NaN": "NaN, Infinity"}',
        rb'{"a": "\"NaN", "b": "\\", "inf": "a NaN"}',
        rb'{"a": "NaN\"',
        b'{"nano": "banana", "a": "Infinity',
    ],
)
def test_a_word_within_a_text_stays(sent: bytes) -> None:
    assert mended(sent) is None


def test_everything_is_mended_at_once() -> None:
    sent = b'\xef\xbb\xbf["\\ud83d", NaN]'
    assert json.loads(mended(sent) or b"") == ["\N{REPLACEMENT CHARACTER}", float("inf")]


@pytest.mark.parametrize("sent", [b'"' + rb"\"" * 250_000 + b"NaN", b'"' * 499_999 + b"NaN"])
def test_a_body_that_is_made_to_be_slow_is_not(sent: bytes) -> None:
    began = time.process_time()
    mended(sent)
    assert time.process_time() - began < 2
