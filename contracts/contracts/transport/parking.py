"""Parking: a record that can't be handled goes whole, with its reason, to a dead-letter queue."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from contracts.transport.clients import aws_client

REASON_LIMIT = 1_000
"""Characters of a reason that are kept; SQS bounds a message and its attributes together."""

ATTEMPTS_ATTRIBUTE = "attempts"
"""The attribute that says which attempt a message is: absent on the first, raised by each replay, carried by
whoever parks it anew. SQS itself carries it when it moves a message to a DLQ."""

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What SQS refuses in a message attribute (its documentation of SendMessage names the allowed set)."""


class SqsClient(Protocol):
    """The part of boto3's SQS client that parking needs."""

    def send_message(self, *, QueueUrl: str, MessageBody: str, MessageAttributes: dict[str, Any]) -> Any:  # noqa: N803
        """Send one message."""


class LazySqs:
    """SQS of the environment, imported and connected at the first parking: most functions never park."""

    def send_message(self, **request: Any) -> Any:
        """Send one message."""
        return _sqs().send_message(**request)


@cache
def _sqs() -> Any:
    return aws_client("sqs")


@dataclass(frozen=True)
class Parking:
    """A dead-letter queue to which `source` sends what it can't handle.

    Parameters
    ----------
    sqs
        A boto3 SQS client, or anything that can send a message.
    queue_url
        The dead-letter queue.
    source
        Who parks, such as `relay:posts` or `consumer:search`.
    """

    sqs: SqsClient = field(repr=False)
    queue_url: str
    source: str

    def __call__(self, body: str, reason: str, attempts: int = 1) -> None:
        """Park `body` whole; what the queue refuses is the caller's failure to report.

        Parameters
        ----------
        body, reason
            What failed, and why.
        attempts
            How often it was tried: once, and once more for each replay.
        """
        told = {"reason": text(reason), "source": text(self.source), ATTEMPTS_ATTRIBUTE: number(attempts)}
        self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=body, MessageAttributes=told)


def text(value: str) -> dict[str, str]:
    """Return a string as an SQS message attribute, cut and cleaned to what SQS accepts."""
    cleaned = _FORBIDDEN.sub("\ufffd", value)[:REASON_LIMIT]
    return {"DataType": "String", "StringValue": cleaned or "unknown"}


def number(value: int) -> dict[str, str]:
    """Return a number as an SQS message attribute."""
    return {"DataType": "Number", "StringValue": str(value)}
