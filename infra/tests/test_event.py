"""A scaffolded event passes every check as it is made; what can't be made leaves the tree as it was."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from contracts.events import schemas
from contracts.events.envelope import fact, version
from contracts.events.registry import model, publisher
from typer.testing import CliRunner

from infra.event.__main__ import app
from infra.event.example import example
from infra.event.models import with_model
from infra.event.registry import Registry, with_type
from infra.event.scaffold import EVENTS, REGISTRY, Unwell, scaffold
from infra.event.wanted import Refused, Wanted, class_name
from infra.local.place import REPOSITORY

Files = Mapping[Path, bytes]


def tree_in(folder: Path) -> Path:
    """Return a copy of what an event is made in."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "contracts", folder / "contracts", ignore=ignored)
    for name in ("pyproject.toml", "conftest.py"):
        shutil.copy(REPOSITORY / name, folder)
    return folder


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return tree_in(tmp_path)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a tree with new events of every kind, one after another."""
    tree = tree_in(tmp_path_factory.mktemp("grown"))
    scaffold("post.pinned", 1, None, tree)
    scaffold("post.pinned", 2, "posts", tree)
    scaffold("profile.created", 2, None, tree)
    scaffold("post.published", 3, None, tree)
    scaffold("index.rebuilt", 1, "search", tree)
    return tree


def files_of(tree: Path) -> Files:
    return {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}


def run(tree: Path, *command: str) -> None:
    """Run a check in a tree whose contracts come before the installed ones."""
    path = f"{tree / 'contracts'}{os.pathsep}{tree / 'contracts/tests'}"
    environment = {**os.environ, "PYTHONPATH": path, "MYPYPATH": path}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contract_tests_pass_with_what_was_made(grown: Path) -> None:
    tests = ("events", "test_schemas.py", "test_lifecycle.py")
    run(grown, "pytest", "-q", *(f"contracts/tests/{name}" for name in tests))
    run(grown, "contracts.events.lifecycle")


def test_what_was_made_is_in_style_and_well_typed(grown: Path) -> None:
    made = ("contracts/contracts/events", "contracts/tests/events")
    run(grown, "ruff", "check", *made)
    run(grown, "ruff", "format", "--check", *made)
    run(grown, "mypy", "--cache-dir", ".mypy", *made)


def test_a_second_version_stands_beside_the_first(grown: Path) -> None:
    published = Registry.read((grown / REGISTRY).read_text()).published["posts"]
    first = published.index("post.published.v2")
    assert published[first : first + 2] == ("post.published.v2", "post.published.v3")
    source = (grown / EVENTS / "posts.py").read_text()
    assert source.index("class PostPublishedV2") < source.index("class PostPublishedV3")
    assert source.index("class PostPublishedV3") < source.index("class PostDeletedV1")
    assert source.count('"""The post as timelines show it."""') == 2, "what is said of a field is said again"


def test_a_service_that_published_nothing_gets_a_module(grown: Path) -> None:
    assert Registry.read((grown / REGISTRY).read_text()).published["search"] == ("index.rebuilt.v1",)
    assert '"""An index was rebuilt.' in (grown / EVENTS / "search.py").read_text()


def test_it_is_told_which_files_were_made(tree: Path) -> None:
    before = files_of(tree)
    made, files = scaffold("media.watermarked", 1, None, tree)
    assert (made.type, made.service) == ("media.watermarked.v1", "media")
    changed = {path for path, content in files_of(tree).items() if before.get(path) != content}
    assert changed == {tree / file for file in files}


@pytest.mark.parametrize(
    ("name", "number", "service", "why"),
    [
        ("post.published", 2, None, "post.published.v2 is there already; the next version is 3"),
        ("post.published", 4, None, "needs post.published.v3 before it"),
        ("post.pinned", 2, None, "needs post.pinned.v1 before it"),
        ("post.pinned", 0, None, "the first one is 1"),
        ("post.pinned.v1", 1, None, "is no name of an event"),
        ("Post.Pinned", 1, None, "is no name of an event"),
        ("post", 1, None, "is no name of an event"),
        ("poll.closed", 1, None, "No service publishes events of 'poll' yet"),
        ("poll.closed", 1, "polls", "There is no service 'polls', but posts"),
        ("post.pinned", 1, "chat", "Events of a post are published by posts"),
    ],
)
def test_what_can_not_be_is_refused_and_nothing_is_written(
    tree: Path, name: str, number: int, service: str | None, why: str
) -> None:
    before = files_of(tree)
    with pytest.raises(Refused, match=why):
        scaffold(name, number, service, tree)
    assert files_of(tree) == before


