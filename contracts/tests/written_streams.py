"""What stores write, as the records of their tables' streams, and what the relays make of it."""

import json
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from contracts.transport.parking import Parking
from contracts.transport.relay import Relay
from memory_dynamodb import MemoryDynamo, as_lambda_gets
from moments import Moments


class WrittenTables(MemoryDynamo):
    """A DynamoDB client in memory to which nothing happens.

    `records` are what the tables' streams tell, by table, as Lambda hands them to a relay.
    """

    def __init__(self) -> None:
        self.records: dict[str, list[dict[str, Any]]] = defaultdict(list)
        super().__init__(Moments(), lambda table, record: self.records[table].append(record))


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
            self.records[table] += map(as_lambda_gets, answer["Records"])
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
