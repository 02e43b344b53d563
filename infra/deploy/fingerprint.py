"""What a deployed service was made of, so that an unchanged one is left alone."""

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from infra.local.place import REPOSITORY

IGNORED = {"__pycache__", "deployments", "deployed"}


def fingerprint(rendered: Path, repository: Path = REPOSITORY) -> str:
    """Return the hash of a rendered folder and of the tool that deploys it.

    The rendered folder holds the service's code, policies, environment and contracts, and no tests.
    """
    seen = hashlib.sha256(version("chalice").encode())
    for folder in (rendered, repository / "infra" / "deploy"):
        for path in _files(folder):
            seen.update(f"{path.relative_to(folder)}\0".encode())
            seen.update(hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not IGNORED.intersection(path.relative_to(folder).parts):
            yield path
