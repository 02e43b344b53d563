"""All the dead-letter places of a stage, and the way back from each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.events.consumers import CONSUMERS
from contracts.replay.functions import ToFunction, ToRelay
from contracts.replay.letters import DeadLetter, Kind
from contracts.replay.objects import BucketPlace
from contracts.replay.queues import QueuePlace, ToQueue
from contracts.replay.replayer import Send
from contracts.replay.subscriptions import ToSubscription, subscriptions

DLQ = "-dlq"
RULE_DLQ = "-rule-dlq"
RELAY_DLQ = "-relay-dlq"

STREAMS = "stream-failures"
"""What the bucket of the streams' mappings is called."""


@dataclass(frozen=True)
class Dlq:
    """One place where dead letters lie.

    Parameters
    ----------
    name
        What it is called in its stage.
    kind
        What it is for.
    place
        Where its letters lie.
    back
        Where they go back to, as a person says it.
    send
        Sends them there.
    """

    name: str
    kind: Kind
    place: QueuePlace | BucketPlace = field(repr=False)
    back: str
    send: Send = field(repr=False)


class ByKind:
    """Sends each letter of a place that holds several kinds by the way of its own.

    Parameters
    ----------
    ways
        The way of each kind; a letter of another kind is refused.
    """

    def __init__(self, ways: Mapping[Kind, Send]) -> None:
        self._ways = ways

    def __call__(self, letters: Sequence[DeadLetter]) -> Mapping[int, str]:
        """Send letters; return why each refused one was refused."""
        refused = {
            position: "it does not say where it came from"
            for position, letter in enumerate(letters)
            if letter.kind not in self._ways
        }
        for kind, send in self._ways.items():
            positions = [position for position, letter in enumerate(letters) if letter.kind == kind]
            if positions:
                answer = send([letters[position] for position in positions])
                refused |= {positions[position]: reason for position, reason in answer.items()}
        return refused


@dataclass(frozen=True)
class Places:
    """The dead-letter places of one stage.

    Parameters
    ----------
    name
        The stage's.
    client
        Makes a botocore client of a service.
    """

    name: str
    client: Callable[[str], Any] = field(repr=False)

    @property
    def _prefix(self) -> str:
        return f"hidoki-{self.name}-"

    def all(self) -> Iterator[Dlq]:
        """Return every place, by name."""
        sqs = self.client("sqs")
        pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=self._prefix)
        urls = sorted(url for page in pages for url in page.get("QueueUrls", ()) if url.endswith(DLQ))
        for url in urls:
            yield self._queue(sqs, url)
        if bucket := self._bucket():
            yield self._streams(bucket)

    def named(self, name: str) -> list[Dlq]:
        """Return the place of a name, or both of a consumer's.

        Raises
        ------
        LookupError
            If the stage has none.
        """
        if name == STREAMS and (bucket := self._bucket()):
            return [self._streams(bucket)]
        sqs = self.client("sqs")
        names = [name] if name.endswith(DLQ) else [name + DLQ, name + RULE_DLQ]
        found = []
        for one in names:
            try:
                url = sqs.get_queue_url(QueueName=self._prefix + one)["QueueUrl"]
            except sqs.exceptions.QueueDoesNotExist:
                continue
            found.append(self._queue(sqs, url))
        if not found:
            raise LookupError(f"stage {self.name} has neither a consumer nor a dead-letter queue {name!r}")
        return found

    def _queue(self, sqs: Any, url: str) -> Dlq:
        name = url.rpartition("/")[2].removeprefix(self._prefix)
        kind, back, send = self._way_back(sqs, url, name)
        return Dlq(name, kind, QueuePlace(sqs, url, kind), back, send)

    def _way_back(self, sqs: Any, url: str, name: str) -> tuple[Kind, str, Send]:
        owner = url.rpartition("/")[0]
        for suffix, kind in ((RULE_DLQ, Kind.RULE), (DLQ, Kind.QUEUE)):
            consumer = name.removesuffix(suffix)
            if consumer in CONSUMERS:
                return kind, consumer, ToQueue(sqs, f"{owner}/{self._prefix}{consumer}")
        if name.endswith(RELAY_DLQ):
            service = name.removesuffix(RELAY_DLQ)
            functions = self.client("lambda")
            ways: dict[Kind, Send] = {
                Kind.RELAY: ToRelay(functions, self.client("dynamodb")),
                Kind.FUNCTION: ToFunction(functions),
            }
            return Kind.RELAY, f"the functions of {service}", ByKind(ways)
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        sns = self.client("sns")
        if found := subscriptions(sns, attributes["QueueArn"], self._prefix):
            ends = ", ".join(sorted({one.endpoint.rpartition(":")[2] for one in found}))
            return Kind.SUBSCRIPTION, ends, ToSubscription(sqs, sns, self.client("lambda"), found)
        return Kind.UNKNOWN, "nobody", ByKind({})

    def _streams(self, bucket: str) -> Dlq:
        send = ByKind({Kind.STREAM: ToRelay(self.client("lambda"), self.client("dynamodb"))})
        return Dlq(STREAMS, Kind.STREAM, BucketPlace(self.client("s3"), bucket), "the relays", send)

    def _bucket(self) -> str | None:
        parameters = self.client("ssm").get_parameters(Names=[f"/hidoki/{self.name}/{STREAMS}-bucket"])
        return next((str(found["Value"]) for found in parameters["Parameters"]), None)
