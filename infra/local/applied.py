"""What of the repository the local cloud already holds, remembered in that cloud itself.

Kept as parameters beside the data they speak of: whoever loses the one loses the other.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from infra.local.place import REPOSITORY, STAGE, Place

PREFIX = "/hidoki-applied/"
IGNORED = frozenset(
    {
        "node_modules",
        "dist",
        "tests",
        "__pycache__",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        "README.md",
    }
)


class Cloud:
    """The parameters of the local cloud, read in one go.

    Parameters
    ----------
    place
        Which local cloud.
    """

    def __init__(self, place: Place) -> None:
        import boto3

        environment = place.client_environment()
        self.session = boto3.Session(
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            region_name=environment["AWS_REGION"],
        )
        self._endpoint = place.endpoint
        self._ssm: Any = self.client("ssm")

    def client(self, service: str) -> Any:
        """Return a client of one AWS service in this cloud."""
        return self.session.client(service, endpoint_url=self._endpoint)

    def parameters(self) -> dict[str, str]:
        """Return what is under `/hidoki/<stage>/`, by the rest of the name."""
        return self._read(f"/hidoki/{STAGE}/")

    def applied(self) -> dict[str, str]:
        """Return the hash of what each step applied last."""
        return self._read(PREFIX)

    def remember(self, step: str, digest: str) -> None:
        """Note that a step has applied what has this hash."""
        self._ssm.put_parameter(Name=PREFIX + step, Value=digest, Type="String", Overwrite=True)

    def _read(self, prefix: str) -> dict[str, str]:
        pages = self._ssm.get_paginator("get_parameters_by_path").paginate(Path=prefix, Recursive=True)
        return {
            parameter["Name"].removeprefix(prefix): parameter["Value"]
            for page in pages
            for parameter in page["Parameters"]
        }


def digest_of(folders: Iterable[str], *more: str, without: Iterable[str] = ()) -> str:
    """Return a hash over the files in folders of the repository and over further values."""
    digest = hashlib.sha256("\0".join(more).encode())
    left_out = IGNORED.union(without)
    for folder in folders:
        for file in sorted(_files(REPOSITORY / folder, left_out)):
            name = file.relative_to(REPOSITORY).as_posix()
            digest.update(name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files(root: Path, left_out: frozenset[str]) -> Iterable[Path]:
    if root.is_file():
        yield root
        return
    if not root.is_dir():
        return
    for entry in root.iterdir():
        if entry.name in left_out or entry.name.endswith((".pyc", ".egg-info")):
            continue
        # A service's `vendor/contracts` is a link into a folder that is named on its own.
        if entry.is_dir() and not entry.is_symlink():
            yield from _files(entry, left_out)
        elif entry.is_file():
            yield entry
