"""Hand-written fakes of the AWS clients of the transport: a bus, and queues that hide what is held."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

Answer = dict[str, Any]


class NotFound(Exception):
    """What a client raises for a thing that is not there."""


class FakeBus:
    """An event bus that refuses what it is told to refuse, for as long as it is told to."""

    def __init__(self) -> None:
        self.requests: list[list[Mapping[str, Any]]] = []
        self.accepted: list[Mapping[str, Any]] = []
        self.refuse: dict[str, int] = {}
        self.away = 0

    def put_events(self, *, Entries: Sequence[Mapping[str, Any]]) -> Answer:
        self.requests.append(list(Entries))
        if self.away:
            self.away -= 1
            raise ConnectionError("the bus is away")
        results = []
        for entry in Entries:
            left = self.refuse.get(entry["Detail"], 0)
            if left:
                self.refuse[entry["Detail"]] = left - 1
                results.append({"ErrorCode": "ThrottlingException"})
            else:
                self.accepted.append(entry)
                results.append({"EventId": "1"})
        return {"FailedEntryCount": sum("ErrorCode" in result for result in results), "Entries": results}


class FakeSqs:
    """Queues by URL; a received message is hidden until it is deleted or its visibility set to zero."""

    class exceptions:  # noqa: N801 - boto3's name
        class QueueDoesNotExist(Exception):
            """No such queue."""

    def __init__(self, *names: str, now: Callable[[], float] = lambda: 1_000.0) -> None:
        self.queues: dict[str, deque[Answer]] = {name: deque() for name in names}
        self.held: dict[str, tuple[str, Answer]] = {}
        self.now = now
        self.ids = count()
        self.most_held = 0
        self.refuse_bodies: set[str] = set()

    def get_queue_url(self, *, QueueName: str, QueueOwnerAWSAccountId: str = "") -> Answer:
        if QueueName not in self.queues:
            raise self.exceptions.QueueDoesNotExist(QueueName)
        return {"QueueUrl": QueueName}

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: list[str]) -> Answer:
        hidden = sum(url == QueueUrl for url, _ in self.held.values())
        counts = {
            "ApproximateNumberOfMessages": len(self.queues[QueueUrl]),
            "ApproximateNumberOfMessagesNotVisible": hidden,
        }
        return {"Attributes": {name: str(counts[name]) for name in AttributeNames}}

    def send_message(
        self, *, QueueUrl: str, MessageBody: str, MessageAttributes: Answer | None = None
    ) -> None:
        self.queues[QueueUrl].append(
            {
                "MessageId": str(next(self.ids)),
                "Body": MessageBody,
                "MessageAttributes": MessageAttributes or {},
                "Attributes": {"SentTimestamp": str(int(self.now() * 1000))},
            }
        )

    def send_message_batch(self, *, QueueUrl: str, Entries: list[Answer]) -> Answer:
        assert 0 < len(Entries) <= 10
        assert sum(len(entry["MessageBody"].encode()) for entry in Entries) <= 262_144
        answer: Answer = {"Successful": [], "Failed": []}
        for entry in Entries:
            if entry["MessageBody"] in self.refuse_bodies:
                answer["Failed"].append({"Id": entry["Id"], "Code": "InternalError"})
                continue
            self.send_message(
                QueueUrl=QueueUrl,
                MessageBody=entry["MessageBody"],
                MessageAttributes=entry.get("MessageAttributes"),
            )
            answer["Successful"].append({"Id": entry["Id"]})
        return answer

    def receive_message(self, *, QueueUrl: str, MaxNumberOfMessages: int, **_: Any) -> Answer:
        queue = self.queues[QueueUrl]
        messages = [queue.popleft() for _ in range(min(MaxNumberOfMessages, len(queue)))]
        for message in messages:
            message["ReceiptHandle"] = f"receipt-{next(self.ids)}"
            self.held[message["ReceiptHandle"]] = (QueueUrl, message)
        self.most_held = max(self.most_held, len(self.held))
        return {"Messages": [dict(message) for message in messages]} if messages else {}

    def delete_message_batch(self, *, QueueUrl: str, Entries: list[Answer]) -> None:
        assert 0 < len(Entries) <= 10
        for entry in Entries:
            del self.held[entry["ReceiptHandle"]]

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: list[Answer]) -> None:
        assert 0 < len(Entries) <= 10
        for entry in Entries:
            assert entry["VisibilityTimeout"] == 0
            url, message = self.held.pop(entry["ReceiptHandle"])
            self.queues[url].append(message)

    def visibility_runs_out(self) -> None:
        for url, message in self.held.values():
            self.queues[url].append(message)
        self.held.clear()

    def bodies(self, name: str) -> list[str]:
        return [message["Body"] for message in self.queues[name]]
