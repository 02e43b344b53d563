"""Table items as plain Python values, and the outbox attributes that make a write an event."""

from collections.abc import Mapping
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
def _types() -> tuple[Any, Any]:
    from base64 import b64decode

    from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

    class FromWire(TypeDeserializer):  # type: ignore[misc] # boto3 has no types
        """Reads binary values also as Lambda gives a stream's records: in JSON, so in base64."""

        def _deserialize_b(self, value: bytes | str) -> bytes:
            return b64decode(value) if isinstance(value, str) else bytes(value)

    return TypeSerializer(), FromWire()


def to_attributes(item: Mapping[str, Any]) -> Attributes:
    """Return an item for DynamoDB's wire; attributes that are None are left out."""
    serialize = _types()[0].serialize
    return {name: serialize(_storable(value)) for name, value in item.items() if value is not None}


def from_attributes(attributes: Mapping[str, Any]) -> Item:
    """Return an item from DynamoDB's wire or stream, its numbers as int or float."""
    deserialize = _types()[1].deserialize
    return {name: _plain(deserialize(value)) for name, value in attributes.items()}


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


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value
