import pytest

from actors.mail_schema import Schema
from clarion.showing_schema import print_schema
from store.vocabulary import EventSeen, PropertySeen


def said(capsys: pytest.CaptureFixture[str], schema: Schema) -> str:
    print_schema(schema, "Europe/Oslo")
    return " ".join(capsys.readouterr().out.split())


def test_events_are_shown_with_their_counts(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, Schema(events=(EventSeen("Bought", 1_234, 1_774_774_800_000, 5, 1),)))
    assert "Bought 1,234 2026-03-29 11:00" in text
    assert "clarion schema EVENT" in text


def test_properties_are_shown_with_types_and_examples(capsys: pytest.CaptureFixture[str]) -> None:
    plain = PropertySeen("size", 7, {"number": 7}, ("38", "4\x1b1"))
    text = said(capsys, Schema(event="A", properties=(plain,)))
    assert "size number 7 38, 4�1" in text
    assert "disagree" not in text
    odd = PropertySeen("x", 3, {"text": 1, "number": 2}, ())
    text = said(capsys, Schema(event="A", properties=(odd,)))
    assert "text 1, number 2" in text
    assert "senders disagree" in text


def test_nothing_is_said_to_be_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, Schema()) == "Nothing has come in yet."
    assert said(capsys, Schema(event="A")) == "“A” has no properties."
