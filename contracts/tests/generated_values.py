"""Generated values: what a writer of a schema may write."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from hypothesis import strategies as st


def values_of(
    schema: Mapping[str, Any], definitions: Mapping[str, Any] | None = None
) -> st.SearchStrategy[Any]:
    """Return what a writer of a schema may write: all required fields, any optional ones, no other."""
    known = schema.get("$defs", {}) if definitions is None else definitions
    if "$ref" in schema:
        return values_of(known[schema["$ref"].rpartition("/")[2]], known)
    if "anyOf" in schema:
        return st.one_of(*(values_of(choice, known) for choice in schema["anyOf"]))
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema["type"]:
        case "object":
            inner = {name: values_of(one, known) for name, one in schema["properties"].items()}
            required = {name: one for name, one in inner.items() if name in schema.get("required", ())}
            optional = {name: one for name, one in inner.items() if name not in required}
            return st.fixed_dictionaries(required, optional=optional)
        case "array":
            least = schema.get("minItems", 0)
            most = min(schema.get("maxItems", least + 3), least + 3)
            return st.lists(values_of(schema["items"], known), min_size=least, max_size=most)
        case "integer":
            return st.integers(schema.get("minimum"), schema.get("maximum"))
        case "number":
            most = schema.get("exclusiveMaximum")
            return st.floats(
                schema.get("minimum"),
                most,
                exclude_max=most is not None,
                allow_nan=False,
                allow_infinity=False,
            )
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    return _texts(schema)


def _texts(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
    match schema.get("format"):
        case "date-time":
            return st.datetimes(timezones=st.just(UTC)).map(lambda at: at.isoformat().replace("+00:00", "Z"))
        case "date":
            return st.dates().map(lambda day: day.isoformat())
        case "uuid":
            return st.uuids().map(str)
    if "pattern" in schema:
        # Python's `$` also matches before a last line break; that of JSON Schema, and of pydantic, does not.
        return st.from_regex(schema["pattern"]).filter(lambda text: not text.endswith("\n"))
    letters = st.characters(codec="utf-8")
    return st.text(letters, min_size=schema.get("minLength", 0), max_size=schema.get("maxLength"))
