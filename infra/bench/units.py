"""What a request costs in DynamoDB's units: reads by the rule that AWS documents, writes as the cloud tells.

The rule (developer guide, "DynamoDB item sizes and formats" and "capacity unit consumption"): a read costs
half a unit for each 4 KB, twice that if consistent; a query counts the sum of its items, a batch each alone;
a write costs a unit for each KB of the item. MiniStack can't be asked for reads: it tells half a unit for a
query of any size, and nothing for BatchGetItem. Its word on writes, which counts the indexes and what was
there before, is held against the rule wherever the request shows the whole item.
"""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

READS = ("GetItem", "BatchGetItem", "Query")
INDEXED = ("followee", "connection_id", "bookmarker", "queue", "naming", "owner")
"""Attributes that put an item into an index, which then costs units too."""


@dataclass(frozen=True)
class Units:
    """Read and write units."""

    read: float = 0.0
    write: float = 0.0

    def __add__(self, other: "Units") -> "Units":
        return Units(self.read + other.read, self.write + other.write)

    def __str__(self) -> str:
        return f"{self.read:g} R {self.write:g} W"


def spent(call: Mapping[str, Any]) -> Units:
    """Return what a recorded request to DynamoDB cost."""
    if call["operation"] in READS:
        return Units(read=_read(call))
    told = _told(call)
    if told is None:
        raise ValueError(
            f"nothing tells what this {call['operation']} cost: it was answered {call['status']}"
        )
    return Units(write=told)


def disagreement(call: Mapping[str, Any]) -> str | None:
    """Return how the cloud's word on a write differs from the rule; None if not, or if nothing can tell."""
    told, ruled = _told(call), _written(call)
    if told is None or ruled is None or told == ruled:
        return None
    return f"{call['operation']}: told {told:g}, by the rule {ruled:g}"


def size(value: Mapping[str, Any]) -> int:
    """Return the bytes that an item of DynamoDB's wire format counts."""
    return sum(len(name.encode()) + _value(one) for name, one in value.items())


def _value(value: Mapping[str, Any]) -> int:
    match value:
        case {"S": str(text)}:
            return len(text.encode())
        case {"B": str(text)}:
            return len(b64decode(text))
        case {"N": str(digits)}:
            significant = digits.lstrip("-").replace(".", "").strip("0")
            return ceil(len(significant) / 2) + 1 + digits.startswith("-")
        case {"M": dict(inner)}:
            return 3 + sum(1 + len(name.encode()) + _value(one) for name, one in inner.items())
        case {"L": list(inner)}:
            return 3 + sum(1 + _value(one) for one in inner)
    return 1


def _read(call: Mapping[str, Any]) -> float:
    params, answer = call["params"], _answer(call)
    if "ProjectionExpression" in params or answer.get("ScannedCount") != answer.get("Count"):
        raise ValueError(f"this {call['operation']} read more than it shows")
    match call["operation"]:
        case "GetItem":
            return _reading([answer.get("Item", {})], params)
        case "BatchGetItem":
            return sum(
                _batch(answer["Responses"].get(table, []), wanted)
                for table, wanted in params["RequestItems"].items()
            )
    return _reading(answer["Items"], params)


def _batch(found: Sequence[Mapping[str, Any]], wanted: Mapping[str, Any]) -> float:
    absent = len(wanted["Keys"]) - len(found)
    return sum(_reading([item], wanted) for item in [*found, *([{}] * absent)])


def _reading(items: Sequence[Mapping[str, Any]], how: Mapping[str, Any]) -> float:
    return max(1, ceil(sum(map(size, items)) / 4_096)) * (1.0 if how.get("ConsistentRead") else 0.5)


def _written(call: Mapping[str, Any]) -> float | None:
    """Return what the items of a put cost if they replace nothing larger; None for other writes."""
    match call["operation"]:
        case "PutItem":
            items = [call["params"]["Item"]]
        case "BatchWriteItem":
            requests = [one for some in call["params"]["RequestItems"].values() for one in some]
            items = [one["PutRequest"]["Item"] for one in requests if "PutRequest" in one]
            if len(items) < len(requests):
                return None
        case _:
            return None
    if any(name in item for item in items for name in INDEXED):
        return None
    return float(sum(max(1, ceil(size(item) / 1_024)) for item in items))


def _told(call: Mapping[str, Any]) -> float | None:
    consumed = _answer(call).get("ConsumedCapacity")
    if not consumed:
        return None
    return float(
        sum(one["CapacityUnits"] for one in (consumed if isinstance(consumed, list) else [consumed]))
    )


def _answer(call: Mapping[str, Any]) -> dict[str, Any]:
    return dict(json.loads(b64decode(call["body"]) or b"{}"))
