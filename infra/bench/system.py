"""The services on an arena, one process each, and the bench in place of gateway, stream, bus and queue."""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any, Self

import boto3

from infra.bench.arena import Arena
from infra.bench.ledger import Call, Ledger, Run
from infra.deploy.render import environment
from infra.local.place import REPOSITORY, SERVICES
from infra.stages import Stage


class Refused(Exception):
    """A function did not do what the bench asked of it: nothing it cost would mean anything."""


class Worker:
    """One service in a process of its own."""

    def __init__(self, stage: Stage, service: str, arena: Arena) -> None:
        folder = REPOSITORY / "services" / service
        variables = environment(stage, service, arena.variables)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.bench.worker"],
            cwd=folder,
            env={**os.environ, **variables, "PYTHONPATH": str(REPOSITORY)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.reads: dict[str, dict[str, str]] = json.loads(self._line())
        """By kind (`stream_arn`, `queue`), which one each function reads."""

    def run(self, function: str, event: Mapping[str, Any]) -> tuple[Any, list[Call]]:
        """Run a function; return its answer and the requests that it made."""
        print(json.dumps({"function": function, "event": event}), file=self._process.stdin, flush=True)
        reply = json.loads(self._line())
        return reply["answer"], reply["calls"]

    def _line(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise Refused("a service ended its process; what it said is above")
        return line

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


class System:
    """The services, and what happens between them when the bench lets it."""

    def __init__(self, stage: Stage, arena: Arena) -> None:
        self.arena = arena
        self.ledger = Ledger()
        self._sqs, self._streams = boto3.client("sqs"), boto3.client("dynamodbstreams")
        self._closing = ExitStack()
        self._workers = {service: Worker(stage, service, arena) for service in SERVICES}
        for worker in self._workers.values():
            self._closing.callback(worker.close)
        self._positions = dict(self._beginnings())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def run(self, service: str, function: str, event: Mapping[str, Any]) -> Any:
        """Run one function, and write it down."""
        answer, calls = self._workers[service].run(function, event)
        self.ledger.runs.append(Run(service, function, event, calls))
        return answer

    def settle(self) -> Ledger:
        """Let everything happen that follows from what was done; return it all, and begin anew."""
        while self._relay() or self._consume():
            pass
        done, self.ledger = self.ledger, Ledger()
        return done

    def _beginnings(self) -> Iterator[tuple[str, list[str]]]:
        """Return where the streams begin that functions read."""
        for _, _, stream in self._reading("stream_arn"):
            shards = self._streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
            ask = {"StreamArn": stream, "ShardIteratorType": "TRIM_HORIZON"}
            yield (
                stream,
                [
                    self._streams.get_shard_iterator(**ask, ShardId=shard["ShardId"])["ShardIterator"]
                    for shard in shards
                ],
            )

    def _reading(self, kind: str) -> Iterator[tuple[str, str, str]]:
        """Return who reads the streams, or the queues: service, function and source."""
        for service, worker in self._workers.items():
            for function, source in worker.reads[kind].items():
                yield service, function, source

    def _relay(self) -> bool:
        """Give each new record that names an event to its relay, as the mapping's filter does."""
        before = len(self.ledger.runs)
        for service, function, stream in self._reading("stream_arn"):
            for number, position in enumerate(self._positions[stream]):
                read = self._streams.get_records(ShardIterator=position)
                self._positions[stream][number] = read["NextShardIterator"]
                for record in read["Records"]:
                    if "_event" in record["dynamodb"].get("NewImage", {}):
                        self._handle(service, function, _plain(record))
        return len(self.ledger.runs) > before

    def _consume(self) -> bool:
        """Give each message in a queue to its consumer."""
        before = len(self.ledger.runs)
        for service, function, queue in self._reading("queue"):
            url = self._sqs.get_queue_url(QueueName=queue)["QueueUrl"]
            while messages := self._sqs.receive_message(QueueUrl=url).get("Messages"):
                self.ledger.deliveries += "source" in json.loads(messages[0]["Body"])
                self._handle(service, function, _queue_record(messages[0]))
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"])
        return len(self.ledger.runs) > before

    def _handle(self, service: str, function: str, record: Mapping[str, Any]) -> None:
        if self.run(service, function, {"Records": [record]})["batchItemFailures"]:
            raise Refused(f"{service}.{function} failed on what it was given")


def _queue_record(message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": str(int(time.time() * 1_000))},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }


def _plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stream's record as Lambda gives it: binary values in base64, times as seconds."""

    def plain(value: Any) -> Any:
        return base64.b64encode(value).decode() if isinstance(value, bytes) else value.timestamp()

    return dict(json.loads(json.dumps(record, default=plain)))
