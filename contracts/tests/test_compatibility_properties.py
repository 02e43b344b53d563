"""The gate against generated schemas: its yes and its no hold for the values that really cross."""

import json
from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from contracts.events import schemas
from contracts.events.compatibility import Break, breaks, closed, nominal
from contracts.events.envelope import detail, envelope_of
from contracts.events.registry import model
from generated import (
    Record,
    Schema,
    chains,
    changes_of_record,
    models,
    only_optional_fields_moved,
    pairs,
    schema_of,
)
from generated_values import values_of
from hypothesis import event, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

REAL = {
    "date-time": "2026-11-24T12:00:00Z",
    "date": "2026-11-24",
    "uuid": "4fb8c2a0-8a5e-4b0e-9a36-0c6a2b1f7d55",
}
"""A text of each format, in the place of the format's name, which the gate's examples hold."""

FORMATS = Draft202012Validator.FORMAT_CHECKER


def accepts(schema: Schema, value: Any) -> bool:
    return bool(Draft202012Validator(schema, format_checker=FORMATS).is_valid(value))


def judged(revisions: Sequence[Schema], new: Schema) -> list[Break]:
    return breaks(new, [(str(number), schema) for number, schema in enumerate(revisions)], name="new")


def real(example: Any) -> Any:
    if isinstance(example, dict):
        return {key: real(value) for key, value in example.items()}
    if isinstance(example, list):
        return [real(value) for value in example]
    return REAL.get(example, example) if isinstance(example, str) else example


def read_by_all(written: st.DataObject, revisions: Sequence[Schema], count: int) -> None:
    """Check that what any revision's writer writes, every other's reader reads."""
    for writer, reader in permutations(revisions, 2):
        for _ in range(count):
            value = written.draw(values_of(writer))
            assert accepts(closed(writer), value)
            assert accepts(reader, value)


@settings(max_examples=200, deadline=None)
@given(pairs())
def test_the_gate_judges_by_the_rule_and_what_it_shows_is_really_refused(pair: tuple[Record, Record]) -> None:
    old, new = map(schema_of, pair)
    found = judged([old], new)
    assert bool(found) != only_optional_fields_moved(*pair)
    event("stopped" if found else "let pass")
    sides = {"0": old, "new": new}
    for one in found:
        if one.example is None:  # the gate may stop a change without finding a value that shows why
            event("stopped without an example")
            continue
        reader, writer = sides[one.reader], sides[one.writer]
        assert accepts(nominal(closed(writer)), one.example)
        assert not accepts(nominal(reader), one.example)
        assert accepts(closed(writer), real(one.example))
        assert not accepts(reader, real(one.example))


@settings(max_examples=50, deadline=None)
@given(chains(), st.data())
def test_optional_fields_may_come_and_go_over_any_number_of_revisions(
    chain: list[Record], written: st.DataObject
) -> None:
    revisions = [schema_of(record) for record in chain]
    for number, schema in enumerate(revisions):
        assert judged(revisions[:number], schema) == []
    read_by_all(written, revisions, 1)


@settings(max_examples=50, deadline=None)
@given(models, st.data())
def test_whatever_the_gate_released_one_after_another_can_be_read_from_any_end(
    first: Record, data: st.DataObject
) -> None:
    newest, released = first, [schema_of(first)]
    for _ in range(6):
        changed = data.draw(changes_of_record(newest))
        if not judged(released, schema_of(changed)):
            newest = changed
            released.append(schema_of(changed))
    event(f"{len(released)} revisions")
    read_by_all(data, released, 1)


@pytest.mark.parametrize("event_type", schemas.event_types())
@settings(max_examples=20, deadline=None)
@given(st.data())
def test_a_model_reads_what_its_schema_allows_and_writes_only_that(
    event_type: str, data: st.DataObject
) -> None:
    schema = closed(schemas.generated(event_type))
    value = data.draw(values_of(schema))
    read = envelope_of(model(event_type)).model_validate(value)
    written = Draft202012Validator(schema, format_checker=FORMATS)
    assert [error.message for error in written.iter_errors(json.loads(detail(read)))] == []
