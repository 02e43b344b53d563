"""The relay: turns the records of a table's stream into events on the bus.

A stream that raises blocks its shard, so a record that can't become an event is parked with its
reason and the rest goes on. What the bus refuses for a while is sent again, that alone; what it goes
on refusing is reported to the stream, which delivers it again.
"""

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol, Self

from contracts.events.envelope import EventData, detail, event, fact
from contracts.events.registry import source
from contracts.transport import trace
from contracts.transport.clients import aws_client
from contracts.transport.items import Item, from_attributes
from contracts.transport.parking import ATTEMPTS_ATTRIBUTE, LazySqs, Parking
from contracts.transport.trace import Span

ENTRIES_PER_REQUEST = 10
"""PutEvents takes at most ten entries (EventBridge quotas)."""

BYTES_PER_REQUEST = 240_000
"""PutEvents takes 256 KB in all; the rest is left to its own overhead (design §4)."""

ATTEMPTS = 4
PAUSE_SECONDS = 0.05


@dataclass(frozen=True)
class Outgoing:
    """What a changed item says to the world.

    Parameters
    ----------
    subject
        The aggregate it is about.
    data
        The event's payload.
    beside
        The same fact in the other versions that are still published, each an event of its own.

    Raises
    ------
    ValueError
        If `beside` holds another fact, or a version twice.
    """

    subject: str
    data: EventData
    beside: tuple[EventData, ...] = ()

    def __post_init__(self) -> None:
        types = [data.TYPE for data in self.versions]
        if len({fact(event_type) for event_type in types}) > 1 or len(set(types)) < len(types):
            raise ValueError(f"one change is one fact, once in each version, and not {', '.join(types)}")

    @property
    def versions(self) -> tuple[EventData, ...]:
        """The payload in every version."""
        return (self.data, *self.beside)


Outbox = Callable[[Item], Outgoing]
"""A service's mapping from an item (with its `_event`) to what is published."""


