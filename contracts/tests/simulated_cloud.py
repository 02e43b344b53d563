"""The asynchronous half of the cloud in memory: streams, bus, queues and their dead letters.

Everything that a function is promised there is kept, and no more: at least once, in any order but that of
one item's changes, whole batches again when a process dies, parts of them when the function says so.
A test decides what happens when; `settle` then delivers all that is left, fairly.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from contracts.events.consumers import CONSUMERS
from contracts.events.envelope import Event, detail
from contracts.transport.parking import Parking
from event_patterns import matches
from memory_dynamodb import MemoryDynamo
from moments import Crash, Moments, Refused
from simulated_queue import Parked, Queue, Stream

type Function = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""A consumer, given a Lambda event of SQS."""

type Relaying = Callable[[Sequence[Mapping[str, Any]]], Mapping[str, Any]]
"""A relay, given the records of a Lambda event of DynamoDB Streams."""

ROUNDS = 40
"""Deliveries of everything that is left; if something is still left then, it will never be applied."""

RETRY = timedelta(seconds=12)
"""What passes until all is delivered again: some failures need no more than time to pass."""


class Clock:
    """A clock that goes when told."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, span: timedelta) -> None:
        self.time += span


@dataclass
class Cloud:
    """One service's surroundings, and the history of what went through them."""

    moments: Moments = field(default_factory=Moments)
    clock: Clock = field(default_factory=Clock)
    queues: dict[str, Queue] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    streams: dict[str, Stream] = field(default_factory=dict)
    relays: dict[str, Relaying] = field(default_factory=dict)
    published: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    applied: dict[str, set[str]] = field(default_factory=dict)
    poison: set[str] = field(default_factory=set)
    tally: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dynamodb = MemoryDynamo(self.moments, self._changed)

    def connect(self, name: str, function: Function) -> None:
        """Let a consumer read its queue; the bus sends there what its rule lets in."""
        self.queues[name], self.functions[name], self.applied[name] = Queue(), function, set()

    def relay(self, table: str, relay: Relaying) -> None:
        """Let a relay read a table's stream."""
        self.streams[table], self.relays[table] = Stream(), relay

    def parking(self, queue: str) -> Parking:
        """Return the dead letters of a queue or of a table's relay as a function gets to them."""
        return Parking(self, f"{queue}-dlq", queue)

    def emit(self, *events: Event[Any]) -> None:
        """Let other services' events come over the bus."""
        for one in events:
            self._route({"Source": one.source, "DetailType": one.type, "Detail": detail(one)})

    def put_events(self, *, Entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Take events from a relay, each for itself, as EventBridge's client does."""
        self.moments()
        results = []
        for entry in Entries:
            try:
                self.moments()
            except Refused as refused:
                results.append({"ErrorCode": "ThrottlingException", "ErrorMessage": str(refused)})
            else:
                self._route(entry)
                results.append({"EventId": "1"})
        self.moments()
        return {"FailedEntryCount": sum("ErrorCode" in one for one in results), "Entries": results}

    def send_message(
        self,
        *,
        QueueUrl: str,
        MessageBody: str,
        MessageAttributes: Mapping[str, Any] | None = None,
        DelaySeconds: int = 0,
    ) -> None:
        """Take a message, as SQS's client does; a delay is but one of the orders in which messages come."""
        self.moments.around(partial(self._sent, QueueUrl, MessageBody, MessageAttributes or {}))

    def run(self, function: Callable[[], Any]) -> Any:
        """Run a function as Lambda does; None if it died or failed as a whole."""
        try:
            return function()
        except (Crash, Refused):
            self._count("failed runs")
            return None

    def deliver(self, name: str, picks: Sequence[int]) -> bool:
        """Give a consumer a batch of what waits for it, in the order of the picks."""
        queue = self.queues[name]
        batch = queue.receive(picks)
        if not batch:
            return False
        self._count("deliveries")
        parked_before = len(queue.parkings)
        records = [
            {
                "messageId": one.id,
                "body": one.body,
                "attributes": {"ApproximateReceiveCount": str(one.receives)},
            }
            for one in batch
        ]
        answer = self.run(lambda: self.functions[name]({"Records": records}))
        failed = _failures(answer, [one.id for one in batch])
        parked = set(queue.parkings[parked_before:])
        self.applied[name] |= {one.body for one in batch if one.id not in failed and one.body not in parked}
        queue.finish(batch, failed)
        return True

    def relay_batch(self, table: str, picks: Sequence[int]) -> bool:
        """Give a relay a batch of its stream's records; those of one item keep their order."""
        stream = self.streams[table]
        batch = stream.receive(picks)
        if not batch:
            return False
        answer = self.run(lambda: self.relays[table](batch))
        stream.finish(batch, _failures(answer, [one["dynamodb"]["SequenceNumber"] for one in batch]))
        return True

    def redrive(self, name: str, *, poison: bool = True) -> bool:
        """Send what was parked back to where it came from."""
        if name in self.queues:
            moved = self.queues[name].redrive(lambda one: poison or not self._rests(one))
        else:
            moved = self.streams[name].redrive()
        self._count("redriven", moved)
        return moved > 0

    def settle(self) -> None:
        """Let all faults end, and deliver fairly what is left until nothing is.

        Raises
        ------
        AssertionError
            If something is left that is not poison, or poison was parked without a reason.
        """
        self.moments.planned.clear()
        for queue in self.queues.values():
            queue.reachable = True
        for turn in range(ROUNDS):
            for name in [*self.streams, *self.queues]:
                self.redrive(name, poison=turn == 0)
            self._deliver_all()
            self.clock.move(RETRY)
            if not (left := self._left()):
                break
        assert not left, f"never applied: {left}"
        for name, queue in self.queues.items():
            lost = queue.routed - self.applied[name] - self.poison
            assert not lost, f"{name} neither applied nor parked: {lost}"

    def poison_queue(self, name: str, body: str) -> None:
        """Put a message into a queue that no consumer can handle."""
        self.poison.add(body)
        self.queues[name].send(body)

    def poison_stream(self, table: str) -> None:
        """Let a stream hold a record that is no event."""
        key = {"pk": {"S": "poison"}, "sk": {"S": str(len(self.streams[table].poison))}}
        image = {**key, "_event": {"S": "nothing.known.v1"}, "sequence": {"N": "1"}}
        self.streams[table].poison.append(
            {"SequenceNumber": f"p{key['sk']['S']}", "Keys": key, "NewImage": image}
        )
        self.streams[table].records.append(
            {"eventName": "INSERT", "dynamodb": self.streams[table].poison[-1]}
        )

    def facts(self) -> set[tuple[str, str, int]]:
        """Return what the bus was told: type, subject and sequence of each event."""
        return {(one["type"], one["subject"], one["sequence"]) for one in self.published.values()}

    def _changed(self, table: str, record: dict[str, Any]) -> None:
        if table in self.streams and "_event" in record["dynamodb"].get("NewImage", {}):
            self.streams[table].records.append(record)

    def _route(self, entry: Mapping[str, Any]) -> None:
        told = json.loads(entry["Detail"])
        before = self.published.setdefault(told["id"], told)
        # A relay says when it happened, not when it relays: the same fact, the same words.
        assert before == told, f"one event id, two contents: {before} and {told}"
        event = {"detail-type": entry["DetailType"], "source": entry["Source"], "detail": told}
        body = json.dumps(event)
        for name, queue in self.queues.items():
            if matches(_PATTERNS[name], event):
                queue.routed.add(body)
                queue.send(body)

    def _sent(self, url: str, body: str, attributes: Mapping[str, Any]) -> None:
        name = url.removesuffix("-dlq")
        if url == name:
            self.queues[name].routed.add(body)
            self.queues[name].send(body)
            return
        parked = Parked(body, attributes["reason"]["StringValue"])
        self._count("parked")
        (self.queues[name] if name in self.queues else self.streams[name]).park(parked)

    def _deliver_all(self) -> None:
        everything = range(10)
        for table in self.streams:
            while self.relay_batch(table, everything):
                pass
        for name in self.queues:
            while self.deliver(name, everything):
                pass

    def _rests(self, dead: Parked) -> bool:
        """Tell whether a dead letter is where it belongs: poison, parked with the reason why."""
        return dead.body in self.poison and dead.reason is not None

    def _left(self) -> list[Any]:
        """Return what is still on its way: records, messages, and dead letters that are no poison."""
        records = [record for stream in self.streams.values() for record in stream.records + stream.failed]
        messages = [message for queue in self.queues.values() for message in queue.waiting]
        dead = [one for queue in self.queues.values() for one in queue.parked if not self._rests(one)]
        return [*records, *messages, *dead]

    def _count(self, what: str, number: int = 1) -> None:
        self.tally[what] = self.tally.get(what, 0) + number


_PATTERNS = {name: consumer.pattern() for name, consumer in CONSUMERS.items()}


def _failures(answer: Mapping[str, Any] | None, every: Sequence[str]) -> set[str]:
    if answer is None:
        return {*every}
    return {one["itemIdentifier"] for one in answer["batchItemFailures"]}
