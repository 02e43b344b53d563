"""Dead letters that lie in S3: the batches that a stream's mapping gave up on, an object each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from contracts.replay.letters import DeadLetter, Kind, object_letter
from contracts.replay.replayer import Taken

PREFIX = "aws/lambda/"
"""Where Lambda puts what it gave up on: `aws/lambda/<mapping>/<shard>/<date>/<time>-<random>`."""

HELD = 2
"""Objects that are held at once: each may have the 6 MB of an invocation."""


@dataclass
class BucketPlace:
    """The bucket of what streams' mappings gave up on; one run reads it from its first object to its last.

    Parameters
    ----------
    s3
        A botocore S3 client.
    bucket
        The bucket's name.
    """

    s3: Any = field(repr=False)
    bucket: str
    _unread: Iterator[str] | None = field(default=None, init=False, repr=False)

    def depth(self) -> int:
        """Return how many objects lie there."""
        return sum(1 for _ in self._keys())

    def hidden(self) -> int:
        """Return 0: an object is never hidden."""
        return 0

    def take(self, seconds: int) -> Sequence[Taken]:  # noqa: ARG002 - objects are not hidden
        """Read the next objects; two runs at once send them twice, which is harmless."""
        if self._unread is None:
            self._unread = self._keys()
        while keys := list(islice(self._unread, HELD)):
            if read := [Taken(letter, key) for key in keys if (letter := self._read(key))]:
                return read
        return []

    def remove(self, taken: Sequence[Taken]) -> None:
        """Delete objects."""
        self.s3.delete_objects(
            Bucket=self.bucket, Delete={"Objects": [{"Key": one.receipt} for one in taken], "Quiet": True}
        )

    def release(self, receipts: Sequence[str]) -> None:  # noqa: ARG002 - objects are not hidden
        """Begin anew at the next look."""
        self._unread = None

    def _keys(self) -> Iterator[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=PREFIX)
        return (found["Key"] for page in pages for found in page.get("Contents", []))

    def _read(self, key: str) -> DeadLetter | None:
        try:
            found = self.s3.get_object(Bucket=self.bucket, Key=key)
        except self.s3.exceptions.NoSuchKey:
            return None  # another run was faster
        text = found["Body"].read().decode(errors="replace")
        try:
            return object_letter(text)
        except ValueError as unreadable:
            return DeadLetter(Kind.UNKNOWN, text, found["LastModified"], str(unreadable))
