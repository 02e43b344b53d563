"""DynamoDB in memory: boto3's client over tables with streams, a moment before and after each call.

What the services' own adapters ask of it, it does as DynamoDB documents it: conditions, transactions, batches
that are left undone in part, and a stream record for each change of an item, as Lambda hands it on.
Not simulated: limits of size, and reads that lag behind; every read sees every finished write.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from moments import Moments, Refused
from table_expressions import Attributes, condition, update

type Key = tuple[str, str]
type Answer = dict[str, Any]

NOTHING: Attributes = {}


class AwsError(Exception):
    """An error as botocore raises it."""

    def __init__(self, **response: Any) -> None:
        super().__init__(response)
        self.response = response


class _Errors:
    class ConditionalCheckFailedException(AwsError):
        """The condition of a write did not hold."""

    class TransactionCanceledException(AwsError):
        """A transaction was not done."""


@dataclass(frozen=True)
class Write:
    """One change of one item: what was there before and after, None for nothing."""

    table: str
    key: Key
    old: Attributes | None
    new: Attributes | None


@dataclass
class MemoryDynamo:
    """The client; `writes` is the history of all changes, `heard` is told each one's stream record."""

    moments: Moments
    heard: Callable[[str, Answer], None]
    tables: dict[str, dict[Key, Attributes]] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    exceptions: type[_Errors] = _Errors

    def get_item(self, *, TableName: str, Key: Attributes, ConsistentRead: bool = False) -> Answer:
        return self.moments.around(lambda: _found(self._table(TableName).get(_key(Key))))

    def put_item(self, *, TableName: str, Item: Attributes, **options: Any) -> Answer:
        return self.moments.around(partial(self._conditionally, TableName, _key(Item), options, Item))

    def delete_item(self, *, TableName: str, Key: Attributes, **options: Any) -> Answer:
        return self.moments.around(partial(self._conditionally, TableName, _key(Key), options, None))

    def update_item(
        self, *, TableName: str, Key: Attributes, UpdateExpression: str, **options: Any
    ) -> Answer:
        def do() -> Answer:
            key = _key(Key)
            changed = update(
                UpdateExpression,
                {**self._table(TableName).get(key, NOTHING), **Key},
                options.get("ExpressionAttributeNames", {}),
                options.get("ExpressionAttributeValues", {}),
            )
            self._conditionally(TableName, key, options, changed)
            return {"Attributes": changed}

        return self.moments.around(do)

    def query(self, *, TableName: str, KeyConditionExpression: str, **options: Any) -> Answer:
        return self.moments.around(partial(self._query, TableName, KeyConditionExpression, options))

    def get_paginator(self, operation: str) -> "MemoryDynamo":
        assert operation == "query"
        return self

    def paginate(self, **request: Any) -> Iterator[Answer]:
        yield self.query(**request)

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> Answer:
        def do() -> Answer:
            return {
                "Responses": {
                    name: [item for key in asked["Keys"] if (item := self._table(name).get(_key(key)))]
                    for name, asked in RequestItems.items()
                }
            }

        return self.moments.around(do)

    def batch_write_item(self, *, RequestItems: Mapping[str, Sequence[Answer]]) -> Answer:
        """Write one by one: what is refused half-way is left undone with all behind it."""
        self.moments()
        requests = [(name, request) for name, some in RequestItems.items() for request in some]
        done = 0
        try:
            for name, request in requests:
                self.moments()
                item = request["PutRequest"]["Item"] if "PutRequest" in request else None
                self._write(name, _key(item or request["DeleteRequest"]["Key"]), item)
                done += 1
        except Refused:
            left: dict[str, list[Answer]] = {}
            for name, request in requests[done:]:
                left.setdefault(name, []).append(request)
            return {"UnprocessedItems": left}
        self.moments()
        return {"UnprocessedItems": {}}

    def transact_write_items(self, *, TransactItems: Sequence[Answer]) -> Answer:
        def do() -> Answer:
            parts = [next(iter(item.items())) for item in TransactItems]
            holds = [
                self._holds(part["TableName"], _key(part.get("Item") or part["Key"]), part)
                for _, part in parts
            ]
            if not all(holds):
                codes = [{"Code": "None" if held else "ConditionalCheckFailed"} for held in holds]
                raise _Errors.TransactionCanceledException(CancellationReasons=codes)
            for kind, part in parts:
                if kind != "ConditionCheck":
                    item = part.get("Item")
                    self._write(part["TableName"], _key(item or part["Key"]), item)
            return {}

        return self.moments.around(do)

    def items(self, table: str, pk: str = "") -> list[Attributes]:
        """Return the items of a table whose partition key starts like this, for a checker to look at."""
        return [item for (partition, _), item in self._table(table).items() if partition.startswith(pk)]

    def _table(self, name: str) -> dict[Key, Attributes]:
        return self.tables.setdefault(name, {})

    def _query(self, table: str, text: str, options: Mapping[str, Any]) -> Answer:
        names, values = options.get("ExpressionAttributeNames", {}), options["ExpressionAttributeValues"]
        matches = condition(text)
        found = sorted(
            (key for key, item in self._table(table).items() if matches(item, names, values)),
            reverse=not options.get("ScanIndexForward", True),
        )
        if start := options.get("ExclusiveStartKey"):
            found = found[found.index(_key(start)) + 1 :]
        page = found[: options.get("Limit")]
        shown = condition(options["FilterExpression"]) if "FilterExpression" in options else None
        items = [self._table(table)[key] for key in page]
        last = {"LastEvaluatedKey": _wire(page[-1])} if len(page) == options.get("Limit") else {}
        return {"Items": [item for item in items if not shown or shown(item, names, values)], **last}

    def _holds(self, table: str, key: Key, options: Mapping[str, Any]) -> bool:
        text = options.get("ConditionExpression")
        names, values = (options.get(f"ExpressionAttribute{what}", {}) for what in ("Names", "Values"))
        return not text or condition(text)(self._table(table).get(key, NOTHING), names, values)

    def _conditionally(
        self, table: str, key: Key, options: Mapping[str, Any], new: Attributes | None
    ) -> Answer:
        old = self._table(table).get(key)
        if not self._holds(table, key, options):
            raise _Errors.ConditionalCheckFailedException(**_found(old))
        self._write(table, key, new)
        return {"Attributes": old or {}}

    def _write(self, table: str, key: Key, new: Attributes | None) -> None:
        items = self._table(table)
        old = items.get(key)
        if old == new:
            return
        if new is None:
            del items[key]
        else:
            items[key] = new
        self.writes.append(Write(table, key, old, new))
        self.heard(table, self._record(key, old, new))

    def _record(self, key: Key, old: Attributes | None, new: Attributes | None) -> Answer:
        images = {"OldImage": old, "NewImage": new}
        change: Answer = {
            "Keys": _wire(key),
            "SequenceNumber": str(len(self.writes)),
            "StreamViewType": "NEW_AND_OLD_IMAGES",
            **{name: image for name, image in images.items() if image is not None},
        }
        name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
        record = {"eventID": str(len(self.writes)), "eventName": name, "dynamodb": change}
        return as_lambda_gets(record)


def as_lambda_gets(record: Mapping[str, Any]) -> Answer:
    """Return a stream's record as Lambda hands it on: in JSON, so binary values in base64."""
    in_json: Answer = json.loads(json.dumps(record, default=_in_json))
    return in_json


def _in_json(value: Any) -> str:
    return b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _key(item: Attributes) -> Key:
    return item["pk"]["S"], item["sk"]["S"]


def _wire(key: Key) -> Answer:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def _found(item: Attributes | None) -> Answer:
    return {"Item": item} if item is not None else {}
