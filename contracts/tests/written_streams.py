"""What stores write, as the records of their tables' streams, and what the relays make of it."""

import json
import os
from base64 import b64encode
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from contracts.transport.parking import Parking
from contracts.transport.relay import Relay

Attributes = Mapping[str, Any]


class WrittenTables:
    """A DynamoDB client in memory: keeps what is written, whatever its condition says.

    `records` are what the tables' streams tell of it, by table, as Lambda hands them to a relay.
    """

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.records: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def get_item(self, *, TableName: str, Key: Attributes, **_: Any) -> dict[str, Any]:
        there = self.items.get(_place(TableName, Key))
        return {"Item": there} if there else {}

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:
        places = {
            table: [_place(table, key) for key in asked["Keys"]] for table, asked in RequestItems.items()
        }
        found = {
            table: [self.items[one] for one in wanted if one in self.items]
            for table, wanted in places.items()
        }
        return {"Responses": found}

    def put_item(self, *, TableName: str, Item: Attributes, **_: Any) -> None:
        place = _place(TableName, Item)
        images = {"NewImage": Item, **({"OldImage": self.items[place]} if place in self.items else {})}
        self.items[place] = dict(Item)
        self.records[TableName].append(
            as_lambda_gets({"SequenceNumber": str(len(self.records[TableName])), **images})
        )

    def update_item(
        self,
        *,
        TableName: str,
        Key: Attributes,
        UpdateExpression: str,
        ExpressionAttributeNames: Mapping[str, str],
        ExpressionAttributeValues: Attributes,
        **_: Any,
    ) -> dict[str, Any]:
        """Do an update of the form `SET a = :a, … REMOVE b, …`."""
        assignments, removals = UpdateExpression.removeprefix("SET ").split(" REMOVE ")
        item = {**self.items.get(_place(TableName, Key), Key)}
        for assignment in assignments.split(", "):
            name, value = assignment.split(" = ")
            item[ExpressionAttributeNames.get(name, name)] = ExpressionAttributeValues[value]
        for name in removals.split(", "):
            item.pop(ExpressionAttributeNames.get(name, name), None)
        self.put_item(TableName=TableName, Item=item)
        return {"Attributes": item}

    def batch_write_item(self, *, RequestItems: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        """Do the puts; a deletion makes no event."""
        for table, requests in RequestItems.items():
            for request in requests:
                if "PutRequest" in request:
                    self.put_item(TableName=table, Item=request["PutRequest"]["Item"])
        return {}

    def transact_write_items(self, *, TransactItems: Sequence[Mapping[str, Any]]) -> None:
        """Do the puts."""
        for write in TransactItems:
            if "Put" in write:
                self.put_item(**write["Put"])


class StreamsFromNow:
    """What the streams of a service's deployed tables tell from now on, in the same form.

    Parameters
    ----------
    tables
        As the service's variables `TABLE_…` and `STREAM_…` name them, such as `posts`.
    """

    def __init__(self, *tables: str) -> None:
        import boto3

        self.client = boto3.client("dynamodbstreams")
        self.records: dict[str, list[dict[str, Any]]] = defaultdict(list)
        streams = {os.environ[f"TABLE_{one.upper()}"]: os.environ[f"STREAM_{one.upper()}"] for one in tables}
        self._iterators = [(table, one) for table, arn in streams.items() for one in self._latest(arn)]

    def _latest(self, arn: str) -> list[str]:
        shards = self.client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        asked = {"StreamArn": arn, "ShardIteratorType": "LATEST"}
        return [
            self.client.get_shard_iterator(ShardId=shard["ShardId"], **asked)["ShardIterator"]
            for shard in shards
        ]

    def read(self) -> dict[str, list[dict[str, Any]]]:
        """Return the records that have come so far."""
        read, self._iterators = self._iterators, []
        for table, iterator in read:
            answer = self.client.get_records(ShardIterator=iterator)
            self.records[table] += [as_lambda_gets(record["dynamodb"]) for record in answer["Records"]]
            if following := answer.get("NextShardIterator"):
                self._iterators.append((table, following))
        return self.records


class Bus:
    """An event bus that keeps what is put on it."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def put_events(self, *, Entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        self.events += [json.loads(entry["Detail"]) for entry in Entries]
        return {"FailedEntryCount": 0, "Entries": [{} for _ in Entries]}


class NothingParked:
    """An SQS client that may not be needed."""

    def send_message(self, **message: Any) -> None:
        raise AssertionError(f"the relay parked {message}")


def relayed(relay: Relay, records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the events that a service's relay makes of records."""
    bus = Bus()
    replace(relay, events=bus, park=Parking(NothingParked(), "dlq", "relay"))(records)
    return bus.events


def as_lambda_gets(images: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record's images as Lambda hands them on: in JSON, so binary values in base64."""
    record: dict[str, Any] = json.loads(json.dumps({"dynamodb": images}, default=_in_base64))
    return record


def _in_base64(value: Any) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return str(value)


def _place(table: str, item: Attributes) -> tuple[str, str]:
    return table, f"{item['pk']['S']}\n{item['sk']['S']}"
