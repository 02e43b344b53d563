"""What chat's items become on the bus."""

import inspect
from typing import Any

import app
from chalicelib.model import Channel, Message
from chalicelib.store.tables import ChannelTable, MessageTable
from contracts.events.chat import ChannelCreatedV1, MemberJoinedV1, MessageSentV1
from tests.fakes import AIKO, BEN, NOON
from written_streams import WrittenTables, relayed


def published(tables: WrittenTables) -> list[dict[str, Any]]:
    """Return the events that all writes become."""
    records = [record for records in tables.records.values() for record in records]
    return relayed(inspect.unwrap(app.relay)(), records)


def test_an_opened_channel_says_that_it_is_there_and_who_joined() -> None:
    tables = WrittenTables()
    channel = Channel.direct(BEN.id, AIKO.id, NOON)
    ChannelTable(tables, "channels").open(channel, BEN.id)
    created, *joined = published(tables)
    assert (created["type"], created["subject"]) == (ChannelCreatedV1.TYPE, f"channel/{channel.id}")
    assert created["data"]["members"] == [AIKO.id, BEN.id]
    assert created["actor"] == BEN.id
    assert [(event["type"], event["subject"]) for event in joined] == [
        (MemberJoinedV1.TYPE, f"member/{channel.id}/{member}") for member in (AIKO.id, BEN.id)
    ]


def test_a_message_says_who_said_what_to_whom() -> None:
    tables = WrittenTables()
    message = Message("01M87XYAGJCTCWGEV246FH6TDV", "c", AIKO, "こんにちは", NOON, (AIKO.id, BEN.id))
    MessageTable(tables, "messages").add(message)
    (sent,) = published(tables)
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
    tables = WrittenTables()
    MessageTable(tables, "messages").claim(AIKO.id, "c", "my-key", "01M87XYAGJCTCWGEV246FH6TDV")
    assert published(tables) == []