class EventsClient(Protocol):
    """The part of boto3's EventBridge client that the relay needs."""

    def put_events(self, *, Entries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:  # noqa: N803
        """Put up to ten events on the bus."""


@dataclass(frozen=True)
class _Entry:
    record_id: str
    event_id: str
    size: int
    request: dict[str, Any]
    span: Span


@dataclass(frozen=True)
class Relay:
    """The one reader of a table's stream.

    Parameters
    ----------
    service
        The service that publishes, such as `posts`.
    outbox
        Maps a changed item to its event.
    bus
        Name of the event bus.
    events
        A boto3 EventBridge client.
    park
        Where a record goes that can't become an event.
    """

    service: str
    outbox: Outbox
    bus: str
    events: EventsClient = field(repr=False)
    park: Parking
    pause: Callable[[float], None] = time.sleep

    @classmethod
    def on_aws(cls, service: str, outbox: Outbox) -> Self:
        """Build the relay of a deployed service from its environment."""
        import os

        dlq_url = os.environ[f"RELAY_DLQ_{service.upper()}_URL"]
        return cls(
            service=service,
            outbox=outbox,
            bus=os.environ["BUS"],
            events=aws_client("events"),
            park=Parking(LazySqs(), dlq_url, f"relay:{service}"),
        )

    def __call__(self, records: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, str]]]:
        """Publish what the records of one batch say.

        Parameters
        ----------
        records
            `Records` of a DynamoDB Streams event (view NEW_AND_OLD_IMAGES).

        Returns
        -------
        dict
            `batchItemFailures`: the records that the stream must deliver again.
        """
        started = time.perf_counter()
        entries = [entry for record in records for entry in self._entries(record)]
        with trace.carrying(*(entry.span.header for entry in entries)):
            failed = [entry for request in _requests(entries) for entry in self._put(request)]
            told = {
                "events": [entry.event_id for entry in entries],
                "failed": len(failed),
                "ms": round((time.perf_counter() - started) * 1000, 1),
            }
            self._logger.info("relayed", extra=told)
        for entry in failed:
            entry.span.end("the bus refused it")
        for entry in entries:
            entry.span.end()
        records_failed = dict.fromkeys(entry.record_id for entry in failed)
        return {"batchItemFailures": [{"itemIdentifier": record_id} for record_id in records_failed]}

    @property
    def _logger(self) -> logging.Logger:
        """The service's structured logger, which its app has set up."""
        return logging.getLogger(f"hidoki.{self.service}")

    def _entries(self, record: Mapping[str, Any]) -> list[_Entry]:
        """Return a record's events, all of them or none: what can't be told whole is parked."""
        span = Span("", None)
        try:
            item = changed_item(record)
            if item is None:
                return []
            span = Span(f"relay:{self.service}", item.get("_trace"), event=item["_event"])
            with trace.carrying(span.header):
                outgoing = self.outbox(item)
                return [self._entry(record, item, outgoing.subject, data, span) for data in outgoing.versions]
        except Exception as failure:
            reason = f"{type(failure).__name__}: {failure}"
            self.park(json.dumps(record, default=str), reason, int(record.get(ATTEMPTS_ATTRIBUTE, 1)))
            span.end(reason)
            return []

    def _entry(
        self, record: Mapping[str, Any], item: Item, subject: str, data: EventData, span: Span
    ) -> _Entry:
        if source(data.TYPE) != f"hidoki.{self.service}":
            raise ValueError(f"{self.service} may not publish {data.TYPE}")
        envelope = event(
            data,
            source=f"hidoki.{self.service}",
            subject=subject,
            sequence=int(item["sequence"]),
            time=_time(item),
            actor=item.get("_actor"),
            trace=trace.current(),
        )
        body = detail(envelope)
        size = len(body.encode())
        if size > BYTES_PER_REQUEST:
            raise ValueError(f"{data.TYPE} of {size} bytes is over {BYTES_PER_REQUEST}")
        request = {
            "Source": f"hidoki.{self.service}",
            "DetailType": data.TYPE,
            "Detail": body,
            "EventBusName": self.bus,
        }
        if span.header and trace.sampled(span.header):
            request["TraceHeader"] = span.header  # X-Ray then shows the bus and the queues, too
        return _Entry(record["dynamodb"]["SequenceNumber"], envelope.id, size, request, span)

    def _put(self, entries: Sequence[_Entry]) -> Sequence[_Entry]:
        for attempt in range(ATTEMPTS):
            if attempt:
                self.pause(PAUSE_SECONDS * 2**attempt)
            try:
                answer = self.events.put_events(Entries=[entry.request for entry in entries])
            except Exception:
                if attempt == ATTEMPTS - 1:
                    self._logger.exception("the bus is away")
                continue
            results = answer.get("Entries", [])
            entries = [
                entry for entry, result in zip(entries, results, strict=True) if result.get("ErrorCode")
            ]
            if not entries:
                break
        return entries


def changed_item(record: Mapping[str, Any]) -> Item | None:
    """Return the new item if its change is to be published.

    That is when `sequence` moved and `_event` names an event; projections and removals by TTL publish
    nothing.
    """
    images = record["dynamodb"]
    new, old = images.get("NewImage"), images.get("OldImage", {})
    if not new or "_event" not in new or new.get("sequence") == old.get("sequence"):
        return None
    return from_attributes(new)


def _time(item: Item) -> datetime:
    return datetime.fromisoformat(item["_at"]) if "_at" in item else datetime.now(UTC)


def _requests(entries: Sequence[_Entry]) -> Iterator[list[_Entry]]:
    """Cut the entries into requests that PutEvents takes."""
    request: list[_Entry] = []
    size = 0
    for entry in entries:
        if request and (len(request) == ENTRIES_PER_REQUEST or size + entry.size > BYTES_PER_REQUEST):
            yield request
            request, size = [], 0
        request.append(entry)
        size += entry.size
    if request:
        yield request