def test_a_class_that_was_begun_by_hand_is_not_overwritten(tree: Path) -> None:
    module = tree / EVENTS / "posts.py"
    module.write_text(
        f"{module.read_text()}\n\nclass PostPinnedV1(EventData):\n    TYPE = 'post.pinned.v1'\n"
    )
    before = files_of(tree)
    with pytest.raises(Refused, match="has a PostPinnedV1 already"):
        scaffold("post.pinned", 1, None, tree)
    assert files_of(tree) == before


def test_a_fault_on_the_way_leaves_nothing_half_written(tree: Path) -> None:
    module = tree / EVENTS / "posts.py"
    module.write_text(f"{module.read_text()}\nraise RuntimeError('a fault of the tree')\n")
    before = files_of(tree)
    with pytest.raises(Unwell, match="a fault of the tree"):
        scaffold("post.pinned", 1, None, tree)
    assert files_of(tree) == before


def test_a_retired_version_is_not_made_again_and_its_successor_begins_anew(tree: Path) -> None:
    registry = tree / REGISTRY
    source = registry.read_text().replace('        "follow.removed.v1",\n', "")
    registry.write_text(
        source.replace('("post.published.v1",)', '("post.published.v1", "follow.removed.v1")')
    )
    with pytest.raises(Refused, match=r"was there and is retired already; the next version is 2"):
        scaffold("follow.removed", 1, None, tree)
    made, _ = scaffold("follow.removed", 2, None, tree)
    assert made.before is None


def test_the_command_says_what_is_wrong_and_exits_with_2() -> None:
    done = CliRunner().invoke(app, ["post.deleted", "1"])
    assert done.exit_code == 2
    assert "post.deleted.v1 is there already" in done.output


@pytest.mark.parametrize("event_type", schemas.event_types())
def test_a_next_version_has_every_field_of_the_one_before(event_type: str, tmp_path: Path) -> None:
    service, (noun, past, _) = publisher(event_type), event_type.split(".")
    event = Wanted(noun, past, version(event_type) + 1, service, event_type)
    module = tmp_path / event.module
    module.write_text(with_model((REPOSITORY / EVENTS / event.module).read_text(), event))
    found = getattr(loaded(module), event.model)
    assert found.TYPE == event.type == f"{fact(event_type)}.v{version(event_type) + 1}"
    old, new = model(event_type).model_json_schema(), found.model_json_schema()
    assert new == {**old, "title": class_name(event.type), "description": old["description"]}


@pytest.mark.parametrize("event_type", schemas.event_types())
def test_an_example_is_what_its_model_reads_and_has_every_field(event_type: str) -> None:
    schema = schemas.generated(event_type)
    payload = example(schema["properties"]["data"], schema["$defs"], "data")
    assert model(event_type).model_validate(payload).model_dump(mode="json") == payload


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "minLength": 9}, "codexxxxx"),
        ({"type": "string", "maxLength": 2}, "co"),
        ({"type": "integer", "exclusiveMinimum": 3}, 4),
        ({"type": "number", "minimum": 0.5}, 0.5),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 2}, [True, True]),
        ({"enum": ["a", "b"]}, "a"),
        ({"type": "null"}, None),
    ],
)
def test_an_example_keeps_its_bounds(schema: Mapping[str, Any], value: object) -> None:
    assert example(schema, {}, "code") == value


def test_a_type_goes_behind_the_version_before_whatever_the_style() -> None:
    source = 'PUBLISHED: dict = {"posts": ("a.b.v1", "c.d.v1"), "chat": ("é.f.v1",)}\nRETIRED: dict = {}\n'
    assert '("a.b.v1", "a.b.v2", "c.d.v1")' in with_type(source, "posts", "a.b.v2", "a.b.v1")
    assert '("é.f.v1", "g.h.v1",)' in with_type(source, "chat", "g.h.v1", None)
    assert '"rtc": ("i.j.v1",)}' in with_type(source, "rtc", "i.j.v1", None)


def loaded(module: Path) -> Any:
    """Return a module from a file, without a name by which others could find it."""
    spec = importlib.util.spec_from_file_location(f"scaffolded_{module.stem}", module)
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found
