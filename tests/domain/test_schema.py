import tomllib
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships none

from domain.campaign import Campaign, plain
from domain.decoding import fits
from domain.schema import campaign_schema
from tests.domain.definitions import campaigns, example, sweep

VALIDATOR = Draft202012Validator(campaign_schema())
PLAIN: dict[str, Any] = {"name": "a", "kind": "past_behaviour"}


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(campaign_schema())


@pytest.mark.parametrize("name", ["live-cart", "win-back"])
def test_the_examples_of_the_docs_are_valid(name: str) -> None:
    VALIDATOR.validate(tomllib.loads(example(name)))


@sweep
@given(campaigns())
def test_every_campaign_is_valid(campaign: Campaign) -> None:
    VALIDATOR.validate(msgspec.json.decode(msgspec.json.encode(plain(campaign))))


@pytest.mark.parametrize(
    "data",
    [
        {"name": "a"},
        {**PLAIN, "kind": "lives"},
        {**PLAIN, "labls": []},
        {**PLAIN, "labels": "a"},
        {**PLAIN, "who": {"of": []}},
        {**PLAIN, "who": {"type": "none"}},
        {**PLAIN, "who": {"type": "did"}},
        {**PLAIN, "who": {"type": "property", "name": "a", "op": "is"}},
        {**PLAIN, "who": {"type": "not", "of": {"type": "all", "of": [{"type": "x"}]}}},
        {**PLAIN, "limits": {"cap_total": "5"}},
        {**PLAIN, "what": {"key_values": {"a": 1}}},
        {**PLAIN, "do_not_disturb": {"start": "21:00"}},
    ],
    ids=str,
)
def test_a_definition_of_the_wrong_shape_is_invalid(data: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(data)
    assert not fits(data, Campaign)


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """List every object of a schema."""
    yield from schema["$defs"].values()


def test_everything_has_a_title_and_a_description_without_indentation() -> None:
    for each in objects(campaign_schema()):
        assert each["title"]
        assert each["description"]
        assert "\n  " not in each["description"]
