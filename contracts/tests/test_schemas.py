"""What is released and what the models say must be one."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from contracts.events import history, schemas
from contracts.events.registry import model


@pytest.mark.parametrize("event_type", schemas.event_types())
def test_a_model_is_what_was_released_and_breaks_with_no_revision(event_type: str) -> None:
    problems = schemas.check(event_type)
    assert not problems, "\n".join(problems)


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


Git = Callable[..., None]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Return git in a new repository, whose folder of schemas is `tmp_path`."""

    def run(*arguments: str) -> None:
        who = ("-c", "user.name=Aiko", "-c", "user.email=aiko@example.org")
        subprocess.run(["git", "-C", str(tmp_path), *who, *arguments], check=True, capture_output=True)

    run("init")
    run("commit", "--allow-empty", "-m", "Begin")
    return run


def commit(git: Git) -> None:
    git("add", ".")
    git("commit", "-m", "Release")


def with_note(root: Path) -> None:
    """Give the newest revision of post.deleted.v1 a field that its model lacks."""
    number, schema = schemas.released("post.deleted.v1", root)[-1]
    schema["$defs"]["PostDeletedV1"]["properties"]["note"] = {"type": "string"}
    (root / "post.deleted.v1" / f"{number}.json").write_text(json.dumps(schema))


def test_a_revision_is_a_draft_until_it_is_committed(tmp_path: Path, git: Git) -> None:
    first = schemas.release("post.deleted.v1", tmp_path)
    with_note(tmp_path)
    assert "make schemas" in schemas.check("post.deleted.v1", tmp_path)[0]
    assert schemas.release("post.deleted.v1", tmp_path) == first, "the draft is written anew"
    with_note(tmp_path)
    commit(git)
    assert schemas.release("post.deleted.v1", tmp_path) == tmp_path / "post.deleted.v1" / "2.json"
    assert schemas.check("post.deleted.v1", tmp_path) == []


def test_a_draft_may_still_change_in_any_way(tmp_path: Path, released_with: ReleaseWith, git: Git) -> None:
    def had_another_field(payload: Payload) -> None:
        payload["properties"]["reason"] = {"type": "string"}
        payload["required"].append("reason")

    root = released_with(had_another_field)
    assert schemas.release("post.deleted.v1", root) == root / "post.deleted.v1" / "1.json"
    assert schemas.check("post.deleted.v1", root) == []


def test_a_draft_is_withdrawn_when_the_model_is_again_what_was_released(tmp_path: Path, git: Git) -> None:
    first = schemas.release("post.deleted.v1", tmp_path)
    assert first
    commit(git)
    draft = first.with_name("2.json")
    draft.write_text(first.read_text())
    with_note(tmp_path)
    assert schemas.release("post.deleted.v1", tmp_path) == draft
    assert not draft.exists()
    assert schemas.check("post.deleted.v1", tmp_path) == []


def test_a_gap_between_revisions_is_told(tmp_path: Path) -> None:
    first = schemas.release("post.deleted.v1", tmp_path)
    assert first
    first.rename(first.with_name("2.json"))
    assert "a revision is missing" in schemas.check("post.deleted.v1", tmp_path)[0]


def test_a_released_schema_that_was_edited_or_removed_is_named_committed_or_not(
    tmp_path: Path, git: Git
) -> None:
    edited, removed = (schemas.release(name, tmp_path) for name in ("post.deleted.v1", "media.failed.v1"))
    assert edited
    assert removed
    commit(git)
    assert history.edited(tmp_path) == []
    released = edited.read_text()
    with_note(tmp_path)
    removed.unlink()
    assert history.edited(tmp_path) == ["media.failed.v1/1.json", "post.deleted.v1/1.json"]
    commit(git)
    assert history.edited(tmp_path) == ["media.failed.v1/1.json", "post.deleted.v1/1.json"]
    edited.write_text(released)
    assert history.edited(tmp_path) == ["media.failed.v1/1.json"]


def test_outside_git_every_revision_counts_as_released(tmp_path: Path) -> None:
    schemas.release("post.deleted.v1", tmp_path)
    assert history.committed(tmp_path) is None
    assert history.edited(tmp_path) == []
