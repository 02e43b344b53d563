"""Synthesise the templates when a source of them changed, and only then: it takes ten seconds."""

import hashlib
import json
import os
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

from infra.cdk.settings import Settings
from infra.local.place import REPOSITORY
from infra.stages import WORK

SOURCES = (
    "infra/cdk/*.py",
    "infra/provision/*.py",
    "contracts/contracts/events/consumers.py",
    "contracts/contracts/events/registry.py",
)

Template = dict[str, Any]


def fingerprint(settings: Settings, repository: Path = REPOSITORY) -> str:
    """Return what changes whenever the templates may."""
    seen = hashlib.sha256(f"{settings!r} {version('aws-cdk-lib')}".encode())
    for pattern in SOURCES:
        for path in sorted(repository.glob(pattern)):
            seen.update(path.name.encode() + path.read_bytes())
    return seen.hexdigest()[:16]


def template(settings: Settings, stack: str, mark: str) -> Template:
    """Return one stack's template, synthesised unless that has been done for this fingerprint."""
    folder = WORK / "templates" / settings.stage / mark
    found = folder / f"{stack}.template.json"
    if not found.exists():
        os.environ["JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"] = "18,20"
        from infra.cdk.app import synthesise

        shutil.rmtree(folder.parent, ignore_errors=True)
        synthesise(settings, mark, folder)
    loaded: Template = json.loads(found.read_text())
    return loaded
