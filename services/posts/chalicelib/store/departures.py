"""Where it is known outside the tables that a person is gone: the user pool, and the bucket of the erased."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Cognito:
    """The user pool.

    Parameters
    ----------
    cognito
        A boto3 client of Cognito's user pools.
    pool
        The pool's id.
    """

    cognito: Any = field(repr=False)
    pool: str

    def forget(self, user: str) -> None:
        """Let a person sign in no more; who is unknown stays so.

        A pool whose people sign in by e-mail takes their `sub` as the user name.
        """
        try:
            self.cognito.admin_delete_user(UserPoolId=self.pool, Username=user)
        except self.cognito.exceptions.UserNotFoundException:
            return


@dataclass(frozen=True)
class ErasedBucket:
    """The bucket that holds an empty object for each erased person, as long as anything may be replayed.

    Parameters
    ----------
    s3
        A boto3 S3 client.
    bucket
        The bucket.
    """

    s3: Any = field(repr=False)
    bucket: str

    def remember(self, user: str) -> None:
        """Note that a person is erased."""
        self.s3.put_object(Bucket=self.bucket, Key=user)
