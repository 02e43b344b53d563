"""Generated schemas, and changes of them: limited to what the models of events are made of.

A shape is what a field may hold; a record is a shape with fields. `schema_of` writes a record as pydantic
writes a model.
"""

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]

NAMES = ("id", "text", "author", "kind", "count", "at", "media")


@dataclass(frozen=True)
class Simple:
    """A text, number, moment, word or flag, by the keywords that describe it."""

    keywords: tuple[tuple[str, Any], ...]

    @property
    def meaning(self) -> dict[str, Any]:
        """The keywords such that two texts, numbers … that can hold the same are the same."""
        said = dict(self.keywords)
        if "const" in said:
            said["enum"] = (said.pop("const"),)
        if said.get("minLength") == 0:
            del said["minLength"]
        return said


@dataclass(frozen=True)
class Many:
    """A list with bounds."""

    of: "Shape"
    least: int
    most: int | None


@dataclass(frozen=True)
class Field:
    """A field of a record; one that is not required may have a default, and may be null."""

    name: str
    shape: "Shape"
    required: bool
    nullable: bool = False
    default: Any = None


@dataclass(frozen=True)
class Record:
    """A model."""

    fields: tuple[Field, ...]


Shape = Simple | Many | Record


def schema_of(record: Record) -> Schema:
    """Return a record as pydantic writes it: every model inside by reference."""
    definitions: dict[str, Schema] = {}
    return {**_object(record, definitions), "$defs": definitions}


def _schema(shape: Shape, definitions: dict[str, Schema]) -> Schema:
    match shape:
        case Simple():
            return {key: list(value) if isinstance(value, tuple) else value for key, value in shape.keywords}
        case Many():
            bounds = {"minItems": shape.least or None, "maxItems": shape.most}
            said = {key: value for key, value in bounds.items() if value is not None}
            return {"type": "array", "items": _schema(shape.of, definitions), **said}
        case Record():
            described = _object(shape, definitions)
            name = next((name for name, known in definitions.items() if known == described), None)
            name = name or f"Model{len(definitions)}"
            definitions[name] = described
            return {"$ref": f"#/$defs/{name}"}


def _object(record: Record, definitions: dict[str, Schema]) -> Schema:
    properties = {}
    for field in record.fields:
        inner = _schema(field.shape, definitions)
        if field.nullable:
            inner = {"anyOf": [inner, {"type": "null"}]}
        properties[field.name] = inner if field.required else {**inner, "default": field.default}
    required = [field.name for field in record.fields if field.required]
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _bounded(kind: str, least: str, most: str, low: int) -> st.SearchStrategy[Simple]:
    bound = st.none() | st.integers(low, 3)
    return st.builds(
        lambda a, b: Simple(
            (("type", kind), *((key, value) for key, value in ((least, a), (most, b)) if value is not None))
        ),
        bound,
        st.none() | st.integers(4, 6),
    )


words = st.sets(st.sampled_from(("public", "followers", "circle", "direct")), min_size=1)

simple: st.SearchStrategy[Simple] = st.one_of(
    _bounded("string", "minLength", "maxLength", 0),
    _bounded("integer", "minimum", "maximum", -3),
    _bounded("number", "minimum", "exclusiveMaximum", -3),
    st.just(Simple((("type", "boolean"),))),
    st.sampled_from(("date-time", "date", "uuid")).map(
        lambda name: Simple((("type", "string"), ("format", name)))
    ),
    st.sampled_from(("^[a-z]+$", "^v[1-9][0-9]*$")).map(
        lambda text: Simple((("type", "string"), ("pattern", text)))
    ),
    words.map(lambda some: Simple((("type", "string"), ("enum", tuple(sorted(some)))))),
    words.map(lambda some: Simple((("type", "string"), ("const", min(some))))),
)


def lists(of: st.SearchStrategy[Shape]) -> st.SearchStrategy[Many]:
    return st.builds(Many, of, st.integers(0, 2), st.none() | st.integers(2, 4))


def records(of: st.SearchStrategy[Shape]) -> st.SearchStrategy[Record]:
    named = st.lists(fields(of), min_size=1, max_size=4, unique_by=lambda field: field.name)
    return named.map(lambda some: Record(tuple(some)))


