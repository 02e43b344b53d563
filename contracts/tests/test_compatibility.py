"""The gate's own test: which changes of a schema it must let pass and which it must stop."""

from typing import Any

import pytest
from contracts.events.compatibility import breaks

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}


def record(required: Schema | None = None, optional: Schema | None = None, **more: object) -> Schema:
    required, optional = required or {}, optional or {}
    return {"type": "object", "properties": {**required, **optional}, "required": sorted(required), **more}


BASE = record({"id": STRING})


def nested(inner: Schema) -> Schema:
    return record({"post": inner})


def tree(**more: Schema) -> Schema:
    node = record({"name": STRING}, {"child": {"$ref": "#/$defs/Node"}, **more})
    return {"$ref": "#/$defs/Node", "$defs": {"Node": node}}


COMPATIBLE = {
    "nothing changes": (BASE, BASE),
    "an optional field comes": (BASE, record({"id": STRING}, {"bio": STRING})),
    "an optional field goes": (record({"id": STRING}, {"bio": STRING}), BASE),
    "a nested optional field comes": (nested(BASE), nested(record({"id": STRING}, {"alt": STRING}))),
    "a nested optional field goes": (nested(record({"id": STRING}, {"alt": STRING})), nested(BASE)),
    "an optional nullable field comes": (
        BASE,
        record({"id": STRING}, {"bio": {"anyOf": [STRING, {"type": "null"}]}}),
    ),
    "an optional field of a list's items comes": (
        record({"items": {"type": "array", "items": BASE}}),
        record({"items": {"type": "array", "items": record({"id": STRING}, {"alt": STRING})}}),
    ),
    "an optional field of a recursive record comes": (tree(), tree(note=STRING)),
    "a default changes": (
        record({}, {"locale": {"type": "string", "default": "ja"}}),
        record({}, {"locale": {"type": "string", "default": "en"}}),
    ),
    "the order of an enum changes": (
        record({"kind": {"enum": ["a", "b"]}}),
        record({"kind": {"enum": ["b", "a"]}}),
    ),
}

BREAKING = {
    "a required field comes": (BASE, record({"id": STRING, "bio": STRING})),
    "a required field goes": (record({"id": STRING, "bio": STRING}), BASE),
    "a required field is renamed": (record({"text": STRING}), record({"body": STRING})),
    "a required field becomes optional": (record({"id": STRING}), record({}, {"id": STRING})),
    "an optional field becomes required": (record({}, {"id": STRING}), record({"id": STRING})),
    "a type changes": (record({"n": STRING}), record({"n": INTEGER})),
    "an optional field changes its type": (record({}, {"n": STRING}), record({}, {"n": INTEGER})),
    "an integer becomes a number": (record({"n": INTEGER}), record({"n": {"type": "number"}})),
    "a nested required field comes": (nested(BASE), nested(record({"id": STRING, "alt": STRING}))),
    "a nested required field goes": (nested(record({"id": STRING, "alt": STRING})), nested(BASE)),
    "an enum narrows": (record({"k": {"enum": ["a", "b"]}}), record({"k": {"enum": ["a"]}})),
    "an enum widens": (record({"k": {"enum": ["a"]}}), record({"k": {"enum": ["a", "b"]}})),
    "a maximum falls": (
        record({"n": {"type": "integer", "maximum": 9}}),
        record({"n": {"type": "integer", "maximum": 5}}),
    ),
    "a maximum rises": (
        record({"n": {"type": "integer", "maximum": 5}}),
        record({"n": {"type": "integer", "maximum": 9}}),
    ),
    "a length limit comes": (record({"t": STRING}), record({"t": {"type": "string", "maxLength": 5}})),
    "a pattern comes": (record({"t": STRING}), record({"t": {"type": "string", "pattern": "^a+$"}})),
    "a field becomes nullable": (record({"t": STRING}), record({"t": {"anyOf": [STRING, {"type": "null"}]}})),
    "a union gains a member": (record({"t": STRING}), record({"t": {"anyOf": [STRING, INTEGER]}})),
    "a union loses a member": (record({"t": {"anyOf": [STRING, INTEGER]}}), record({"t": STRING})),
    "a format comes": (record({"t": STRING}), record({"t": {"type": "string", "format": "date-time"}})),
    "a format goes": (record({"t": {"type": "string", "format": "date-time"}}), record({"t": STRING})),
    "a list's items change": (
        record({"l": {"type": "array", "items": STRING}}),
        record({"l": {"type": "array", "items": INTEGER}}),
    ),
    "a required field of a recursive record comes": (
        tree(),
        {
            "$ref": "#/$defs/Node",
            "$defs": {"Node": record({"name": STRING, "x": STRING}, {"child": {"$ref": "#/$defs/Node"}})},
        },
    ),
    "a constant changes": (record({"v": {"const": "1.0"}}), record({"v": {"const": "2.0"}})),
}


@pytest.mark.parametrize("case", COMPATIBLE)
def test_a_change_that_no_reader_notices_passes(case: str) -> None:
    old, new = COMPATIBLE[case]
    assert breaks(new, [("revision 1", old)]) == []


@pytest.mark.parametrize("case", BREAKING)
def test_a_change_that_some_reader_refuses_is_stopped(case: str) -> None:
    old, new = BREAKING[case]
    assert breaks(new, [("revision 1", old)])


def test_a_name_can_not_come_back_with_another_type() -> None:
    first, second = record({"id": STRING}, {"tag": STRING}), BASE
    third = record({"id": STRING}, {"tag": INTEGER})
    assert breaks(second, [("revision 1", first)]) == []
    assert [found.reader for found in breaks(third, [("revision 1", first), ("revision 2", second)])] == [
        "revision 1",
        "the model",
    ]
