"""A consumer's own queue: work that one run leaves to another, beside the events that come there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from contracts.transport.consume import work_body


class OwnQueue(Protocol):
    """The consumer's own queue."""

    def send(self, kind: str, detail: Mapping[str, Any], *, delay_seconds: int = 0) -> None:
        """Let another run do a piece of work."""


@dataclass(frozen=True)
class SqsOwnQueue:
    """A consumer's own queue on SQS.

    Parameters
    ----------
    sqs
        A boto3 SQS client.
    url
        The queue.
    """

    sqs: Any = field(repr=False)
    url: str

    def send(self, kind: str, detail: Mapping[str, Any], *, delay_seconds: int = 0) -> None:
        """Let another run do a piece of work."""
        delay = {"DelaySeconds": delay_seconds} if delay_seconds else {}
        self.sqs.send_message(QueueUrl=self.url, MessageBody=work_body(kind, detail), **delay)
