"""A queue as an operator sees it from outside."""

from dataclasses import dataclass
from typing import Any

from e2e.system import System


@dataclass(frozen=True)
class Queue:
    """One queue of the system.

    Parameters
    ----------
    sqs
        A client.
    url
        The queue's.
    """

    sqs: Any
    url: str

    @classmethod
    def of(cls, system: System, name: str) -> "Queue":
        """Return a queue by its name in the stage."""
        sqs = system.client("sqs")
        return cls(sqs, sqs.get_queue_url(QueueName=system.called(name))["QueueUrl"])

    def depth(self) -> int:
        """Return how many messages it holds, hidden ones included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(int(attributes[name]) for name in names)

    def parked(self) -> list[tuple[str, str]]:
        """Return (body, reason) of what lies in a DLQ, leaving it there."""
        found = self.sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, VisibilityTimeout=0, MessageAttributeNames=["All"]
        )
        return [
            (message["Body"], message["MessageAttributes"]["reason"]["StringValue"])
            for message in found.get("Messages", [])
        ]

    def send(self, body: str) -> None:
        """Put a message into it."""
        self.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def purge(self) -> None:
        """Throw away all that it holds."""
        self.sqs.purge_queue(QueueUrl=self.url)
