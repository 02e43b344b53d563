"""The consumer: hands the events of a queue to their handlers, each record on its own.

A message that can never be handled (bad JSON, an event type or version that nobody declared) is parked
in the queue's DLQ at once; one whose handler fails is left for the queue to deliver again and parked,
with the failure as its reason, at the last delivery.
"""

import json
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from pydantic import ValidationError
from pydantic_core import from_json

from contracts.events.consumers import CONSUMERS
from contracts.events.envelope import Event, EventData, envelope_of
from contracts.events.registry import model, retirement
from contracts.transport import trace
from contracts.transport.parking import ATTEMPTS_ATTRIBUTE, LazySqs, Parking
from contracts.transport.trace import Span

Handler = Callable[[Event[Any]], None]
"""Applies one event; idempotent, and raises when the event must be delivered again."""

BatchHandler = Callable[[Sequence[Event[Any]]], Mapping[str, str]]
"""Applies many events; returns the reason of each one that failed, by event id."""

WorkHandler = Callable[[Mapping[str, Any]], None]
"""Does one piece of work that the service sent to its own queue."""

Failures = dict[str, str]
"""Reason of failure by message id."""


class Poison(Exception):
    """A message that no number of deliveries will make right."""


class Park(Protocol):
    """Sends a message body with its reason to the DLQ."""

    def __call__(self, body: str, reason: str, attempts: int) -> None:
        """Park one message, which was tried `attempts` times."""


