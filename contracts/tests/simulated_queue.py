"""A queue with its dead letters, and a table's stream, in memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

MAX_RECEIVES = 2
"""Deliveries of a message before it belongs to the DLQ: few, so that a short schedule gets there."""

STREAM_TRIES = 3
"""Failures in a row after which a batch of a stream goes to the mapping's on-failure destination."""

Record = dict[str, Any]


@dataclass(frozen=True)
class Parked:
    """A dead letter; `reason` is None for one that SQS itself moved."""

    body: str
    reason: str | None


@dataclass(eq=False)
class Message:
    """A message on its way; `held` while a consumer has it and its visibility has not run out."""

    id: str
    body: str
    receives: int = 0
    held: bool = False


@dataclass
class Queue:
    """One consumer's queue: at least once, in any order."""

    waiting: list[Message] = field(default_factory=list)
    held: list[Message] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)
    parkings: list[str] = field(default_factory=list)
    routed: set[str] = field(default_factory=set)
    reachable: bool = True
    _ids: "count[int]" = field(default_factory=count)

    def send(self, body: str) -> None:
        """Take a message; while the bus can't reach the queue, the rule's own DLQ takes it."""
        if self.reachable:
            self.waiting.append(Message(str(next(self._ids)), body))
        else:
            self.parked.append(Parked(body, "the rule's target is away"))

    def park(self, parked: Parked) -> None:
        """Take a dead letter from the consumer."""
        self.parked.append(parked)
        self.parkings.append(parked.body)

    def receive(self, picks: Sequence[int]) -> list[Message]:
        """Hand out messages; one that was handed out too often becomes a dead letter without a reason."""
        batch: list[Message] = []
        for pick in picks:
            if not self.waiting:
                break
            message = self.waiting.pop(pick % len(self.waiting))
            if message.receives == MAX_RECEIVES:
                self.parked.append(Parked(message.body, None))
                continue
            message.receives += 1
            message.held = True
            batch.append(message)
        self.held += batch
        return batch

    def finish(self, batch: Sequence[Message], failed: set[str]) -> None:
        """Delete what was handled; what was not waits again, if it does not already."""
        for message in batch:
            if message in self.held:
                self.held.remove(message)
                if message.id in failed:
                    self.waiting.append(message)
            elif message.id not in failed and message in self.waiting:
                self.waiting.remove(message)

    def run_out(self) -> None:
        """Let the visibility of all that is held run out: it waits again while it is still worked on."""
        self.waiting += self.held
        self.held.clear()

    def repeat(self, pick: int) -> None:
        """Let a message that waits come twice."""
        if self.waiting:
            self.send(self.waiting[pick % len(self.waiting)].body)

    def redrive(self, wanted: Callable[[Parked], bool]) -> int:
        """Send dead letters back; return how many."""
        back = [one for one in self.parked if wanted(one)]
        self.parked = [one for one in self.parked if not wanted(one)]
        for one in back:
            self.send(one.body)
        return len(back)


@dataclass
class Stream:
    """One table's stream: at least once, the changes of one item in their order."""

    records: list[Record] = field(default_factory=list)
    failed: list[Record] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)
    poison: list[Mapping[str, Any]] = field(default_factory=list)
    tries: int = 0

    def receive(self, picks: Sequence[int]) -> list[Record]:
        """Hand out records, as shards read side by side would; they stay until they are finished."""
        batch: list[Record] = []
        for pick in picks:
            left = [record for record in self.records if record not in batch]
            if not left:
                break
            key = left[pick % len(left)]["dynamodb"]["Keys"]
            batch.append(next(record for record in left if record["dynamodb"]["Keys"] == key))
        return batch

    def finish(self, batch: Sequence[Record], failed: set[str]) -> None:
        """Go on behind the batch, or from its first failure on again."""
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        first = next((place for place, number in enumerate(numbers) if number in failed), len(batch))
        again = list(batch[first:])
        self.tries = self.tries + 1 if again else 0
        if self.tries == STREAM_TRIES:
            self.failed += again
            again, self.tries = [], 0
        self.records = [record for record in self.records if record not in batch or record in again]

    def park(self, parked: Parked) -> None:
        """Take a record that became no event."""
        self.parked.append(parked)

    def redrive(self) -> int:
        """Let the records of the on-failure destination be relayed again, by now behind newer ones."""
        moved = len(self.failed)
        self.records += self.failed
        self.failed = []
        return moved
