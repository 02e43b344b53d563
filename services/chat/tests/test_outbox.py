"""What chat's items become on the bus."""

import json
from typing import Any

from chalicelib.model import Channel, Message
from chalicelib.outbox import outgoing
from chalicelib.store import ChannelTable, MessageTable
from contracts.events.chat import ChannelCreatedV1, MemberJoinedV1, MessageSentV1
from contracts.transport.parking import Parking
from contracts.transport.relay import Relay
from tests.fakes import AIKO, BEN, NOON


class Writes:
    """A DynamoDB that only keeps what it is told to write."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []

    def put_item(self, **request: Any) -> None:
        self.items.append(request["Item"])

    def transact_write_items(self, TransactItems: list[dict[str, Any]]) -> None:
        self.items += [write["Put"]["Item"] for write in TransactItems]


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


def published(writes: Writes) -> list[dict[str, Any]]:
    """Return the events that the writes become."""
    bus = Bus()
    records = [{"dynamodb": {"SequenceNumber": "1", "NewImage": item}} for item in writes.items]
    Relay("chat", outgoing, "bus", bus, Parking(Desk(), "dlq", "relay:chat"))(records)
    return bus.details


def test_an_opened_channel_says_that_it_is_there_and_who_joined() -> None:
    writes = Writes()
    channel = Channel.direct(BEN.id, AIKO.id, NOON)
    ChannelTable(writes, "channels").open(channel, BEN.id)
    created, *joined = published(writes)
    assert (created["type"], created["subject"]) == (ChannelCreatedV1.TYPE, f"channel/{channel.id}")
    assert created["data"]["members"] == [AIKO.id, BEN.id]
    assert created["actor"] == BEN.id
    assert [(event["type"], event["subject"]) for event in joined] == [
        (MemberJoinedV1.TYPE, f"member/{channel.id}/{member}") for member in (AIKO.id, BEN.id)
    ]


def test_a_message_says_who_said_what_to_whom() -> None:
    writes = Writes()
    message = Message("01M87XYAGJCTCWGEV246FH6TDV", "c", AIKO, "こんにちは", NOON, (AIKO.id, BEN.id))
    MessageTable(writes, "messages").add(message)
    (sent,) = published(writes)
    assert (sent["type"], sent["subject"]) == (MessageSentV1.TYPE, f"message/c/{message.id}")
    assert sent["data"] == {
        "message_id": message.id,
        "channel_id": "c",
        "author": {"id": AIKO.id, "handle": "aiko", "name": "愛子"},
        "text": "こんにちは",
        "sent_at": "2026-11-24T12:00:00.123456Z",
        "audience": [AIKO.id, BEN.id],
    }


def test_a_remembered_key_says_nothing() -> None:
    writes = Writes()
    MessageTable(writes, "messages").claim(AIKO.id, "c", "my-key", "01M87XYAGJCTCWGEV246FH6TDV")
    assert published(writes) == []
