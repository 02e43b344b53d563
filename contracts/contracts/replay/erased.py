"""Who is erased: posts keeps an empty object for each, as long as anything of theirs could be replayed."""

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

ERASED = "erased"
"""What the bucket of the erased is called."""


@dataclass(frozen=True)
class ErasedBucket:
    """The people whose accounts are erased, asked for one by one: letters name few.

    Parameters
    ----------
    s3
        A botocore client of S3.
    bucket
        The bucket.
    also
        Others who are to be taken for erased.
    """

    s3: Any = field(repr=False)
    bucket: str
    also: Container[str] = frozenset()
    _asked: dict[str, bool] = field(default_factory=dict, repr=False)

    def __contains__(self, user_id: object, /) -> bool:
        """Tell whether the account of this id is erased."""
        if not isinstance(user_id, str):
            return False
        if user_id in self.also:
            return True
        if user_id not in self._asked:
            self._asked[user_id] = _is_user_id(user_id) and self._there(user_id)
        return self._asked[user_id]

    def _there(self, user_id: str) -> bool:
        found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=user_id, MaxKeys=1)
        return any(one["Key"] == user_id for one in found.get("Contents", ()))


def known_erased(stage: str, client: Callable[[str], Any], also: Container[str]) -> Container[str]:
    """Return who is erased on a stage: whom its bucket names, and others.

    Parameters
    ----------
    stage
        The stage.
    client
        Makes a botocore client of a service.
    also
        Others who are to be taken for erased.
    """
    parameters = client("ssm").get_parameters(Names=[f"/hidoki/{stage}/{ERASED}-bucket"])["Parameters"]
    return ErasedBucket(client("s3"), parameters[0]["Value"], also) if parameters else also


def _is_user_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
