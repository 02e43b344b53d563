"""Replay: sends what lies in a consumer's dead-letter queues back to its queue (see `make replay`).

StartMessageMoveTask serves only the DLQs of queues, so messages are received, sent and then deleted:
interrupted half-way nothing is lost, and what was sent but not yet deleted arrives twice, which
consumers tolerate.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

BATCH = 10
"""Messages of one SQS request at most (SQS quotas)."""

VISIBILITY_SECONDS = 60
"""How long a received message is ours to send and delete."""

SAMPLE = 200
"""Messages that are looked at to tell what lies in a queue."""

Message = dict[str, Any]


@dataclass(frozen=True)
class DeadLetters:
    """The dead-letter queues of one consumer and the queue that their messages came from.

    Parameters
    ----------
    sqs
        A boto3 SQS client.
    name
        The consumer, such as `search`.
    queue_url
        Where messages go back to.
    dlq_urls
        The queue's own DLQ and its rule target's.
    now
        Seconds since the epoch.
    """

    sqs: Any = field(repr=False)
    name: str
    queue_url: str
    dlq_urls: Sequence[str]
    now: Callable[[], float] = time.time

    @classmethod
    def of(cls, sqs: Any, name: str, stage: str) -> "DeadLetters":
        """Find the queues of a consumer.

        Raises
        ------
        LookupError
            If the stage has no such consumer.
        """

        def url(suffix: str) -> str:
            return str(sqs.get_queue_url(QueueName=f"hidoki-{stage}-{name}{suffix}")["QueueUrl"])

        try:
            return cls(sqs, name, url(""), (url("-dlq"), url("-rule-dlq")))
        except sqs.exceptions.QueueDoesNotExist:
            raise LookupError(f"stage {stage} has no consumer {name!r}") from None

    def depth(self) -> int:
        """Return how many messages lie in the DLQs, about."""
        return sum(self._depth(url) for url in self.dlq_urls)

    def reasons(self) -> Counter[tuple[str, str]]:
        """Return how often each (event type, reason) lies there, of a sample, leaving all in place."""
        seen: Counter[tuple[str, str]] = Counter()
        for url in self.dlq_urls:
            held: list[Message] = []
            while len(held) < SAMPLE and (batch := self._receive(url)):
                held += batch
            seen.update((_event_type(message), _reason(message)) for message in held)
            self._release(url, held)
        return seen

    def replay(self) -> Iterator[int]:
        """Move every message that lies there now, and yield how many each request moved.

        A message that fails again is parked anew while we still run; it is left for the next replay.
        """
        return self._moves(before_ms=self.now() * 1000)

    def _moves(self, *, before_ms: float) -> Iterator[int]:
        for url in self.dlq_urls:
            left: list[Message] = []
            while batch := self._receive(url):
                before = [m for m in batch if float(m["Attributes"]["SentTimestamp"]) <= before_ms]
                left += [m for m in batch if m not in before]
                if not before:
                    break
                yield self._move(url, before)
            self._release(url, left)

    def _depth(self, url: str) -> int:
        name = "ApproximateNumberOfMessages"
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"]
        return int(attributes[name])

    def _receive(self, url: str) -> list[Message]:
        answer = self.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=VISIBILITY_SECONDS,
            WaitTimeSeconds=1,
            MessageSystemAttributeNames=["SentTimestamp"],
            MessageAttributeNames=["All"],
        )
        return list(answer.get("Messages", []))

    def _move(self, url: str, messages: list[Message]) -> int:
        entries = [{"Id": str(n), "MessageBody": message["Body"]} for n, message in enumerate(messages)]
        sent = self.sqs.send_message_batch(QueueUrl=self.queue_url, Entries=entries)
        done = [
            {"Id": one["Id"], "ReceiptHandle": messages[int(one["Id"])]["ReceiptHandle"]}
            for one in sent.get("Successful", [])
        ]
        if done:
            self.sqs.delete_message_batch(QueueUrl=url, Entries=done)
        if len(done) < len(messages):
            raise RuntimeError(f"{self.name} refused {len(messages) - len(done)} messages; they stay parked")
        return len(done)

    def _release(self, url: str, messages: list[Message]) -> None:
        for message in messages:
            self.sqs.change_message_visibility(
                QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )


def _event_type(message: Message) -> str:
    try:
        return str(json.loads(message["Body"])["detail-type"])
    except (ValueError, TypeError, KeyError):
        return "(no event)"


def _reason(message: Message) -> str:
    attributes = message.get("MessageAttributes", {})
    for name in ("reason", "ERROR_MESSAGE"):  # ours, and what EventBridge writes for a rule's target
        if name in attributes:
            return str(attributes[name]["StringValue"])
    return "(none given)"
