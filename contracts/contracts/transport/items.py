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


_LARGE = 10**38
"""DynamoDB keeps 38 digits: boto3 refuses a number of more."""


@cache
def _serializer() -> Any:
    from boto3.dynamodb.types import TypeSerializer

    return TypeSerializer()


def to_attributes(item: Mapping[str, Any]) -> Attributes:
    """Return an item for DynamoDB's wire; attributes that are None are left out."""
    return {name: _attribute(value) for name, value in item.items() if value is not None}


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


def _attribute(value: Any) -> dict[str, Any]:
    """Write a value; what is neither text nor a whole number of usual size, nor holds such, boto3 writes.

    Its serializer tries each type in turn, which makes it slow, and knows neither floats nor tuples.
    """
    written: dict[str, Any]
    match value:
        case str():
            written = {"S": value}
        case bool():
            written = {"BOOL": value}
        case int() if -_LARGE < value < _LARGE:
            written = {"N": str(value)}
        case None:
            written = {"NULL": True}
        case Mapping():
            written = {"M": {key: _attribute(inner) for key, inner in value.items()}}
        case list() | tuple():
            written = {"L": [_attribute(inner) for inner in value]}
        case datetime():
            written = {"S": value.isoformat()}
        case float():
            written = _serializer().serialize(Decimal(str(value)))
        case _:
            written = _serializer().serialize(value)
    return written


def _plain(value: Mapping[str, Any]) -> Any:
    [(kind, written)] = value.items()
    return _READERS[kind](written)


def _number(text: str) -> int | float:
    if text.isdecimal():
        return int(text)
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
