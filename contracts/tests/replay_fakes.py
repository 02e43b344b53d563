"""A DLQ and a clock for the tests of replay."""

import json
from collections.abc import Iterable
from typing import Any

from aws_fakes import FakeSqs
from contracts.replay.letters import Kind
from contracts.replay.queues import QueuePlace, ToQueue
from contracts.replay.replayer import Outcome, Replayer
from contracts.transport.parking import text

QUEUE, DLQ = "hidoki-local-search", "hidoki-local-search-dlq"
MANY = 10_000


class Clock:
    """A clock that only the test and sleeping move."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


def replayer(sqs: Any, clock: Clock, **options: Any) -> Replayer:
    place = QueuePlace(sqs, DLQ, Kind.QUEUE)
    return Replayer(place, ToQueue(sqs, QUEUE), now=clock, sleep=clock.sleep, **options)


def park(sqs: FakeSqs, *numbers: int, reason: str = "away", kind: str = "post.published.v2") -> list[str]:
    bodies = [
        json.dumps({"detail-type": kind, "detail": {"subject": f"post/{one}", "actor": f"user-{one}"}})
        for one in numbers
    ]
    for body in bodies:
        sqs.send_message(QueueUrl=DLQ, MessageBody=body, MessageAttributes={"reason": text(reason)})
    return bodies


def total(steps: Iterable[Outcome]) -> Outcome:
    outcome = Outcome()
    for step in steps:
        outcome.add(step)
    return outcome
