"""What events consist of: the schemas of their models, described, and their fields as flat rows."""

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, get_args

from contracts.events.envelope import Contract, Event, EventData
from pydantic.json_schema import models_json_schema

type Schema = Mapping[str, Any]

REFERENCE = "#/components/schemas/"
ENVELOPE = "Envelope"

_RANGES = (
    ("minimum", "maximum", ""),
    ("exclusiveMinimum", "exclusiveMaximum", " (exclusive)"),
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", " items"),
)


@dataclass(frozen=True)
class Field:
    """One field, at whatever depth.

    Parameters
    ----------
    path
        Such as `post.media[].url`.
    type, bounds
        What its values are, and what they keep to, in words.
    required
        Whether it is always there.
    description
        What it means.
    default
        What a reader takes for it when it is absent.
    """

    path: str
    type: str
    bounds: tuple[str, ...]
    required: bool
    description: str
    default: Any

    @property
    def parent(self) -> str:
        """The path up to the field's own name."""
        return self.path.removesuffix(self.name)

    @property
    def name(self) -> str:
        """The field's own name."""
        return self.path.rpartition(".")[2]


def schemas(models: Sequence[type[EventData]]) -> dict[str, Schema]:
    """Return the schemas of the envelope, of the payloads and of what these consist of, by name."""
    _, combined = models_json_schema(
        [(model, "validation") for model in models], ref_template=REFERENCE + "{model}"
    )
    classes = {kind.__name__: kind for model in models for kind in _consists_of(model)}
    found = {name: _described(schema, classes[name]) for name, schema in combined["$defs"].items()}
    return {ENVELOPE: _envelope(), **found}


def rows(
    name: str, known: Mapping[str, Schema], path: str = "", outer: tuple[str, ...] = ()
) -> Iterator[Field]:
    """Yield the fields of a schema and, after each, those that it consists of."""
    schema = known[name]
    required = schema.get("required", [])
    for field, inner in schema["properties"].items():
        here = path + field
        yield Field(
            path=here,
            type=type_in_words(inner),
            bounds=tuple(_bounds(inner)),
            required=field in required,
            description=inner.get("description", ""),
            default=inner.get("default"),
        )
        for suffix, part in _parts(inner):
            if part not in (*outer, name):
                yield from rows(part, known, f"{here}{suffix}.", (*outer, name))


def type_in_words(schema: Schema) -> str:
    """Return what the values of a schema are.

    Examples
    --------
    >>> type_in_words({"type": "array", "items": {"$ref": "#/components/schemas/MediaRef"}})
    'list of MediaRef'
    """
    found = "anything"
    match schema:
        case {"$ref": reference}:
            found = reference.removeprefix(REFERENCE)
        case {"anyOf": variants} | {"oneOf": variants} | {"allOf": variants}:
            found = " or ".join(type_in_words(variant) for variant in variants)
        case {"const": value}:
            found = json.dumps(value)
        case {"enum": values}:
            found = " or ".join(json.dumps(value) for value in values)
        case {"type": "array", "items": items}:
            found = f"list of {type_in_words(items)}"
        case {"type": "object", "additionalProperties": dict(values)}:
            found = f"map of {type_in_words(values)}"
        case {"format": name} | {"type": name}:
            found = name
    return found


def _envelope() -> Schema:
    """Return the schema of the envelope, which every event refines by its `type` and `data`."""
    schema = Event[EventData].model_json_schema(ref_template=REFERENCE + "{model}")
    del schema["$defs"], schema["title"]
    schema["properties"]["data"] = {"type": "object"}
    return _described({**schema, "description": inspect.getdoc(Event)}, Event)


def _described(schema: Schema, model: type[Contract]) -> Schema:
    said = _field_docstrings(model)
    properties = {
        name: _with_description(
            {key: value for key, value in inner.items() if key != "title"}, said.get(name)
        )
        for name, inner in schema["properties"].items()
    }
    return {**schema, "properties": properties}


def _with_description(schema: Schema, said: str | None) -> Schema:
    if not said:
        return schema
    # What stands beside a `$ref` is not read.
    whole = {"allOf": [schema]} if "$ref" in schema else schema
    return {**whole, "description": said}


def _field_docstrings(model: type[Contract]) -> dict[str, str]:
    """Return the strings that stand under the fields of a class and of its bases.

    At run time they cost nothing, which `Field(description=…)` would in every cold start.
    """
    found: dict[str, str] = {}
    for owner in reversed(model.__mro__):
        if issubclass(owner, Contract):
            body = ast.parse(textwrap.dedent(inspect.getsource(owner))).body[0]
            assert isinstance(body, ast.ClassDef)
            found |= dict(_documented(body.body))
    return found


def _documented(statements: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    for statement, after in pairwise(statements):
        match statement, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said))):
                yield name, inspect.cleandoc(said)


def _consists_of(annotation: Any, outer: tuple[Any, ...] = ()) -> Iterator[type[Contract]]:
    """Yield the models in a type, itself among them, and those in their fields."""
    if isinstance(annotation, type) and issubclass(annotation, Contract) and annotation not in outer:
        yield annotation
        for field in annotation.model_fields.values():
            yield from _consists_of(field.annotation, (*outer, annotation))
    for part in get_args(annotation):
        yield from _consists_of(part, outer)


def _variants(schema: Schema) -> list[Schema]:
    """Return the schemas that a value of this one may keep to."""
    choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    return [inner for choice in choices for inner in _variants(choice)] if choices else [schema]


def _parts(schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield the objects that a field consists of, and how its path goes on to them."""
    for variant in _variants(schema):
        if "$ref" in variant:
            yield "", variant["$ref"].removeprefix(REFERENCE)
        for key, suffix in (("items", "[]"), ("additionalProperties", "{}")):
            if isinstance(variant.get(key), Mapping):
                yield from ((suffix + rest, name) for rest, name in _parts(variant[key]))


def _bounds(schema: Schema) -> Iterator[str]:
    for variant in _variants(schema):
        for low, high, unit in _RANGES:
            match variant.get(low), variant.get(high):
                case None, None:
                    pass
                case least, None:
                    yield f"≥ {least}{unit}"
                case None, most:
                    yield f"≤ {most}{unit}"
                case least, most:
                    yield f"{least}{unit}" if least == most else f"{least}–{most}{unit}"
        if "pattern" in variant:
            yield f"`{variant['pattern']}`"
        if isinstance(variant.get("items"), Mapping):
            yield from (f"each {bound}" for bound in _bounds(variant["items"]))
