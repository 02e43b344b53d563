"""Dead letters: what each kind of dead-letter place holds, read as one thing."""

import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from contracts.transport.items import from_attributes
from contracts.transport.parking import ATTEMPTS_ATTRIBUTE

NO_EVENT = "(no event)"
NO_REASON = "(none given)"

ABOUT = ("actor", "_actor", "author", "owner", "user_id", "follower", "followee", "person")
"""The fields of events and items that name the people whom they are about; mentions and audiences do not."""

TAKING_AWAY = ("deleted", "removed", "closed")
"""The verbs of facts that say what is gone. They are replayed whomever they are about: what they tell of must
go everywhere, and they hold nothing but ids."""

REASONS = ("reason", "ERROR_MESSAGE", "ErrorMessage")
"""The attributes that give a reason: our parking's, a rule target's and a subscription's."""


class Kind(StrEnum):
    """Where a letter failed, which says where it goes back to."""

    QUEUE = "queue"
    RULE = "rule target"
    RELAY = "relay"
    STREAM = "stream mapping"
    FUNCTION = "function"
    SUBSCRIPTION = "subscription"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Told:
    """One fact that a letter tells.

    Parameters
    ----------
    type
        The event type, version included.
    people
        Ids of those it is about.
    record
        The stream record that tells it, if it is one.
    takes_away
        Whether it says that something is gone.
    """

    type: str = NO_EVENT
    people: frozenset[str] = frozenset()
    record: Mapping[str, Any] | None = None
    takes_away: bool = False

    def about(self, erased: Container[str]) -> bool:
        """Tell whether it is about erased people, so that it must not be told again."""
        return not self.takes_away and any(one in erased for one in self.people)


@dataclass(frozen=True)
class DeadLetter:
    """One message or object that was given up on.

    Parameters
    ----------
    kind
        Where it failed.
    body
        All of it, as it lay there.
    parked
        When it came there.
    reason
        Why.
    attempts
        How often it was tried: once, and once more for each replay.
    tells
        What it tells: one fact, or as many as a batch of a stream had records.
    content
        The body as JSON has it; None if it is none.
    """

    kind: Kind
    body: str
    parked: datetime
    reason: str = NO_REASON
    attempts: int = 1
    tells: tuple[Told, ...] = (Told(),)
    content: Any = None

    def without(self, erased: Container[str]) -> "DeadLetter | None":
        """Return the letter without what is about erased people; None if nothing is left."""
        kept = tuple(told for told in self.tells if not told.about(erased))
        return replace(self, tells=kept) if kept else None


def message_letter(kind: Kind, message: Mapping[str, Any]) -> DeadLetter:
    """Read an SQS message of a dead-letter queue.

    Parameters
    ----------
    kind
        What the queue is the dead-letter queue of. A relay's also takes what its service's functions
        failed at.
    message
        As ReceiveMessage gives it, with all attributes.
    """
    attributes = {
        name: str(value.get("StringValue", ""))
        for name, value in message.get("MessageAttributes", {}).items()
    }
    letter = DeadLetter(
        kind,
        message["Body"],
        datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC),
        next((attributes[name] for name in REASONS if name in attributes), NO_REASON),
        _count(attributes.get(ATTEMPTS_ATTRIBUTE)),
        content=_json(message["Body"]),
    )
    match kind, letter.content:
        case Kind.RELAY, {"requestPayload": payload}:
            return _invocation(letter, payload)
        case Kind.RELAY, {"dynamodb": _} as record:
            return replace(letter, tells=(_of_record(record),))
        case Kind.RELAY, _:
            return replace(letter, kind=Kind.UNKNOWN)
        case Kind.SUBSCRIPTION, {"Type": "Notification", "Message": str(inner)}:
            return replace(letter, tells=(_of_event(_json(inner)),))
        case _, content:
            return replace(letter, tells=(_of_event(content),))


def object_letter(text: str) -> DeadLetter:
    """Read what a stream's mapping wrote to S3: its account of the failure, and the whole batch.

    Raises
    ------
    ValueError
        If it is none.
    """
    content = _json(text)
    try:
        records = json.loads(content["payload"])["Records"]
        parked = datetime.fromisoformat(content["timestamp"])
        condition = content["requestContext"]["condition"]
    except (TypeError, KeyError) as missing:
        raise ValueError(f"not what a stream's mapping writes: {missing!r}") from None
    error = content.get("responseContext", {}).get("functionError")
    tells = tuple(_of_record(record) for record in records)
    reason = f"{condition}: {error}" if error else condition
    return DeadLetter(Kind.STREAM, text, parked, reason, tells=tells, content=content)


def _invocation(letter: DeadLetter, payload: Any) -> DeadLetter:
    """Read Lambda's account of an asynchronous invocation that failed for good."""
    answer = letter.content.get("responsePayload")
    context = letter.content.get("requestContext", {})
    error = answer.get("errorMessage") if isinstance(answer, dict) else None
    records = payload.get("Records") if isinstance(payload, dict) else None
    first = records[0] if isinstance(records, list) and records and isinstance(records[0], dict) else {}
    key = str(first.get("s3", {}).get("object", {}).get("key", ""))
    return replace(
        letter,
        kind=Kind.FUNCTION,
        reason=str(error or context.get("condition") or NO_REASON),
        attempts=_count(payload.get(ATTEMPTS_ATTRIBUTE) if isinstance(payload, dict) else None),
        tells=(Told(str(first.get("eventName", NO_EVENT)), frozenset(key.split("/"))),),
    )


def _of_event(content: Any) -> Told:
    """Tell what an event on its way from the bus is about."""
    if not isinstance(content, dict) or not isinstance(content.get("detail-type"), str):
        return Told()
    detail = content.get("detail")
    about = set(_people(detail))
    if isinstance(detail, dict):
        about |= {*_people(detail.get("data")), *str(detail.get("subject", "")).split("/")}
    kind = content["detail-type"]
    data = detail.get("data") if isinstance(detail, dict) else None
    return Told(kind, frozenset(about - {""}), takes_away=_takes_away(kind, data))


def _of_record(record: Any) -> Told:
    """Tell what the new image of a stream record is about."""
    try:
        item = from_attributes(record["dynamodb"]["NewImage"])
        keys = {part for name in ("pk", "sk") for part in str(item.get(name, "")).split("#")}
        kind = str(item.get("_event", NO_EVENT))
        gone = "deleted" in item or _takes_away(kind, None)
        return Told(kind, frozenset({*_people(item), *keys} - {""}), record, gone)
    except Exception:  # whatever made it a dead letter may also keep it from being read
        return Told(record=record if isinstance(record, dict) else None)


def _takes_away(event_type: str, data: Any) -> bool:
    """Tell whether a fact says that something is gone; a delivery without a post takes it away."""
    noun, _, rest = event_type.partition(".")
    if noun == "timeline" and isinstance(data, dict):
        return data.get("post") is None
    return rest.split(".")[0] in TAKING_AWAY


def _people(content: Any) -> Iterator[str]:
    """Find the ids of the people that an event or an item is about, at any depth but in no list."""
    if not isinstance(content, dict):
        return
    for name, value in content.items():
        if name not in ABOUT:
            yield from _people(value)
        elif isinstance(value, dict):
            yield str(value.get("id", ""))
        elif isinstance(value, str):
            yield value


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _count(value: Any) -> int:
    try:
        return max(1, int(value))
    except (TypeError, ValueError):
        return 1
