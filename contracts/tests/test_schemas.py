"""What is released and what the models say must be one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from contracts.events import schemas
from contracts.events.registry import model


@pytest.mark.parametrize("event_type", schemas.event_types())
def test_a_model_is_what_was_released_and_breaks_with_no_revision(event_type: str) -> None:
    problems = schemas.check(event_type)
    assert not problems, "\n".join(problems)


def test_no_schema_is_left_of_an_event_that_nobody_publishes() -> None:
    assert sorted(folder.name for folder in schemas.ROOT.iterdir()) == schemas.event_types()


def test_every_model_is_of_the_type_that_its_name_says() -> None:
    assert [model(event_type).TYPE for event_type in schemas.event_types()] == schemas.event_types()


Payload = dict[str, Any]
ReleaseWith = Callable[[Callable[[Payload], None]], Path]


@pytest.fixture
def released_with(tmp_path: Path) -> ReleaseWith:
    """Return a folder where post.deleted.v1 was once released with one change."""

    def release(change: Callable[[Payload], None]) -> Path:
        schema = schemas.generated("post.deleted.v1")
        change(schema["$defs"]["PostDeletedV1"])
        file = tmp_path / "post.deleted.v1" / "1.json"
        file.parent.mkdir()
        file.write_text(json.dumps(schema))
        return tmp_path

    return release


def test_removing_a_required_field_names_the_event_the_version_and_the_rule(
    released_with: ReleaseWith,
) -> None:
    def had_another_field(payload: Payload) -> None:
        payload["properties"]["reason"] = {"type": "string"}
        payload["required"].append("reason")

    [problem] = schemas.check("post.deleted.v1", released_with(had_another_field))
    assert "post.deleted.v1" in problem
    assert "FULL_TRANSITIVE" in problem
    assert "'reason' is a required property" in problem


def test_renaming_a_required_field_is_refused_and_nothing_is_released(released_with: ReleaseWith) -> None:
    def had_another_name(payload: Payload) -> None:
        payload["properties"]["writer"] = payload["properties"].pop("author")
        payload["required"] = ["post_id", "writer"]

    root = released_with(had_another_name)
    with pytest.raises(ValueError, match="FULL_TRANSITIVE"):
        schemas.release("post.deleted.v1", root)
    assert [number for number, _ in schemas.released("post.deleted.v1", root)] == [1]


def test_a_new_optional_field_is_released_as_the_next_revision(released_with: ReleaseWith) -> None:
    def lacked_nothing_required(payload: Payload) -> None:
        payload["properties"]["note"] = {"type": "string"}

    root = released_with(lacked_nothing_required)
    assert "make schemas" in schemas.check("post.deleted.v1", root)[0]
    assert schemas.release("post.deleted.v1", root) == root / "post.deleted.v1" / "2.json"
    assert schemas.check("post.deleted.v1", root) == []