@dataclass(frozen=True)
class _Message:
    id: str
    body: str
    receives: int
    attempts: int
    trace: str | None = None
    event: Event[Any] | None = None
    work: tuple[str, Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class QueueConsumer:
    """Reads one consumer's queue.

    Parameters
    ----------
    name
        The consumer, a key of `CONSUMERS`.
    handlers
        For each event class that the consumer declares, its handler; or one function for all.
    park
        The consumer's DLQ.
    work
        Handlers of the messages that the service sends to its own queue, by their name.
    max_receives
        Deliveries of a message before it belongs to the DLQ; the queue's maxReceiveCount.

    Raises
    ------
    ValueError
        If the handlers are not those of the declared types.
    """

    name: str
    handlers: Mapping[type[EventData], Handler] | BatchHandler
    park: Park = field(repr=False)
    work: Mapping[str, WorkHandler] = field(default_factory=dict)
    max_receives: int = 5

    @property
    def _logger(self) -> logging.Logger:
        """The service's structured logger, which its app has set up."""
        return logging.getLogger(f"hidoki.{CONSUMERS[self.name].service}")

    def __post_init__(self) -> None:
        declared = set(CONSUMERS[self.name].types)
        if isinstance(self.handlers, Mapping) and declared != {model.TYPE for model in self.handlers}:
            raise ValueError(f"{self.name} declares {sorted(declared)} and must handle just these")

    @classmethod
    def on_aws(
        cls,
        name: str,
        handlers: Mapping[type[EventData], Handler] | BatchHandler,
        work: Mapping[str, WorkHandler] | None = None,
    ) -> "QueueConsumer":
        """Build the consumer of a deployed service from its environment."""
        variable = name.upper().replace("-", "_")
        parking = Parking(LazySqs(), os.environ[f"DLQ_{variable}_URL"], f"consumer:{name}")
        return cls(name, handlers, parking, work or {}, int(os.environ["MAX_RECEIVES"]))

    def __call__(self, event: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
        """Handle one batch.

        Parameters
        ----------
        event
            A Lambda event of an SQS event source mapping with ReportBatchItemFailures.

        Returns
        -------
        dict
            `batchItemFailures`: the messages that the queue must deliver again.
        """
        started = time.perf_counter()
        messages = [message for record in event["Records"] if (message := self._read(record))]
        with trace.carrying(*(message.trace for message in messages)):
            failures = self._handle(messages)
            told = {
                "consumer": self.name,
                "events": [message.event.id for message in messages if message.event],
                "failed": len(failures),
                "ms": round((time.perf_counter() - started) * 1000, 1),
            }
            self._logger.info("consumed", extra=told)
        again = [
            message
            for message in messages
            if message.id in failures and not self._parked_at_last(message, failures[message.id])
        ]
        return {"batchItemFailures": [{"itemIdentifier": message.id} for message in again]}

    def _read(self, record: Mapping[str, Any]) -> _Message | None:
        body = record["body"]
        attempts = int(record.get("messageAttributes", {}).get(ATTEMPTS_ATTRIBUTE, {}).get("stringValue", 1))
        try:
            told = self._parsed(body)
        except Poison as poison:
            self._logger.warning("parked a message of %s: %s", self.name, poison)
            self.park(body, str(poison), attempts)
            return None
        receives = int(record["attributes"]["ApproximateReceiveCount"])
        return _Message(record["messageId"], body, receives, attempts, **told)

    def _parsed(self, body: str) -> dict[str, Any]:
        """Return what a message tells: its event or work, and its trace."""
        try:
            outer = from_json(body)  # in half the time of json.loads
            kind, detail = outer["detail-type"], outer["detail"]
        except (ValueError, TypeError, KeyError) as failure:
            raise Poison(f"not an event: {type(failure).__name__}: {failure}") from None
        if not isinstance(kind, str):
            raise Poison("not an event: its detail-type is no text")
        if kind in self.work:
            return {"trace": outer.get("trace"), "work": (kind, detail)}
        if kind not in CONSUMERS[self.name].types:
            raise Poison(retirement(kind) or f"unknown event type or version {kind!r}")
        try:
            parsed = envelope_of(model(kind)).model_validate(detail)
        except ValidationError as invalid:
            raise Poison(f"breaks the contract of {kind}: {_first(invalid)}") from None
        return {"trace": parsed.trace, "event": parsed}

    def _handle(self, messages: Sequence[_Message]) -> Failures:
        together = [message for message in messages if message.event and callable(self.handlers)]
        failures = self._handle_together(together) if together else {}
        for message in messages:
            if message.event and callable(self.handlers):
                continue
            if reason := self._handle_one(message):
                failures[message.id] = reason
        return failures

    def _handle_together(self, messages: Sequence[_Message]) -> Failures:
        handle = cast(BatchHandler, self.handlers)
        spans = {message.id: self._span(message) for message in messages}
        events = {message.id: message.event for message in messages if message.event}
        try:
            failed = handle(list(events.values()))
            failures = {key: failed[event.id] for key, event in events.items() if event.id in failed}
        except Exception as failure:
            self._logger.exception("%s failed on a batch of %d", self.name, len(events))
            failures = dict.fromkeys(events, f"{type(failure).__name__}: {failure}")
        for key, span in spans.items():
            span.end(failures.get(key))
        return failures

    def _handle_one(self, message: _Message) -> str | None:
        """Handle a message; return why that failed, if it did."""
        span, reason = self._span(message), None
        with trace.carrying(span.header):
            try:
                if message.work:
                    kind, detail = message.work
                    self.work[kind](detail)
                elif message.event and isinstance(self.handlers, Mapping):
                    self.handlers[type(message.event.data)](message.event)
            except Exception as failure:
                self._logger.exception("%s failed on message %s", self.name, message.id)
                reason = f"{type(failure).__name__}: {failure}"
        span.end(reason)
        return reason

    def _span(self, message: _Message) -> Span:
        kind = message.event.type if message.event else message.work[0] if message.work else ""
        return Span(self.name, message.trace, event=kind)

    def _parked_at_last(self, message: _Message, reason: str) -> bool:
        """Park a message at its last delivery; SQS would move it to the DLQ without a reason."""
        if message.receives < self.max_receives:
            return False
        try:
            self.park(message.body, reason, message.attempts)
        except Exception:
            with trace.carrying(message.trace):
                self._logger.exception("could not park message %s of %s", message.id, self.name)
            return False
        return True


def work_body(kind: str, detail: Mapping[str, Any]) -> str:
    """Return the body of a message that a service sends to its own queue; the trace goes with it."""
    told = {"detail-type": kind, "detail": detail, "trace": trace.current()}
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def _first(invalid: ValidationError) -> str:
    error = invalid.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}"
