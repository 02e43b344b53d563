"""An example of what a schema describes, for a test to begin with; people put real words into it."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

MOMENT = "2026-01-01T12:00:00Z"


def example(schema: Schema, definitions: Mapping[str, Schema], name: str) -> Any:
    """Return a value with every field, optional ones too, and every list with a member.

    Parameters
    ----------
    schema
        A JSON Schema as pydantic makes them of events.
    definitions
        What its references mean.
    name
        The field, which is also the word that a text is made of.
    """
    if "$ref" in schema:
        definition = schema["$ref"].rpartition("/")[2]
        return example(definitions[definition], definitions, name)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for choices in ("anyOf", "oneOf", "allOf"):
        if choices in schema:
            return example(schema[choices][0], definitions, name)
    return _typed(schema, definitions, name)


def _typed(schema: Schema, definitions: Mapping[str, Schema], name: str) -> Any:
    match schema.get("type"):
        case "object":
            fields: Mapping[str, Schema] = schema.get("properties", {})
            return {key: example(value, definitions, key) for key, value in fields.items()}
        case "array":
            count = max(1, schema.get("minItems", 1))
            return [example(schema.get("items", {}), definitions, name) for _ in range(count)]
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return _text(schema, name)


def _text(schema: Schema, name: str) -> str:
    if schema.get("format") == "date-time":
        return MOMENT
    text = name.ljust(schema.get("minLength", 0), "x")
    return text[: schema.get("maxLength", len(text))]
