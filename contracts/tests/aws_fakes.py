"""Hand-written fakes of the AWS clients of the transport: a bus, and queues that hide what is held."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

Answer = dict[str, Any]


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
        self.refuse_bodies: set[str] = set()
        self.fail_deletes = False

    def get_queue_url(self, *, QueueName: str) -> Answer:
        if QueueName not in self.queues:
            raise self.exceptions.QueueDoesNotExist(QueueName)
        return {"QueueUrl": QueueName}

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: list[str]) -> Answer:
        return {"Attributes": {AttributeNames[0]: str(len(self.queues[QueueUrl]))}}

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
        done = [entry for entry in Entries if entry["MessageBody"] not in self.refuse_bodies]
        for entry in done:
            self.send_message(QueueUrl=QueueUrl, MessageBody=entry["MessageBody"])
        return {"Successful": [{"Id": entry["Id"]} for entry in done]}

    def receive_message(self, *, QueueUrl: str, MaxNumberOfMessages: int, **_: Any) -> Answer:
        queue = self.queues[QueueUrl]
        messages = [queue.popleft() for _ in range(min(MaxNumberOfMessages, len(queue)))]
        for message in messages:
            message["ReceiptHandle"] = f"receipt-{next(self.ids)}"
            self.held[message["ReceiptHandle"]] = (QueueUrl, message)
        return {"Messages": messages} if messages else {}

    def delete_message_batch(self, *, QueueUrl: str, Entries: list[Answer]) -> None:
        if self.fail_deletes:
            raise ConnectionError("interrupted")
        for entry in Entries:
            del self.held[entry["ReceiptHandle"]]

    def change_message_visibility(self, *, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:
        assert VisibilityTimeout == 0
        url, message = self.held.pop(ReceiptHandle)
        self.queues[url].append(message)

    def visibility_runs_out(self) -> None:
        for receipt in list(self.held):
            self.change_message_visibility(QueueUrl="", ReceiptHandle=receipt, VisibilityTimeout=0)

    def bodies(self, name: str) -> list[str]:
        return [message["Body"] for message in self.queues[name]]
