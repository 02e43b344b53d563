"""Makes an event in a copy of the contracts, and brings the files back when all of them are well."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.event.example import example
from infra.event.models import MODULE, with_model
from infra.event.registry import Registry, with_type
from infra.event.wanted import Refused, Wanted, wanted

EVENTS = Path("contracts/contracts/events")
REGISTRY = EVENTS / "registry.py"
TESTS = Path("contracts/tests/events")

TEST = '''"""What `{type}` says on the wire."""

from typing import Any

from contracts.events.{service} import {model}
from wire import received, sent

PAYLOAD: dict[str, Any] = {payload!r}


def test_a_{past}_{noun}_arrives_as_it_was_said() -> None:
    said = {model}.model_validate(PAYLOAD)
    on_the_wire = sent(said)
    assert on_the_wire["data"] == PAYLOAD
    assert received(on_the_wire).data == said
'''


class Unwell(Exception):
    """The tree has a fault of its own, which the text tells."""


def scaffold(name: str, version: int, service: str | None, root: Path) -> tuple[Wanted, list[Path]]:
    """Make an event type in the tree at `root`: all its files, or none.

    Returns
    -------
    Wanted, list of pathlib.Path
        What was made, and the files that are new or changed, relative to `root`.

    Raises
    ------
    Refused
        If there can be no such event; nothing is written.
    Unwell
        If the tree is at fault; nothing is written.
    """
    event = wanted(name, version, service, Registry.read((root / REGISTRY).read_text()))
    test = TESTS / f"test_{event.type.replace('.', '_')}.py"
    if (root / test).exists():
        raise Refused(f"{test} is there already, of an event that is not.")
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(root / "contracts", copy / "contracts", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(root / "pyproject.toml", copy)
        made = [_model(event, copy), _registry(event, copy), _schema(event, copy), _test(event, copy, test)]
        sources = [str(file) for file in made if file.suffix == ".py"]
        _run(copy, "ruff", "format", "--quiet", *sources)
        _run(copy, "ruff", "check", "--quiet", *sources)
        _bring_back(made, copy, root)
    return event, made


def _model(event: Wanted, copy: Path) -> Path:
    file = EVENTS / event.module
    there = (copy / file).is_file()
    source = (copy / file).read_text() if there else MODULE.format(service=event.service)
    (copy / file).write_text(with_model(source, event))
    return file


def _registry(event: Wanted, copy: Path) -> Path:
    source = (copy / REGISTRY).read_text()
    (copy / REGISTRY).write_text(with_type(source, event.service, event.type, event.before))
    return REGISTRY


def _schema(event: Wanted, copy: Path) -> Path:
    _run(copy, "contracts.events.schemas", event.type)
    return Path("contracts/schemas") / event.type / "1.json"


def _test(event: Wanted, copy: Path, file: Path) -> Path:
    schema = json.loads((copy / "contracts/schemas" / event.type / "1.json").read_text())
    payload = example(schema["properties"]["data"], schema["$defs"], "data")
    said = {"type": event.type, "service": event.service, "model": event.model, "payload": payload}
    (copy / file).parent.mkdir(exist_ok=True)
    (copy / file).write_text(TEST.format(**said, noun=event.noun, past=event.past))
    return file


def _run(copy: Path, module: str, *arguments: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(copy / "contracts")}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unwell(f"{module} says:\n{done.stdout}{done.stderr}".rstrip())


def _bring_back(made: Sequence[Path], copy: Path, root: Path) -> None:
    """Write every file beside its place first: what can go wrong does so before the first is in place."""
    for file in made:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(copy / file, root / file.with_name(f"{file.name}.new"))
    for file in made:
        (root / file.with_name(f"{file.name}.new")).replace(root / file)
