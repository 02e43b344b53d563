"""One DynamoDB table in plain Python values: reads, conditional puts, batches that finish."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import batched
from typing import Any

from contracts.transport.clients import aws_client
from contracts.transport.items import Attributes, Item, from_attributes, to_attributes

READS_PER_BATCH = 100
WRITES_PER_BATCH = 25
ATTEMPTS = 8
PAUSE_SECONDS = 0.05

REFUSED = "ConditionalCheckFailed"
CONFLICT = "TransactionConflict"
"""Why a write of a transaction was not done: its condition, or another transaction on its item."""

_NEXT = "if_not_exists(#sequence, :sequence) + :one"

Key = tuple[str, str]
"""Partition and sort key."""

Condition = dict[str, Any]
"""A condition as the parameters of a write."""


class Throttled(Exception):
    """DynamoDB left a part of a batch undone, again and again."""


def unmoved(seen: int | None) -> Condition:
    """Return the condition that an item's sequence is still the one seen, None for no item."""
    if seen is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#sequence = :seen",
        "ExpressionAttributeNames": {"#sequence": "sequence"},
        "ExpressionAttributeValues": to_attributes({":seen": seen}),
    }


def at_most(sequence: int) -> Condition:
    """Return the condition that an item is absent or not newer than `sequence`."""
    return {
        "ConditionExpression": "attribute_not_exists(pk) OR #sequence <= :sequence",
        "ExpressionAttributeNames": {"#sequence": "sequence"},
        "ExpressionAttributeValues": to_attributes({":sequence": sequence}),
    }


@cache
def client() -> Any:
    """Return this process's DynamoDB client."""
    return aws_client("dynamodb")


@dataclass(frozen=True)
class Table:
    """A table, by name.

    Parameters
    ----------
    name
        The table's.
    dynamodb
        A boto3 DynamoDB client.
    """

    name: str
    dynamodb: Any = field(default_factory=client, repr=False)
    pause: Callable[[float], None] = field(default=time.sleep, repr=False)

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        """Return one item."""
        answer = self.dynamodb.get_item(
            TableName=self.name, Key=attributes_of(key), ConsistentRead=consistent
        )
        return from_attributes(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Iterable[Key], *, consistent: bool = False) -> dict[Key, Item]:
        """Return those of several items that are there."""
        found: dict[Key, Item] = {}
        for some in batched(dict.fromkeys(keys), READS_PER_BATCH, strict=False):
            wanted = {"Keys": [attributes_of(key) for key in some], "ConsistentRead": consistent}
            for item in self._read({self.name: wanted}):
                found[item["pk"], item["sk"]] = item
        return found

    def put(self, item: Item, condition: Condition) -> Item | None:
        """Write one item if its condition holds.

        Returns
        -------
        Item | None
            None if it is written, else what is there (empty if nothing is).
        """
        try:
            self.dynamodb.put_item(
                TableName=self.name,
                Item=to_attributes(item),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **condition,
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException as refused:
            return from_attributes(refused.response.get("Item", {}))
        return None

    def update(self, key: Key, values: Item, condition: str) -> bool:
        """Change some attributes of an item if a condition holds; what is None is removed.

        The item's `sequence` goes on by one, or starts behind the one given. In the condition `:name` is
        the new value of `name`.

        Returns
        -------
        bool
            Whether it is changed.
        """
        given = {name: value for name, value in values.items() if value is not None}
        removed = [f"#{name}" for name in values if name not in given]
        changes = [f"#{name} = {_NEXT if name == 'sequence' else f':{name}'}" for name in given]
        try:
            self.dynamodb.update_item(
                TableName=self.name,
                Key=attributes_of(key),
                UpdateExpression=f"SET {', '.join(changes)}"
                + (f" REMOVE {', '.join(removed)}" if removed else ""),
                ConditionExpression=condition,
                ExpressionAttributeNames={f"#{name}": name for name in values},
                ExpressionAttributeValues=to_attributes(
                    {f":{name}": value for name, value in given.items()} | {":one": 1}
                ),
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def delete(self, key: Key) -> None:
        """Remove one item, there or not."""
        self.dynamodb.delete_item(TableName=self.name, Key=attributes_of(key))

    def query(self, **query: Any) -> tuple[list[Item], Attributes | None]:
        """Return one page of a query, and where the next one starts."""
        answer = self.dynamodb.query(TableName=self.name, **query)
        return [from_attributes(item) for item in answer["Items"]], answer.get("LastEvaluatedKey")

    def query_all(self, **query: Any) -> Iterator[Item]:
        """Return all that a query finds, read page by page as it is taken."""
        items, after = self.query(**query)
        yield from items
        while after:
            items, after = self.query(**query, ExclusiveStartKey=after)
            yield from items

    def write_all(self, requests: Iterable[dict[str, Any]]) -> None:
        """Do put and delete requests in batches.

        Raises
        ------
        Throttled
            If some stay undone; what was done stays done.
        """
        for some in batched(requests, WRITES_PER_BATCH, strict=False):
            undone: dict[str, Any] = {self.name: list(some)}
            for _ in self._attempts():
                undone = self.dynamodb.batch_write_item(RequestItems=undone).get("UnprocessedItems", {})
                if not undone:
                    break

    def transact(self, writes: Sequence[dict[str, Any]]) -> list[str] | None:
        """Do all writes or none.

        Returns
        -------
        list[str] | None
            None if all are done, else a code for each write: `REFUSED` if its condition did not hold.
        """
        try:
            self.dynamodb.transact_write_items(TransactItems=list(writes))
        except self.dynamodb.exceptions.TransactionCanceledException as refused:
            codes = [reason["Code"] for reason in refused.response["CancellationReasons"]]
            if not {REFUSED, CONFLICT} & set(codes):
                raise
            if CONFLICT in codes:
                self.pause(PAUSE_SECONDS)
            return codes
        return None

    def put_in(self, item: Item, condition: Condition) -> dict[str, Any]:
        """Return a conditional put as a part of a transaction."""
        return {"Put": {"TableName": self.name, "Item": to_attributes(item), **condition}}

    def check_in(self, key: Key, condition: Condition) -> dict[str, Any]:
        """Return a condition on an item that is not written as a part of a transaction."""
        return {"ConditionCheck": {"TableName": self.name, "Key": attributes_of(key), **condition}}

    def delete_in(self, key: Key) -> dict[str, Any]:
        """Return the removal of an item, there or not, as a part of a transaction."""
        return {"Delete": {"TableName": self.name, "Key": attributes_of(key)}}

    def _read(self, wanted: dict[str, Any]) -> Iterator[Item]:
        for _ in self._attempts():
            answer = self.dynamodb.batch_get_item(RequestItems=wanted)
            yield from map(from_attributes, answer["Responses"].get(self.name, ()))
            wanted = answer.get("UnprocessedKeys", {})
            if not wanted:
                return

    def _attempts(self) -> Iterator[int]:
        for attempt in range(ATTEMPTS):
            if attempt:
                self.pause(PAUSE_SECONDS * 2**attempt)
            yield attempt
        raise Throttled(f"{self.name} left a part of a batch undone {ATTEMPTS} times")


def attributes_of(key: Key) -> Attributes:
    """Return a key for DynamoDB's wire."""
    pk, sk = key
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def prefixed(pk: str, prefix: str) -> dict[str, Any]:
    """Return the query for a partition's items whose sort key starts with a prefix."""
    return {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
        "ExpressionAttributeValues": to_attributes({":pk": pk, ":prefix": prefix}),
    }
