"""The way back into a function: a relay is given its records again, any other function its event."""

import base64
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.replay.letters import DeadLetter, Told
from contracts.transport.parking import ATTEMPTS_ATTRIBUTE

BYTES_PER_INVOCATION = 4_000_000
"""Lambda takes 6 MB; an item that is newer than its record may be larger than it."""

RECORDS_PER_INVOCATION = 100
"""What a stream gives a relay at once."""

Record = Mapping[str, Any]


@dataclass(frozen=True)
class ToRelay:
    """Gives a stream's reader the records of letters, so that today's outbox makes events of them.

    A record goes as its item is now: it may have been repaired, or its content deleted. What the
    relay can't make an event of, it parks again; what the bus refuses is reported, and the letter stays.

    Parameters
    ----------
    functions, tables
        botocore clients of Lambda and DynamoDB.
    """

    functions: Any = field(repr=False)
    tables: Any = field(repr=False)
    _readers: dict[str, str | None] = field(default_factory=dict, init=False, repr=False)

    def __call__(self, letters: Sequence[DeadLetter]) -> Mapping[int, str]:
        """Invoke the relays; return why each refused letter was refused."""
        refused: dict[int, str] = {}
        by_reader: dict[str, list[tuple[int, Record]]] = defaultdict(list)
        for position, letter in enumerate(letters):
            for told in letter.tells:
                try:
                    reader, record = self._prepared(told, letter.attempts + 1)
                    by_reader[reader].append((position, record))
                except LookupError as unknown:
                    refused[position] = str(unknown)
        for reader, records in by_reader.items():
            for some in _invocations(records):
                refused |= self._invoke(reader, some)
        return refused

    def _prepared(self, told: Told, attempts: int) -> tuple[str, Record]:
        try:
            record = dict(told.record or {})
            table = record["eventSourceARN"].split("/")[1]
            changed = dict(record["dynamodb"])
        except (KeyError, IndexError, AttributeError, TypeError, ValueError):
            raise LookupError("it holds no record of a stream") from None
        reader = self._reader(table)
        if "Keys" in changed:
            record["dynamodb"] = self._as_it_is_now(table, changed)
        return reader, {**record, ATTEMPTS_ATTRIBUTE: attempts}

    def _reader(self, table: str) -> str:
        """Return the function that reads the table's stream: each has one reader."""
        if table not in self._readers:
            try:
                stream = self.tables.describe_table(TableName=table)["Table"].get("LatestStreamArn")
            except self.tables.exceptions.ResourceNotFoundException:
                raise LookupError(f"there is no table {table}") from None
            found = self.functions.list_event_source_mappings(EventSourceArn=stream)["EventSourceMappings"]
            self._readers[table] = found[0]["FunctionArn"] if found else None
        reader = self._readers[table]
        if reader is None:
            raise LookupError(f"no function reads the stream of {table}")
        return reader

    def _as_it_is_now(self, table: str, changed: Record) -> Record:
        answer = self.tables.get_item(TableName=table, Key=changed["Keys"], ConsistentRead=True)
        found = answer.get("Item", {})
        if "_event" not in found or _sequence(found) < _sequence(changed.get("NewImage", {})):
            return changed
        return {**{name: value for name, value in changed.items() if name != "OldImage"}, "NewImage": found}

    def _invoke(self, reader: str, records: Sequence[tuple[int, Record]]) -> Mapping[int, str]:
        payload = _payload({"Records": [record for _, record in records]})
        answer = self.functions.invoke(FunctionName=reader, Payload=payload)
        said = json.loads(answer["Payload"].read() or "null")
        if "FunctionError" in answer:
            reason = f"{reader.rpartition(':')[2]} failed: {(said or {}).get('errorMessage', said)}"
            return {position: reason for position, _ in records}
        failed = {failure["itemIdentifier"] for failure in (said or {}).get("batchItemFailures", ())}
        return {
            position: "the bus is away"
            for position, record in records
            if record["dynamodb"].get("SequenceNumber") in failed
        }


@dataclass(frozen=True)
class ToFunction:
    """Invokes the function of each letter again as it was invoked: with its event, and without waiting.

    What fails again comes back by way of the function's own failure destination.

    Parameters
    ----------
    functions
        A botocore client of Lambda.
    """

    functions: Any = field(repr=False)

    def __call__(self, letters: Sequence[DeadLetter]) -> Mapping[int, str]:
        """Invoke the functions; return why each refused letter was refused."""
        refused = {}
        for position, letter in enumerate(letters):
            event = letter.content["requestPayload"]
            if isinstance(event, dict):
                event = {**event, ATTEMPTS_ATTRIBUTE: letter.attempts + 1}
            function = str(letter.content["requestContext"]["functionArn"]).removesuffix(":$LATEST")
            try:
                self.functions.invoke(FunctionName=function, InvocationType="Event", Payload=_payload(event))
            except self.functions.exceptions.ResourceNotFoundException:
                refused[position] = f"there is no function {function}"
        return refused


def _invocations(records: Sequence[tuple[int, Record]]) -> Iterator[list[tuple[int, Record]]]:
    """Cut records into what one invocation takes."""
    some: list[tuple[int, Record]] = []
    size = 0
    for one in records:
        length = len(_payload(one[1]))
        if some and (len(some) == RECORDS_PER_INVOCATION or size + length > BYTES_PER_INVOCATION):
            yield some
            some, size = [], 0
        some.append(one)
        size += length
    if some:
        yield some


def _payload(content: Any) -> bytes:
    return json.dumps(content, default=_base64, ensure_ascii=False).encode()


def _base64(value: Any) -> str:
    """Write a binary value of an item as Lambda writes those of records."""
    return base64.b64encode(value).decode()


def _sequence(item: Mapping[str, Any]) -> int:
    return int(item.get("sequence", {}).get("N", 0))