def fields(of: st.SearchStrategy[Shape]) -> st.SearchStrategy[Field]:
    return st.builds(
        Field,
        st.sampled_from(NAMES),
        of,
        st.booleans(),
        nullable=st.booleans(),
        default=st.sampled_from((None, "", 0)),
    )


shapes: st.SearchStrategy[Shape] = st.recursive(
    simple, lambda inner: lists(inner) | records(inner), max_leaves=4
)
models = records(shapes)


@st.composite
def changes_of(draw: st.DrawFn, shape: Shape) -> Shape:
    """Return what may become of a shape, well or badly, somewhere inside it."""
    if draw(st.integers(0, 9)) == 0:
        return draw(shapes)
    match shape:
        case Many():
            kind = draw(st.sampled_from(("of", "least", "most")))
            if kind == "least":
                return replace(shape, least=draw(st.integers(0, 2)))
            if kind == "most":
                return replace(shape, most=draw(st.none() | st.integers(2, 4)))
            return replace(shape, of=draw(changes_of(shape.of)))
        case Record():
            return draw(changes_of_record(shape))
        case Simple():
            return draw(simple)


@st.composite
def changes_of_record(draw: st.DrawFn, record: Record) -> Record:
    """Return a record of which one field came, went, or changed."""
    others = [name for name in NAMES if name not in {field.name for field in record.fields}]
    kind = draw(
        st.sampled_from(
            ("comes", "comes", "goes", "goes", "required", "nullable", "default", "shape", "shape")
        )
    )
    if (kind == "comes" and others) or not record.fields:
        new = replace(draw(fields(simple)), name=draw(st.sampled_from(others)))
        return Record((*record.fields, new))
    number = draw(st.integers(0, len(record.fields) - 1))
    before, field, after = record.fields[:number], record.fields[number], record.fields[number + 1 :]
    match kind:
        case "goes":
            return Record((*before, *after))
        case "required":
            changed = replace(field, required=not field.required)
        case "nullable":
            changed = replace(field, nullable=not field.nullable)
        case "default":
            changed = replace(field, default="another")
        case _:
            changed = replace(field, shape=draw(changes_of(field.shape)))
    return Record((*before, changed, *after))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Record, Record]:
    """Return a model before and after up to three changes."""
    old = new = draw(models)
    for _ in range(draw(st.integers(1, 3))):
        new = draw(changes_of_record(new))
    return old, new


def only_optional_fields_moved(old: Shape, new: Shape) -> bool:
    """Judge a change by the rule as people say it, which for these shapes is exact."""
    match old, new:
        case Simple(), Simple():
            return old.meaning == new.meaning
        case Many(), Many():
            bounds = (old.least, old.most) == (new.least, new.most)
            return bounds and only_optional_fields_moved(old.of, new.of)
        case Record(), Record():
            before, after = ({field.name: field for field in one.fields} for one in (old, new))
            moved = [(before.get(name), after.get(name)) for name in before.keys() | after.keys()]
            return all(_may_move(*both) for both in moved)
        case _:
            return False


def _may_move(old: Field | None, new: Field | None) -> bool:
    if not old or not new:
        return not any(field.required for field in (old, new) if field)
    same = (old.required, old.nullable) == (new.required, new.nullable)
    return same and only_optional_fields_moved(old.shape, new.shape)


@st.composite
def allowed(draw: st.DrawFn, whole: Record) -> Record:
    """Return a record without some of its optional fields, and of its inner ones."""
    kept = [field for field in whole.fields if field.required or draw(st.booleans())]
    return Record(tuple(replace(field, shape=draw(_allowed(field.shape))) for field in kept))


def _allowed(shape: Shape) -> st.SearchStrategy[Shape]:
    match shape:
        case Record():
            return allowed(shape)
        case Many():
            return _allowed(shape.of).map(lambda of: replace(shape, of=of))
        case Simple():
            return st.just(shape)


@st.composite
def chains(draw: st.DrawFn) -> list[Record]:
    """Return revisions of a model between which optional fields, inner ones too, came and went."""
    whole = draw(models)
    return [draw(allowed(whole)) for _ in range(draw(st.integers(3, 5)))]
