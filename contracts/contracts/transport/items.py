"""Table items as plain Python values, and the outbox attributes that make a write an event."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from contracts.transport import trace

Item = dict[str, Any]
"""A table item as plain Python values."""

Attributes = dict[str, dict[str, Any]]
"""A table item as DynamoDB's wire format has it: `{"text": {"S": "…"}}`."""


@cache
def _serializer() -> Any:
    from boto3.dynamodb.types import TypeSerializer

    return TypeSerializer()


def to_attributes(item: Mapping[str, Any]) -> Attributes:
    """Return an item for DynamoDB's wire; attributes that are None are left out."""
    serialize = _serializer().serialize
    return {name: serialize(_storable(value)) for name, value in item.items() if value is not None}


def from_attributes(attributes: Mapping[str, Any]) -> Item:
    """Return an item from DynamoDB's wire or stream, its numbers as int or float.

    boto3's deserializer would make decimals first, and takes three times as long: every page of a
    timeline and every record of a stream goes through here.
    """
    return {name: _plain(value) for name, value in attributes.items()}


def outbox(event_type: str, *, sequence: int, actor: str | None, at: datetime) -> Item:
    """Return the attributes that make a write publish an event; put them in the same conditional write.

    Parameters
    ----------
    event_type
        Such as `post.published.v1`.
    sequence
        The aggregate's, one more than before the write.
    actor
        Id of the person who acted, None for the system.
    at
        When it happened, in UTC.
    """
    return {
        "sequence": sequence,
        "_event": event_type,
        "_actor": actor,
        "_trace": trace.current(),
        "_at": at.isoformat(),
    }


def _storable(value: Any) -> Any:
    """DynamoDB's serializer takes Decimal for float, and lists for tuples; None inside stays a null."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _storable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(inner) for inner in value]
    return value


def _plain(value: Mapping[str, Any]) -> Any:
    [(kind, written)] = value.items()
    return _READERS[kind](written)


def _number(text: str) -> int | float:
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else float(number)


def _binary(value: bytes | str) -> bytes:
    """Read a binary value, also as Lambda gives a stream's records: in JSON, so in base64."""
    return b64decode(value) if isinstance(value, str) else bytes(value)


_READERS: dict[str, Callable[[Any], Any]] = {
    "S": str,
    "N": _number,
    "BOOL": bool,
    "NULL": lambda _: None,
    "B": _binary,
    "M": from_attributes,
    "L": lambda values: [_plain(value) for value in values],
    "SS": set,
    "NS": lambda texts: set(map(_number, texts)),
    "BS": lambda values: set(map(_binary, values)),
}
