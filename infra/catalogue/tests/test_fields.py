"""The fields of events as flat rows, with what they mean."""

from typing import Annotated, Any, Literal

import pytest
from contracts.events.envelope import Contract, EventData
from pydantic import Field as Bounded

from infra.catalogue.fields import Field, rows, schemas, type_in_words
from infra.catalogue.reading import Catalogue


class Base(EventData):
    TYPE = "thing.made.v1"

    id: str
    """Inherited."""


class Branch(Contract):
    leaf: str | None = None
    branches: tuple["Branch", ...] = ()


class ThingMadeV1(Base):
    """A thing was made. Subject `thing/<id>`."""

    kind: Literal["small", "large"] = "small"
    counts: tuple[Annotated[int, Bounded(ge=0)], ...] = Bounded(min_length=1, max_length=3)
    """How many of each:
    one number a kind.
    """
    root: Branch
    """Where it hangs."""
    words: dict[str, Branch]


@pytest.fixture
def found() -> dict[str, Field]:
    known = schemas([ThingMadeV1])
    return {field.path: field for field in rows("ThingMadeV1", known)}


def test_what_stands_under_a_field_is_its_description_also_in_a_base_class(
    found: dict[str, Field],
) -> None:
    assert found["id"].description == "Inherited."
    assert found["counts"].description == "How many of each:\none number a kind."
    assert found["kind"].description == ""


def test_a_reference_keeps_its_description(found: dict[str, Field]) -> None:
    assert (found["root"].type, found["root"].description) == ("Branch", "Where it hangs.")


def test_types_bounds_and_defaults_are_said_in_words(found: dict[str, Field]) -> None:
    assert found["kind"].type == '"small" or "large"'
    assert (found["kind"].required, found["kind"].default) == (False, "small")
    assert found["counts"].type == "list of integer"
    assert found["counts"].bounds == ("1–3 items", "each ≥ 0")
    assert found["root.leaf"].type == "string or null"
    assert found["words"].type == "map of Branch"


def test_nested_fields_follow_their_parent_and_what_holds_itself_ends(found: dict[str, Field]) -> None:
    assert list(found) == [
        *("id", "kind", "counts", "root", "root.leaf", "root.branches"),
        *("words", "words{}.leaf", "words{}.branches"),
    ]
    assert (found["root.leaf"].parent, found["root.leaf"].name) == ("root.", "leaf")


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string", "format": "date-time"}, "date-time"),
        ({"const": "public", "type": "string"}, '"public"'),
        ({"const": 1}, "1"),
        ({"anyOf": [{"$ref": "#/components/schemas/PersonRef"}, {"type": "null"}]}, "PersonRef or null"),
        ({}, "anything"),
    ],
)
def test_a_schema_is_said_in_words(schema: dict[str, Any], words: str) -> None:
    assert type_in_words(schema) == words


@pytest.mark.parametrize(
    ("path", "bounds"),
    [
        ("id", ("32 characters",)),
        ("subject", ("1–512 characters",)),
        ("sequence", ("≥ 1",)),
        ("source", (r"`^hidoki\.[a-z]+$`",)),
        ("time", ()),
    ],
)
def test_bounds_are_said_in_words(catalogue: Catalogue, path: str, bounds: tuple[str, ...]) -> None:
    assert {field.path: field.bounds for field in catalogue.envelope}[path] == bounds


def test_every_field_of_every_event_says_what_it_means(catalogue: Catalogue) -> None:
    said = [(entry.type, field) for entry in catalogue.entries for field in entry.fields]
    said += [("envelope", field) for field in catalogue.envelope]
    silent = {f"{where}: {field.path}" for where, field in said if not field.description}
    assert not silent, "put a string under the field in contracts/contracts/events"
