"""The shape of an event as its JSON Schema tells it, and values that fit it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from contracts.events.schemas import generated

_TIMES = ("2001-01-01T00:00:00Z", "2002-02-02T00:00:00Z")
_TEXTS = ("something", "else")

STYLES = (0, 1)
"""Two ways to make up a value, which differ in all they can: what tells them apart has read it."""


@dataclass(frozen=True)
class Shape:
    """One node of a JSON Schema, of what pydantic makes of our models.

    Parameters
    ----------
    node
        The node, which is no reference and admits no null.
    definitions
        What the schema's references refer to.
    """

    node: Mapping[str, Any]
    definitions: Mapping[str, Any]

    @property
    def fields(self) -> dict[str, "Shape"]:
        """The fields of an object."""
        return {name: self._at(node) for name, node in self.node.get("properties", {}).items()}

    @property
    def required(self) -> frozenset[str]:
        """The fields of an object that must be there."""
        return frozenset(self.node.get("required", ()))

    @property
    def items(self) -> "Shape":
        """What the elements of an array are like."""
        return self._at(self.node["items"])

    @property
    def words(self) -> tuple[str, ...]:
        """The only values of an enumeration; none of anything else."""
        return (self.node["const"],) if "const" in self.node else tuple(self.node.get("enum", ()))

    def value(self, style: int) -> Any:
        """Make up a value, every optional field included."""
        if self.words:
            return self.words[style % len(self.words)]
        match self.node["type"]:
            case "object":
                return {name: inner.value(style) for name, inner in self.fields.items()}
            case "array":
                return [self.items.value(style)]
            case "integer":
                return int(self.node.get("minimum", 0)) + 1_001 + style
            case "boolean":
                return bool(style)
            case "string" if self.node.get("format") == "date-time":
                return _TIMES[style]
            case "string" if "pattern" not in self.node:
                return _TEXTS[style].ljust(self.node.get("minLength", 0), "_")
            case _:
                raise NotImplementedError(f"make up a value of {dict(self.node)}")

    def _at(self, node: Mapping[str, Any]) -> "Shape":
        if "$ref" in node:
            return self._at(self.definitions[node["$ref"].rpartition("/")[2]])
        if "anyOf" in node:
            return self._at(next(one for one in node["anyOf"] if one.get("type") != "null"))
        return Shape(node, self.definitions)


@cache
def shape_of(event_type: str) -> Shape:
    """Return the shape of an event, envelope included."""
    schema = generated(event_type)
    return Shape(schema, schema["$defs"])
