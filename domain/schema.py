"""The JSON Schema of a definition, for editors and other programs; its words are the docstrings."""

import inspect
from typing import Any

import msgspec

from domain.campaign import Campaign

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def campaign_schema() -> dict[str, Any]:
    """Return the schema of a campaign's definition (its shape; the rules of content are more)."""
    schema = msgspec.json.schema(Campaign)
    described: dict[str, Any] = _cleaned(schema)
    return {"$schema": DIALECT, "title": "A Clarion campaign", **described}


def _cleaned(schema: Any) -> Any:
    """Return a schema whose descriptions have lost the indentation of the code."""
    if isinstance(schema, list):
        return [_cleaned(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: inspect.cleandoc(value)
        if key == "description" and isinstance(value, str)
        else _cleaned(value)
        for key, value in schema.items()
    }
