"""Dead letters that lie in an SQS queue, and the way back into one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.replay.letters import DeadLetter, Kind, message_letter
from contracts.replay.replayer import Taken
from contracts.transport.parking import ATTEMPTS_ATTRIBUTE, number

BATCH = 10
"""Messages of one SQS request at most (SQS quotas)."""

BYTES_PER_REQUEST = 240_000
"""SendMessageBatch takes 256 KB in all in the oldest of its quotas; the rest is left to the attributes."""

VISIBLE = "ApproximateNumberOfMessages"
HIDDEN = "ApproximateNumberOfMessagesNotVisible"


@dataclass(frozen=True)
class QueuePlace:
    """A dead-letter queue.

    Parameters
    ----------
    sqs
        A botocore SQS client.
    url
        The queue's.
    kind
        What it is the dead-letter queue of.
    """

    sqs: Any = field(repr=False)
    url: str
    kind: Kind

    def depth(self) -> int:
        """Return how many messages lie there, about."""
        return self._count(VISIBLE)

    def hidden(self) -> int:
        """Return how many messages somebody has taken and not put back, about."""
        return self._count(HIDDEN)

    def take(self, seconds: int) -> Sequence[Taken]:
        """Take up to ten messages and hide them."""
        answer = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=seconds,
            WaitTimeSeconds=1,  # long polling asks every server, so that nothing means nothing
            MessageSystemAttributeNames=["SentTimestamp"],
            MessageAttributeNames=["All"],
        )
        return [
            Taken(message_letter(self.kind, message), message["ReceiptHandle"])
            for message in answer.get("Messages", [])
        ]

    def remove(self, taken: Sequence[Taken]) -> None:
        """Delete messages; one that SQS fails to delete comes back, and is sent twice."""
        entries = [{"Id": str(n), "ReceiptHandle": one.receipt} for n, one in enumerate(taken)]
        self.sqs.delete_message_batch(QueueUrl=self.url, Entries=entries)

    def release(self, receipts: Sequence[str]) -> None:
        """Show messages again."""
        for start in range(0, len(receipts), BATCH):
            entries = [
                {"Id": str(n), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
                for n, receipt in enumerate(receipts[start : start + BATCH])
            ]
            self.sqs.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)

    def _count(self, name: str) -> int:
        answer = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=[name])
        return int(answer["Attributes"][name])


@dataclass(frozen=True)
class ToQueue:
    """Sends letters to a queue, each as it lay there, with its attempts raised by one.

    Parameters
    ----------
    sqs
        A botocore SQS client.
    url
        The queue's.
    """

    sqs: Any = field(repr=False)
    url: str

    def __call__(self, letters: Sequence[DeadLetter]) -> Mapping[int, str]:
        """Send letters; return why each refused one was refused."""
        refused: dict[int, str] = {}
        for positions in _requests(letters):
            entries = [_entry(position, letters[position]) for position in positions]
            answer = self.sqs.send_message_batch(QueueUrl=self.url, Entries=entries)
            sent = {entry["Id"] for entry in answer.get("Successful", [])}
            why = {entry["Id"]: entry.get("Message", entry["Code"]) for entry in answer.get("Failed", [])}
            refused |= {
                position: why.get(str(position), "not sent")
                for position in positions
                if str(position) not in sent
            }
        return refused


def _entry(position: int, letter: DeadLetter) -> dict[str, Any]:
    return {
        "Id": str(position),
        "MessageBody": letter.body,
        "MessageAttributes": {ATTEMPTS_ATTRIBUTE: number(letter.attempts + 1)},
    }


def _requests(letters: Sequence[DeadLetter]) -> Iterator[list[int]]:
    """Cut letters into requests that SendMessageBatch takes."""
    request: list[int] = []
    size = 0
    for position, letter in enumerate(letters):
        length = len(letter.body.encode())
        if request and (len(request) == BATCH or size + length > BYTES_PER_REQUEST):
            yield request
            request, size = [], 0
        request.append(position)
        size += length
    if request:
        yield request
