"""A service's deployed state: kept in the stage's versioned bucket, one deploy at a time."""

import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError


class Locked(Exception):
    """Someone is deploying the service, or was and was killed."""


@dataclass(frozen=True)
class DeployedState:
    """What Chalice remembers of a service on a stage.

    Parameters
    ----------
    storage
        A botocore S3 client.
    bucket
        The state bucket.
    service, chalice_stage
        Whose state.
    """

    storage: Any
    bucket: str
    service: str
    chalice_stage: str

    @property
    def key(self) -> str:
        """Where the state is in the bucket."""
        return f"{self.service}/{self.chalice_stage}.json"

    def file(self, folder: Path) -> Path:
        """Where Chalice looks for it in a rendered folder."""
        return folder / ".chalice" / "deployed" / f"{self.chalice_stage}.json"

    def fingerprint(self) -> str:
        """Return what was deployed last, and whole; empty if nothing was."""
        try:
            found = self.storage.head_object(Bucket=self.bucket, Key=self.key)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
                return ""
            raise
        mark: str = found["Metadata"].get("fingerprint", "")
        return mark

    def pull(self, folder: Path) -> None:
        """Put the state where Chalice looks for it."""
        try:
            found = self.storage.get_object(Bucket=self.bucket, Key=self.key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return
            raise
        self.file(folder).parent.mkdir(parents=True, exist_ok=True)
        self.file(folder).write_bytes(found)

    def push(self, folder: Path, fingerprint: str = "") -> None:
        """Keep the state; without a fingerprint it is that of a deploy that failed half-way."""
        if self.file(folder).exists():
            self.storage.put_object(
                Bucket=self.bucket,
                Key=self.key,
                Body=self.file(folder).read_bytes(),
                Metadata={"fingerprint": fingerprint},
            )

    @contextmanager
    def locked(self, *, take_over: bool = False) -> Iterator[None]:
        """Hold the service's lock: an object that can be written only where there is none.

        Raises
        ------
        Locked
            If another deploy holds it.
        """
        lock = f"{self.service}/{self.chalice_stage}.lock"
        if take_over or _gone(self._holder(lock)):
            self.storage.delete_object(Bucket=self.bucket, Key=lock)
        mine = {
            "by": _me(),
            "process": os.getpid(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        try:
            self.storage.put_object(
                Bucket=self.bucket, Key=lock, Body=json.dumps(mine).encode(), IfNoneMatch="*"
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] not in (409, 412):
                raise
            raise Locked(_explained(self._holder(lock))) from None
        try:
            yield
        finally:
            self.storage.delete_object(Bucket=self.bucket, Key=lock)

    def _holder(self, lock: str) -> dict[str, Any] | None:
        try:
            body = self.storage.get_object(Bucket=self.bucket, Key=lock)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
        holder: dict[str, Any] = json.loads(body)
        return holder


def _me() -> str:
    return f"{getpass.getuser()}@{socket.gethostname()}"


def _gone(holder: dict[str, Any] | None) -> bool:
    """Tell whether a lock is that of a process of this machine which is no more."""
    if holder is None or holder["by"] != _me():
        return False
    try:
        os.kill(holder["process"], 0)
    except ProcessLookupError:
        return True
    return False


def _explained(holder: dict[str, Any] | None) -> str:
    if holder is None:
        return "was locked a moment ago: try again"
    return (
        f"is being deployed by {holder['by']} (process {holder['process']}) since {holder['since']}; "
        "if that process is gone, --break-lock takes the lock over"
    )
