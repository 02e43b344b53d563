"""A witness: hears every event on the bus beside the consumers, and remembers it."""

import json
import threading
import uuid
from collections import Counter
from types import TracebackType
from typing import Any, Self

from e2e.system import System

BATCH = 10


class Witness:
    """Everything that was published while it listened.

    Parameters
    ----------
    system
        Whose bus it listens to.
    """

    def __init__(self, system: System) -> None:
        self.seen: Counter[str] = Counter()
        self.types: dict[str, str] = {}
        self._events, self._sqs = system.client("events"), system.client("sqs")
        self._bus, self._name = f"hidoki-{system.stage}", system.called(f"witness-{uuid.uuid4().hex[:8]}")
        self._over = threading.Event()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._url = ""

    def __enter__(self) -> Self:
        self._url = self._sqs.create_queue(QueueName=self._name)["QueueUrl"]
        names = ["QueueArn"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)["Attributes"][
            "QueueArn"
        ]
        allowed = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
        policy = {
            "Version": "2012-10-17",
            "Statement": [{**allowed, "Principal": {"Service": "events.amazonaws.com"}}],
        }
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": json.dumps(policy)})
        pattern = json.dumps({"source": [{"prefix": "hidoki."}]})
        self._events.put_rule(Name=self._name, EventBusName=self._bus, EventPattern=pattern)
        target = {"Id": "witness", "Arn": arn}
        self._events.put_targets(Rule=self._name, EventBusName=self._bus, Targets=[target])
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._reader.join()
        rule = {"Rule": self._name, "EventBusName": self._bus}
        self._events.remove_targets(**rule, Ids=["witness"])
        self._events.delete_rule(Name=self._name, EventBusName=self._bus)
        self._sqs.delete_queue(QueueUrl=self._url)

    @property
    def heard(self) -> int:
        """How many different events it heard of."""
        return len(self.seen)

    @property
    def again(self) -> int:
        """How often it heard of an event that it had heard of before."""
        return self.seen.total() - len(self.seen)

    def _listen(self) -> None:
        while not self._over.is_set():
            answer = self._sqs.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=BATCH, WaitTimeSeconds=1
            )
            messages: list[dict[str, Any]] = answer.get("Messages", [])
            for message in messages:
                detail = json.loads(message["Body"])["detail"]
                self.seen[detail["id"]] += 1
                self.types[detail["id"]] = detail["type"]
            if messages:
                entries = [
                    {"Id": str(place), "ReceiptHandle": message["ReceiptHandle"]}
                    for place, message in enumerate(messages)
                ]
                self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)
