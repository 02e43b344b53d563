"""Says again, to one queue, what the tables of posts last said: the child process of `infra.reindex`.

It runs in the folder of posts, whose own `outbox` makes the events: each service has a package
`chalicelib`, and this process has the one of posts. What it did goes to stdout, a line of JSON a page.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from contracts.events.consumers import CONSUMERS
from contracts.events.envelope import fact
from contracts.transport.items import Item
from contracts.transport.parking import Parking
from contracts.transport.relay import Outbox, Relay

PAGE = 1_000
"""Items of a scanned page at most: how often it reports."""


@dataclass(frozen=True)
class Queue:
    """A queue in the place of the bus: each event arrives as a rule of the bus would deliver it.

    Parameters
    ----------
    sqs
        A boto3 client.
    url
        The queue.
    types
        The event types that its consumer knows; others, such as an older version, are not for it.
    """

    sqs: Any = field(repr=False)
    url: str
    types: Sequence[str]

    def put_events(self, *, Entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """Send, of up to ten events, those that are for this queue."""
        messages = [
            {"Id": str(number), "MessageBody": delivered(entry)}
            for number, entry in enumerate(Entries)
            if entry["DetailType"] in self.types
        ]
        answer = self.sqs.send_message_batch(QueueUrl=self.url, Entries=messages) if messages else {}
        failed = {failure["Id"]: failure["Code"] for failure in answer.get("Failed", ())}
        return {"Entries": [{"ErrorCode": failed.get(str(number))} for number in range(len(Entries))]}


def delivered(entry: Mapping[str, Any]) -> str:
    """Return the body of the message that a rule makes of an entry of PutEvents."""
    body = {
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "detail": json.loads(entry["Detail"]),
    }
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


@dataclass
class Unsaid:
    """Notes, in the place of the relay's DLQ, which items make no event: they lie in that DLQ already."""

    reasons: list[str] = field(default_factory=list)

    def send_message(self, *, QueueUrl: str, MessageBody: str, MessageAttributes: dict[str, Any]) -> None:  # noqa: ARG002, N803
        """Note one reason."""
        self.reasons.append(MessageAttributes["reason"]["StringValue"])


@dataclass(frozen=True)
class Told:
    """What became of one page of a table."""

    read: int
    sent: int
    unsaid: tuple[str, ...] = ()
    failed: int = 0


def republish(dynamodb: Any, table: str, outbox: Outbox, queue: Queue) -> Iterator[Told]:
    """Send what each item of a table says, if it is a fact that the queue's consumer knows.

    An item names the version that was new when it was written; its outbox says it in those of today.

    Parameters
    ----------
    dynamodb
        A boto3 client.
    table, outbox
        A table, and what makes events of its items.
    queue
        Where the events go.
    """
    facts = sorted({fact(event_type) for event_type in queue.types})
    values = {f":fact{number}": {"S": f"{name}.v"} for number, name in enumerate(facts)}
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression=" OR ".join(f"begins_with(#event, {name})" for name in values),
        ExpressionAttributeNames={"#event": "_event"},
        ExpressionAttributeValues=values,
        PaginationConfig={"PageSize": PAGE},
    )
    for page in pages:
        unsaid = Unsaid()
        relay = Relay("posts", outbox, "", queue, Parking(unsaid, "", "reindex"))
        records = [_record(number, item) for number, item in enumerate(page["Items"])]
        failed = len(relay(records)["batchItemFailures"])
        sent = len(records) - failed - len(unsaid.reasons)
        yield Told(page["ScannedCount"], sent, tuple(unsaid.reasons), failed)


def _record(number: int, attributes: Item) -> dict[str, Any]:
    """Return an item as the stream would tell of its last change."""
    return {"dynamodb": {"SequenceNumber": str(number), "NewImage": attributes}}


def main() -> None:
    """Send all that posts said and search wants to hear."""
    import boto3

    outbox = import_module("chalicelib.outbox")

    dynamodb = boto3.client("dynamodb")
    queue = Queue(boto3.client("sqs"), os.environ["QUEUE_SEARCH_URL"], CONSUMERS["search"].types)
    for table, events in (("TABLE_PROFILES", outbox.profile_event), ("TABLE_POSTS", outbox.post_event)):
        for told in republish(dynamodb, os.environ[table], events, queue):
            print(json.dumps(vars(told)), flush=True)


if __name__ == "__main__":
    main()
