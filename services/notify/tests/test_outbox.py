"""What notify's items become on the bus."""

import json
from typing import Any

from chalicelib.outbox import outgoing
from chalicelib.store.notifications import NotificationTable
from contracts.events.notify import NotificationCreatedV1
from contracts.transport.parking import Parking
from contracts.transport.relay import Relay
from tests.fakes import AIKO, BEN, NOON, anything


class Writes:
    """A DynamoDB that only keeps what it is told to write."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []

    def put_item(self, **request: Any) -> None:
        self.items.append(request["Item"])


class Bus:
    """A bus that keeps what is put on it."""

    def __init__(self) -> None:
        self.details: list[dict[str, Any]] = []

    def put_events(self, *, Entries: Any) -> dict[str, Any]:
        self.details += [json.loads(entry["Detail"]) for entry in Entries]
        return {"Entries": [{} for _ in Entries]}


class Desk:
    """An SQS client to which nothing may be sent."""

    def send_message(self, **message: Any) -> None:
        raise AssertionError(message)


def test_a_notification_says_who_is_told_what_of_whom() -> None:
    writes, bus, told = Writes(), Bus(), anything(1)
    NotificationTable(writes, "notifications").add(told, NOON)
    records = [{"dynamodb": {"SequenceNumber": "1", "NewImage": item}} for item in writes.items]
    Relay("notify", outgoing, "bus", bus, Parking(Desk(), "dlq", "relay:notify"))(records)
    (event,) = bus.details
    assert (event["type"], event["subject"]) == (NotificationCreatedV1.TYPE, f"notification/{told.id}")
    assert (event["actor"], event["sequence"]) == (BEN.id, 1)
    assert event["data"] == {
        "notification_id": told.id,
        "user_id": AIKO.id,
        "kind": "mention",
        "person": {"id": BEN.id, "handle": "ben", "name": "Ben"},
        "post_id": "a-post",
        "preview": "@aiko 1",
        "created_at": "2026-11-24T12:00:01.123456Z",
    }
